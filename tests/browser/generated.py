"""Forms and answers by the thousand, with what the server makes of them; the same for the same seed."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any, Final

from services.definitions import Definition, DefinitionError, load_content
from services.definitions.vectors import expected, read_vectors

TODAY: Final = "2026-11-24"
LABEL: Final[dict[str, Any]] = {"x-label": {"id": "Isian", "en": "Field"}}
NAMES: Final = "abcdef"
BASE: Final = read_vectors()["definitions"]["uji-mesin"]
# Right and wrong of each kind.
TEXTS: Final = (
    "", "a", "abc", "é😀z", "x", "2026-01-01", "2026-02-30", "2024-02-29", "081234567890", "0813 ", "081234567890\n",
    "6471014101900001", "6471013002000001", "64.71.01.1001", "64.71.05.1012", "64.71", "a@b.co", "a@b", "A.b@",
    "12:30:00Z", "2026-01-01T10:00:00+08:00", "https://x.y/z", "urn:x", "550e8400-e29b-41d4-a716-446655440000",
)  # fmt: skip
NUMBERS: Final = (0, 1, -1, 2, 2.5, 0.1, 1.1, 10, 100, 1_500_000, 10**12, -0.5)
FORMATS: Final = ("nik", "kk", "phone", "region", "kelurahan", "date", "email", "uri", "uuid", "time", "date-time")
OPERATORS: Final = {
    "+": 2, "-": 2, "*": 2, "/": 2, "==": 2, "!=": 2, "<": 2, "<=": 2, ">": 2, "and": 2, "or": 2, "if": 3, "!": 1,
    "cat": 2, "max": 2, "min": 2, "in": 2, "years": 2, "days": 2, "length": 1, "ceil": 1, "substr": 3, "missing": 0,
}  # fmt: skip
CONDITIONS: Final = (
    {"const": "x"}, {"type": "integer"}, {"minimum": 1}, True, {"enum": ["a", 1, True]}, {"not": {"const": "a"}},
    {"required": ["a"]}, {"anyOf": [{"type": "string"}, {"minimum": 2}]}, {"pattern": "^a"}, {"contains": {"const": 1}},
)  # fmt: skip


def generated(seed: int, how_many: int) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Yield definitions with answers, and what the server expects: that of the vectors, and `details` of problems."""
    random = Random(seed)  # noqa: S311 - for tests
    made = 0
    while made < how_many:
        definition = _definition(random)
        if definition is None:
            continue
        schema = definition.content["form"]["schema"]
        for _ in range(4):
            given = {name: _value(random, each) for name, each in schema["properties"].items() if random.random() < 0.8}
            made += 1
            yield dict(definition.content), given, told(definition, given, TODAY)


def told(definition: Definition, given: dict[str, Any], today: str) -> dict[str, Any]:
    """Return what the vectors expect, and every problem in words."""
    problems = definition.form.evaluate(given, today=date.fromisoformat(today)).problems
    details = sorted([each.pointer, each.code, each.detail["id"], each.detail["en"]] for each in problems)
    return expected(dict(definition.content), {"given": given, "today": today}) | {"details": details}


def _definition(random: Random) -> Definition | None:
    properties = {name: _node(random, 0) for name in NAMES}
    schema = {"type": "object", "properties": properties, "required": random.sample(NAMES, random.randint(0, 4))}
    paths = list(_paths(schema, ()))
    for path in random.sample(paths, min(2, len(paths))):
        _compute(random, schema, path, paths)
    controls = [{"type": "Control", "scope": _scope((name,))} for name in NAMES]
    controls += [_ruled(random, paths) for _ in range(random.randint(0, 4))]
    checks = [{"rule": _logic(random, paths), "field": "/a", "message": {"id": "x", "en": "y"}} for _ in range(2)]
    content = BASE | {
        "requirements": [BASE["requirements"][0] | {"when": _logic(random, paths)}],
        "fee": {"rule": _logic(random, paths), "basis": "Uji"},
        "form": {"schema": schema, "ui": {"type": "Group", "elements": controls}, "checks": checks},
    }
    try:
        return load_content(content)
    except DefinitionError:
        return None


