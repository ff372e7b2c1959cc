"""What must hold of the JSON Schema of a form, before it is compiled: known words, references that lead somewhere."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from itertools import islice
from typing import Any

import jsonschema_rs

from services.definitions.faults import Fault
from services.definitions.formats import KNOWN_FORMATS
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
OWN_WORDS = frozenset({"x-label", "x-help", "x-id", "x-computed", "x-document", "x-order"})
# All that a form's schema may say; others that begin with `x-` are left to whoever writes them.
WORDS = _KEYWORDS | OWN_WORDS
_MOST_FAULTS = 100
_MOST_CHOICES = 1000
_MOST_LETTERS_OF_PATTERN = 500
_MOST_PATTERNS = 200
_MOST_WORK = 20_000
# How many values of an answer one schema may be put to: a list's items, a group's unnamed fields.
_MANY = 20
_FOR_MANY = frozenset({"items", "contains", "additionalProperties", "unevaluatedProperties", "unevaluatedItems"})


def schema_faults(schema: Mapping[str, Any], pointer: str) -> list[Fault]:
    """Return what is wrong with a schema that stands at `pointer` of a definition."""
    nodes = list(nodes_of(schema, pointer))
    found = list(islice(_faults_of(schema, nodes), _MOST_FAULTS))
    return found or _misshapen(schema, pointer) or costs_of(schema, nodes, pointer)


def limits_of(schema: Any, nodes: list[tuple[str, Mapping[str, Any]]]) -> Iterator[Fault]:
    """Yield what of single schemas within a schema, found by `nodes_of`, leads astray or is too much."""
    return (fault for place, node in nodes for fault in _limits(schema, node, place))


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


def ordered_names(node: Mapping[str, Any]) -> list[str]:
    """Return the names of a group's fields: those that its `x-order` names, then the others."""
    properties, order = node.get("properties"), node.get("x-order")
    names = properties if isinstance(properties, Mapping) else {}
    first = [each for each in order if isinstance(each, str) and each in names] if isinstance(order, list) else []
    return list(dict.fromkeys([*first, *names]))


def resolved(root: Mapping[str, Any], node: Any) -> Mapping[str, Any]:
    """Return `node`, or what its `$ref` names in `root`; an empty mapping for one that leads nowhere."""
    for _ in range(10):
        if not isinstance(node, Mapping):
            return {}
        if "$ref" not in node:
            return node
        node = value_at(root, steps_of(str(node["$ref"])))
    return {}


def _faults_of(schema: Any, nodes: list[tuple[str, Mapping[str, Any]]]) -> Iterator[Fault]:
    for place, node in nodes:
        yield from _unknown_words(node, place)
        yield from _limits(schema, node, place)


def _unknown_words(node: Mapping[str, Any], pointer: str) -> Iterator[Fault]:
    for word in node:
        known = OWN_WORDS if word.startswith("x-") else _KEYWORDS
        if word in known:
            continue
        near = get_close_matches(word, known, n=1, cutoff=0.8 if known is OWN_WORDS else 0.6)
        if near or known is _KEYWORDS:
            hint = f"Perhaps `{near[0]}` is meant" if near else "Remove it; words of your own begin with `x-`"
            yield Fault(pointer + pointer_of([word]), f"a form's schema has no word {word[:40]!r}", hint)


def _limits(root: Mapping[str, Any], node: Mapping[str, Any], pointer: str) -> Iterator[Fault]:
    if isinstance(node.get("$ref"), str):
        yield from _lost(root, node["$ref"], f"{pointer}/$ref")
    if isinstance(node.get("format"), str) and node["format"] not in KNOWN_FORMATS:
        hint = "Choose one of: " + ", ".join(sorted(KNOWN_FORMATS))
        yield Fault(f"{pointer}/format", f"there is no format {node['format'][:40]!r}", hint)
    for word in ("enum", "oneOf"):
        if isinstance(node.get(word), list) and len(node[word]) > _MOST_CHOICES:
            hint = "Let the resident type, or ask in two steps"
            yield Fault(f"{pointer}/{word}", f"there are more than {_MOST_CHOICES} choices", hint, harms=True)
    if isinstance(node.get("pattern"), str) and len(node["pattern"]) > _MOST_LETTERS_OF_PATTERN:
        message = f"the pattern has more than {_MOST_LETTERS_OF_PATTERN} letters"
        yield Fault(f"{pointer}/pattern", message, "Write it shorter", harms=True)


def _lost(root: Mapping[str, Any], reference: str, pointer: str) -> Iterator[Fault]:
    if not reference.startswith("#/"):
        yield Fault(
            pointer,
            f"{reference!r} lies outside the definition",
            "Refer to `#/...` only",
            harms=not reference.startswith("#"),
        )
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
        Fault(pointer + pointer_of(list(error.instance_path)), error.message[:200], "Mend the schema")
        for error in islice(_meta().iter_errors(schema), _MOST_FAULTS)
    ]


def costs_of(schema: Any, nodes: list[tuple[str, Mapping[str, Any]]], pointer: str) -> list[Fault]:
    """Return that a few lines of it stand for more work than an answer may cost."""
    if sum(_patterns_in(node) for _, node in nodes) > _MOST_PATTERNS:
        message = f"there are more than {_MOST_PATTERNS} patterns"
        return [Fault(pointer, message, "Use a `format`, or ask less", harms=True)]
    work = _Work(schema)
    try:
        if work.of(schema, []) <= _MOST_WORK:
            return []
    except _EndlessError as error:
        return [Fault(pointer, f"{error.args[0]!r} leads back to itself", "Write out what is meant", harms=True)]
    hint = "Ask less; `$ref`s in `$ref`s multiply"
    return [Fault(pointer, "it asks for more checks than a phone can make", hint, harms=True)]


def _patterns_in(node: Mapping[str, Any]) -> int:
    named = node.get("patternProperties")
    return ("pattern" in node) + (len(named) if isinstance(named, Mapping) else 0)


class _EndlessError(Exception):
    """A reference that leads back to what holds it."""


class _Work:
    """Counts the schemas that one answer is put to, references followed; each is counted once and kept."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.known: dict[str, int] = {}

    def of(self, node: Any, within: list[str]) -> int:
        if not isinstance(node, Mapping):
            return 0
        total = 1 + (self._referred(node["$ref"], within) if isinstance(node.get("$ref"), str) else 0)
        for word in _ONE:
            total += self.of(node.get(word), within) * (_MANY if word in _FOR_MANY else 1)
        for word in _LISTS:
            choices = node.get(word)
            if isinstance(choices, list) and not all(isinstance(each, Mapping) and "const" in each for each in choices):
                total += sum(self.of(each, within) for each in choices)
        for word in ("properties", "patternProperties", "dependentSchemas"):
            inner = node.get(word)
            for each in inner.values() if isinstance(inner, Mapping) else ():
                total += self.of(each, within) * (_MANY if word == "patternProperties" else 1)
        return min(total, _MOST_WORK + 1)

    def _referred(self, reference: str, within: list[str]) -> int:
        if reference in within:
            raise _EndlessError(reference)
        if reference not in self.known:
            target = value_at(self.root, steps_of(reference))
            self.known[reference] = self.of(target, [*within, reference])
        return self.known[reference]
