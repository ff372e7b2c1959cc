"""What must hold of the JSON Schema of a form, before it is compiled: known words, references that lead somewhere."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

import jsonschema_rs

from services.definitions.faults import Fault
from services.definitions.formats import FORMATS, STANDARD_FORMATS
from services.definitions.values import ABSENT, pointer_of, steps_of, value_at

_META = {"$ref": "https://json-schema.org/draft/2020-12/schema"}
_ONE = [
    "additionalProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "propertyNames",
    "items",
    "contains",
    "not",
    "if",
    "then",
    "else",
]
_LISTS = ("oneOf", "anyOf", "allOf", "prefixItems")
_NAMED = ("properties", "patternProperties", "dependentSchemas", "$defs")
_PLAIN = [
    "type",
    "enum",
    "const",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "required",
    "dependentRequired",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minProperties",
    "maxProperties",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minContains",
    "maxContains",
    "default",
    "examples",
    "readOnly",
    "writeOnly",
    "deprecated",
    "title",
    "description",
    "$ref",
    "$comment",
]
_KEYWORDS = frozenset((*_ONE, *_LISTS, *_NAMED, *_PLAIN))


def schema_faults(schema: Mapping[str, Any], pointer: str) -> list[Fault]:
    """Return what is wrong with a schema that stands at `pointer` of a definition."""
    nodes = list(nodes_of(schema, pointer))
    return [fault for place, node in nodes for fault in _faults(schema, node, place)] or _misshapen(schema, pointer)


def nodes_of(node: Any, pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each schema within a schema, itself first, with its pointer; references are not followed."""
    if not isinstance(node, Mapping):
        return
    yield pointer, node
    for word in _ONE:
        yield from nodes_of(node.get(word), f"{pointer}/{word}")
    for word in _LISTS:
        inner = node.get(word)
        for place, each in enumerate(inner if isinstance(inner, list) else []):
            yield from nodes_of(each, f"{pointer}/{word}/{place}")
    for word in _NAMED:
        inner = node.get(word)
        for name, each in inner.items() if isinstance(inner, Mapping) else []:
            yield from nodes_of(each, f"{pointer}/{word}{pointer_of([name])}")


def resolved(root: Mapping[str, Any], node: Any) -> Mapping[str, Any]:
    """Return `node`, or what its `$ref` names in `root`; an empty mapping for one that leads nowhere."""
    for _ in range(10):
        if not isinstance(node, Mapping):
            return {}
        if "$ref" not in node:
            return node
        node = value_at(root, steps_of(str(node["$ref"])))
    return {}


def _faults(root: Mapping[str, Any], node: Mapping[str, Any], pointer: str) -> Iterator[Fault]:
    for word in node:
        if word not in _KEYWORDS and not word.startswith("x-"):
            near = get_close_matches(word, _KEYWORDS, n=1)
            hint = f"Perhaps `{near[0]}` is meant" if near else "Remove it; words of your own begin with `x-`"
            yield Fault(pointer + pointer_of([word]), f"a form's schema has no word {word!r}", hint)
    if isinstance(node.get("$ref"), str):
        yield from _lost(root, node["$ref"], f"{pointer}/$ref")
    known = FORMATS.keys() | STANDARD_FORMATS
    if isinstance(node.get("format"), str) and node["format"] not in known:
        hint = "Choose one of: " + ", ".join(sorted(known))
        yield Fault(f"{pointer}/format", f"there is no format {node['format']!r}", hint)


def _lost(root: Mapping[str, Any], reference: str, pointer: str) -> Iterator[Fault]:
    if not reference.startswith("#/"):
        yield Fault(pointer, f"{reference!r} lies outside the definition", "Refer to `#/...` only")
    elif value_at(root, steps_of(reference)) is ABSENT:
        yield Fault(pointer, f"{reference!r} leads nowhere", "Mend it; `#` is the form's schema")
    elif not resolved(root, {"$ref": reference}):
        yield Fault(pointer, f"{reference!r} leads back to itself", "Write out what is meant")


@cache
def _meta() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_META)


def _misshapen(schema: Any, pointer: str) -> list[Fault]:
    """Return what keeps it from being JSON Schema, as a phone's own library would say."""
    return [
        Fault(pointer + pointer_of(list(error.instance_path)), error.message, "Mend the schema")
        for error in _meta().iter_errors(schema)
    ]