def _node(random: Random, depth: int) -> dict[str, Any]:
    kind = random.choice(
        ["group", "list", "point", *["text"] * 4, *["number"] * 3, "flag", "enum", "choice", "several"]
    )
    if kind == "group" and depth < 2:
        properties = {name: _node(random, depth + 1) for name in random.sample(NAMES, random.randint(1, 3))}
        made = {"type": "object", "properties": properties, "required": random.sample(sorted(properties), 1)}
        return made | LABEL | random.choice([{}, {}, {"minProperties": 2}, {"propertyNames": {"pattern": "^[a-d]"}}])
    if kind == "list" and depth < 2:
        bounds: dict[str, Any] = random.choice([{}, {"minItems": 2}, {"maxItems": 1}, {"uniqueItems": True}])
        return {"type": "array", "items": _node(random, depth + 1), **bounds, **LABEL}
    if kind == "number":
        bounds = random.choice([{}, {"minimum": 1}, {"exclusiveMaximum": 2.5}, {"multipleOf": 0.1}, {"maximum": 10}])
        return {"type": random.choice(["integer", "number"]), **bounds, **LABEL}
    if kind == "text":
        word: dict[str, Any] = random.choice(
            [{"format": random.choice(FORMATS)}, {"minLength": 2}, {"maxLength": 2}, {"pattern": "^a?.$"}]
        )
        return {"type": "string", **word, **LABEL}
    if kind == "choice":
        return {"type": "string", "oneOf": [{"const": each, **LABEL} for each in ("a", "x")], **LABEL}
    other: dict[str, dict[str, Any]] = {
        "flag": {"type": "boolean"},
        "enum": {"enum": ["a", 1, True]},
        "several": {"type": ["string", "integer"]},
    }
    return other.get(kind, {"type": "boolean"}) | LABEL


def _value(random: Random, node: dict[str, Any]) -> Any:
    if random.random() < 0.12:
        return random.choice([None, True, 0, 2.5, "x", "", [], {}, [1], {"a": 1}])
    kind = node.get("type")
    if kind == "object":
        inner = {name: _value(random, each) for name, each in node["properties"].items() if random.random() < 0.75}
        return inner | ({"z": 1} if random.random() < 0.08 else {})
    if kind == "array":
        return [_value(random, node["items"]) for _ in range(random.randint(0, 3))]
    if "oneOf" in node or "enum" in node:
        return random.choice(["a", "x", "zz", 1])
    if kind == "boolean":
        return random.random() < 0.5
    return random.choice(TEXTS if kind == "string" else NUMBERS)


def _paths(node: dict[str, Any], around: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, each in node.get("properties", {}).items():
        yield (*around, name)
        yield from _paths(each, (*around, name))


def _compute(random: Random, schema: dict[str, Any], path: tuple[str, ...], paths: list[tuple[str, ...]]) -> None:
    """Make a field of a form one that is worked out, where it may be."""
    *around, name = path
    for each in around:
        schema = schema["properties"][each]
    if schema["properties"][name].get("type") in ("string", "integer", "number") and name not in schema["required"]:
        kind = schema["properties"][name]["type"]
        schema["properties"][name] = {"type": kind, "readOnly": True, "x-computed": _logic(random, paths)} | LABEL


def _ruled(random: Random, paths: list[tuple[str, ...]]) -> dict[str, Any]:
    condition = {"scope": _scope(random.choice(paths)), "schema": random.choice(CONDITIONS)}
    elements = [{"type": "Control", "scope": _scope(random.choice(paths))} for _ in range(random.randint(1, 2))]
    rule = {"effect": random.choice(["SHOW", "HIDE"]), "condition": condition}
    return {"type": "Group", "elements": elements, "rule": rule}


def _scope(path: tuple[str, ...]) -> str:
    return "#/properties/" + "/properties/".join(path)


def _logic(random: Random, paths: list[tuple[str, ...]], depth: int = 0) -> Any:
    if depth and (depth > 2 or random.random() < 0.5):
        name = ".".join(random.choice([*paths, ("$today",)]))
        other = random.choice([0, 1, "a", "2026-01-01", True, None, [1, "a"]])
        return random.choice([{"var": name}, {"var": name}, {"var": [name, other]}, other])
    word = random.choice(sorted(OPERATORS))
    return {word: [_logic(random, paths, depth + 1) for _ in range(OPERATORS[word])]}
