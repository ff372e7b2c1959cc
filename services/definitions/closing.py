"""The schema that answers are put to: a form's own, with what the server adds so that nothing unasked gets in."""

from collections.abc import Callable, Mapping
from typing import Any

from services.definitions.formats import PATTERNS

MOST_ITEMS = 500
_LITERAL = frozenset({"enum", "const", "default", "examples"})
_NAMED = frozenset({"properties", "patternProperties", "$defs", "dependentSchemas"})
_SINGLE = frozenset({"string", "integer", "number", "boolean", "null"})
_OPENING = frozenset({"$ref", "patternProperties", "prefixItems", "unevaluatedProperties"})


def closed_schema(node: Any) -> Any:
    """Return a schema in which objects take no other fields than theirs, lists no more items than a person types, and
    titled choices are a plain enum.
    """
    if isinstance(node, list):
        return [closed_schema(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    closed = _each(closed_schema, {key: value for key, value in node.items() if not key.startswith("x-")})
    choices = closed.get("oneOf")
    if isinstance(choices, list) and all(isinstance(each, Mapping) and "const" in each for each in choices):
        closed["enum"] = [each["const"] for each in choices]
        del closed["oneOf"]
    if closed.get("type") == "object" and isinstance(closed.get("properties"), Mapping):
        closed.setdefault("additionalProperties", False)
    if closed.get("type") == "array":
        closed.setdefault("maxItems", MOST_ITEMS)
    return closed


def quick_schema(node: Any) -> Any:
    """Return a closed schema whose formats are patterns, judged without a call back into Python."""
    if isinstance(node, list):
        return [quick_schema(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    quick = _each(quick_schema, node)
    name = quick.get("format")
    if not isinstance(name, str) or name not in PATTERNS:
        return quick
    rest = {word: value for word, value in quick.items() if word != "format"}
    if "pattern" not in rest:
        return rest | {"pattern": named_pattern(name)}
    return rest | {"allOf": [*rest.get("allOf", []), {"pattern": named_pattern(name)}]}


def named_pattern(name: str) -> str:
    """Return the pattern of a format, with its name in it, so that who does not fit it is told the format's words."""
    return f"(?<{name.replace('-', '_')}>){PATTERNS[name]}"


FORMATS_BY_PATTERN = {named_pattern(name): name for name in PATTERNS}


def _each(change: Callable[[Any], Any], node: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with each schema in it changed; a field may have the name of a word."""
    changed: dict[str, Any] = {}
    for word, value in node.items():
        if word in _NAMED and isinstance(value, Mapping):
            changed[word] = {name: change(each) for name, each in value.items()}
        else:
            changed[word] = value if word in _LITERAL else change(value)
    return changed


def bounded(node: Any, levels: int) -> bool:
    """Return whether what fits a closed schema surely nests at most `levels` deep."""
    if not isinstance(node, Mapping) or levels < 0 or _OPENING & node.keys():
        return False
    kind = node.get("type")
    if isinstance(node.get("enum"), list) or "const" in node:
        return all(not isinstance(each, Mapping | list) for each in node.get("enum", [node.get("const")]))
    if isinstance(kind, str) and kind in _SINGLE:
        return True
    if kind == "object":
        inner = node.get("properties")
        shut = node.get("additionalProperties") is False
        return shut and isinstance(inner, Mapping) and all(bounded(each, levels - 1) for each in inner.values())
    return kind == "array" and bounded(node.get("items"), levels - 1)
