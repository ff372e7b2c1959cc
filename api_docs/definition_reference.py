"""`python -m api_docs.definition_reference`: write the reference of service definitions anew, from their schema.

The page is made of the schema that editors use, so that both say the same; a test keeps the committed one current.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from services.definitions import service_definition_schema

PAGE: Final = Path(__file__).parent / "guides" / "service-definition-reference.md"
_PARTS: Final = {
    "texts": "Texts",
    "element": "UI elements",
    "question": "Fields",
    "rule": "Rules",
    "workflow": "Workflows",
}
_LIMITS: Final = {
    "pattern": "pattern `{}`",
    "minLength": "at least {} letters",
    "maxLength": "at most {} letters",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minItems": "at least {}",
    "maxItems": "at most {}",
    "maxProperties": "at most {}",
}
_HEAD: Final = """# Service definitions: reference

Every key of a service definition, in format 1.0. This page is written from
[the schema](../../services/definitions/service-definition.schema.json), which every installation serves at
`/api/v1/schemas/service-definition.json`.

**In your editor.** Begin a file with this line, and VS Code (with the YAML extension) and every editor that speaks to
yaml-language-server complete and check it as you type:

```yaml
# yaml-language-server: $schema=https://layanan.balikpapan.example/api/v1/schemas/service-definition.json
```

For all definitions of a project, put it into `.vscode/settings.json` instead:

```json
{"yaml.schemas": {"https://layanan.balikpapan.example/api/v1/schemas/service-definition.json": "**/definitions/*.yaml"}}
```

The schema knows the words, not what they mean together: whether a rule reads a field that there is, every state is
reached and no pattern is dangerous, is told by `office/services/{slug}/check/` and, for a module's files, at
`manage.py sync_catalogue`.

**Check your own engine.** An app that judges answers offline can run the cases of
`/api/v1/schemas/vectors/engine.json`: definitions, answers, and what every engine makes of them.

**The order of fields.** Fields that the `ui` lists stand as listed. A group that it shows as a whole, and the items of
a list, stand in the order of their `x-order`, as no database keeps the order of keys. It is written down by itself when
a file is read and a draft is saved; a new field comes last until somebody moves its name.

**Within the items of a list** there are no rules, files, layouts or computed values; a definition that tries is refused
with its place. Ask for more by an answer of the same item with `if` and `then` in `items`, and sum up beside the list:

```yaml
barang:
  type: array
  items:
    type: object
    properties:
      jumlah: {type: integer, x-label: {...}}
      harga: {type: integer, x-label: {...}}
      izin: {type: string, x-label: {...}}
    if: {properties: {harga: {minimum: 1000000}}, required: [harga]}
    then: {required: [izin]}
total:
  type: integer
  readOnly: true
  x-computed:
    reduce:
      - {var: barang}
      - {+: [{var: accumulator}, {"*": [{var: current.jumlah}, {var: current.harga}]}]}
      - 0
```
"""


def written() -> str:
    """Return the page, as Markdown."""
    schema = service_definition_schema()
    lines = [_HEAD, "## The document", ""]
    lines += _table(schema, schema)
    for name, node in schema["properties"].items():
        lines += _section(schema, node, f"`{name}`", 2)
    for name, title in _PARTS.items():
        lines += _section(schema, schema["$defs"][name], title, 2)
    return "\n".join(lines).rstrip() + "\n"


def _section(schema: Mapping[str, Any], node: Mapping[str, Any], title: str, level: int) -> Iterator[str]:
    """Yield a chapter for a part that has keys of its own, and one for each such part in it."""
    node = _inner(node)
    if not node.get("properties") or "$ref" in node:
        return
    yield from ("", f"{'#' * level} {title}", "", str(node["description"]), "")
    yield from _table(schema, node)
    for name, each in node["properties"].items():
        if isinstance(each, Mapping) and not _is_shared(each):
            yield from _section(schema, each, f"{title} / `{name}`", level + 1)


def _inner(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what holds the keys: of a list each item, of a mapping each value."""
    for word in ("items", "additionalProperties"):
        inner = node.get(word)
        if isinstance(inner, Mapping) and "properties" in inner:
            return {"description": node.get("description", ""), **inner}
    return node


def _is_shared(node: Mapping[str, Any]) -> bool:
    return "$ref" in node


def _table(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Iterator[str]:
    yield from ("| Key | What it is | Kind | For example |", "|---|---|---|---|")
    required = set(node.get("required", []))
    for name, each in node["properties"].items():
        mark = " *" if name in required else ""
        example = next((_code(value) for value in each.get("examples", [])), "")
        cells = (f"`{name}`{mark}", each.get("description", ""), _kind(schema, each), example)
        yield "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
    if required:
        yield from ("", "\\* must be there")


def _code(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return f"`{text}`" if len(text) <= 120 else ""


def _kind(schema: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    """Return what may stand there, in a few words."""
    name = str(node.get("$ref", "")).removeprefix("#/$defs/")
    if name in _PARTS:
        return f"[{_PARTS[name]}](#{_PARTS[name].lower().replace(' ', '-')})"
    if name:
        return _kind(schema, schema["$defs"][name])
    if "enum" in node:
        return " ".join(f"`{option}`" for option in node["enum"])
    kinds = node.get("type", "")
    words = [" or ".join(kinds) if isinstance(kinds, list) else str(kinds)]
    words += [text.format(node[word]) for word, text in _LIMITS.items() if word in node]
    items = node.get("items")
    if isinstance(items, Mapping) and "enum" in items:
        words.append("of " + " ".join(f"`{option}`" for option in items["enum"]))
    return ", ".join(word for word in words if word)


if __name__ == "__main__":
    PAGE.write_text(written(), "utf-8")
