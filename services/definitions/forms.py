"""A form: what may be answered, judged the same on the phone and here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs
import orjson

from services.definitions.faults import Fault
from services.definitions.fields import Field, fields_of_form
from services.definitions.formats import FORMATS
from services.definitions.rules import Rule, drop_hidden, refuse, rules_of
from services.definitions.schemas import resolved
from services.definitions.values import ABSENT, depth_of, pointer_of, steps_of, value_at
from services.definitions.wording import detail_of

MOST_BYTES = 256 * 1024
MOST_DEPTH = 12
_MOST_PROBLEMS = 200
_ROOT = {"id": "Isian", "en": "The answers"}
_CODES = {
    "required": "required",
    "type": "type",
    "additionalProperties": "unknown_field",
    "unevaluatedProperties": "unknown_field",
    "format": "format",
    "pattern": "pattern",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "exclusive_minimum",
    "exclusiveMaximum": "exclusive_maximum",
    "multipleOf": "multiple_of",
    "enum": "enum",
    "const": "enum",
    "oneOf": "enum",
    "minItems": "min_items",
    "maxItems": "max_items",
    "uniqueItems": "unique_items",
}
_MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]


@dataclass(frozen=True, slots=True)
class FormProblem:
    """What is wrong with one answer. `pointer` is the field's; `detail` is `{"id": ..., "en": ...}`."""

    pointer: str
    code: str
    detail: dict[str, str]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Answers without hidden fields, the pointers of what is hidden, and everything that is wrong."""

    answers: dict[str, Any]
    hidden: tuple[str, ...]
    problems: tuple[FormProblem, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A compiled form. Make it with `compile_form`."""

    schema: Mapping[str, Any]
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    validator: jsonschema_rs.Draft202012Validator

    def evaluate(self, answers: dict[str, Any], *, draft: bool = False) -> Evaluation:
        """Judge answers. For a draft, fields not yet filled in are told as the outermost missing one only."""
        try:
            size = len(orjson.dumps(answers))
        except (orjson.JSONEncodeError, RecursionError):
            return Evaluation(answers, (), (FormProblem("", "too_deep", detail_of("too_deep", _ROOT)),))
        if size > MOST_BYTES:
            return Evaluation(answers, (), (FormProblem("", "too_large", detail_of("too_large", _ROOT)),))
        if depth_of(answers, MOST_DEPTH) > MOST_DEPTH:
            return Evaluation(answers, (), (FormProblem("", "too_deep", detail_of("too_deep", _ROOT)),))
        kept, hidden = drop_hidden(self.rules, answers) if self.rules else (answers, set())
        if self.validator.is_valid(kept):
            problems: list[FormProblem] = []
        else:
            found = self._problems(kept, hidden, expand=not draft)
            problems = _unique(found)
        return Evaluation(kept, tuple(sorted(pointer_of(list(each)) for each in hidden)), tuple(problems))

    def _problems(self, answers: Any, hidden: set[tuple[str, ...]], *, expand: bool) -> Iterator[FormProblem]:
        for error in self.validator.iter_errors(answers):
            path = [str(step) for step in error.instance_path]
            facts = error.kind.as_dict()
            code = _CODES.get(error.kind.name, "invalid")
            if code == "required":
                yield from self._missing([*path, facts["property"]], hidden, expand=expand)
            elif code == "unknown_field":
                for name in facts["unexpected"]:
                    label = {"id": f"“{name}”", "en": f"“{name}”"}
                    yield FormProblem(pointer_of([*path, name]), code, detail_of(code, label))
            else:
                yield FormProblem(pointer_of(path), code, detail_of(code, self._label(path), _limit(facts)))

    def _missing(self, path: list[str], hidden: set[tuple[str, ...]], *, expand: bool) -> Iterator[FormProblem]:
        """Yield what is missing: the field itself, or each required field of a missing group."""
        if any(tuple(path[: length + 1]) in hidden for length in range(len(path))):
            return
        node = self._node(path) or {}
        inner = node.get("required", []) if node.get("type") == "object" else []
        if inner and expand:
            for name in inner:
                yield from self._missing([*path, name], hidden, expand=expand)
        elif node.get("type") == "object" and self._all_hidden(path, node, hidden):
            return
        else:
            yield FormProblem(pointer_of(path), "required", detail_of("required", self._label(path)))

    def _all_hidden(self, path: list[str], node: Mapping[str, Any], hidden: set[tuple[str, ...]]) -> bool:
        names = node.get("properties", {})
        return bool(names) and all((*path, name) in hidden for name in names)

    def label(self, pointer: str) -> dict[str, str]:
        """Return a field's name in both languages."""
        return self._label(steps_of(pointer))

    def display(self, pointer: str, answers: Mapping[str, Any]) -> str | None:
        """Return an answer as a person reads it (in Indonesian), None where there is none."""
        steps = steps_of(pointer)
        value = value_at(answers, steps)
        return None if value is ABSENT else _readable(value, self._node(steps) or {})

    def _label(self, steps: list[str]) -> dict[str, str]:
        if not steps:
            return _ROOT
        label = (self._node(steps) or {}).get("x-label")
        if label:
            return dict(label)
        if steps[-1].isdigit() and len(steps) > 1:
            outer = self._label(steps[:-1])
            return {language: f"{text} ({int(steps[-1]) + 1})" for language, text in outer.items()}
        return {"id": steps[-1], "en": steps[-1]}

    def _node(self, steps: list[str]) -> Mapping[str, Any] | None:
        """Return the schema of a field; references inside the form are followed."""
        node: Any = self.schema
        for step in steps:
            node = resolved(self.schema, node)
            inner = node.get("items") if step.isdigit() and "items" in node else node.get("properties", {}).get(step)
            if not isinstance(inner, Mapping):
                return None
            node = inner
        return resolved(self.schema, node)


def _unique(problems: Iterator[FormProblem]) -> list[FormProblem]:
    """Return the problems, one for each place and code, at most `_MOST_PROBLEMS`."""
    found: dict[tuple[str, str], FormProblem] = {}
    for problem in problems:
        found.setdefault((problem.pointer, problem.code), problem)
        if len(found) >= _MOST_PROBLEMS:
            break
    return list(found.values())


def _limit(facts: Mapping[str, Any]) -> Any:
    for name in ("limit", "format", "types", "type", "multiple_of"):
        if name in facts:
            return facts[name]
    return None


def _readable(value: Any, node: Mapping[str, Any]) -> str:
    for choice in node.get("oneOf", []):
        if choice.get("const") == value and "x-label" in choice:
            return str(choice["x-label"]["id"])
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if node.get("format") == "date" and isinstance(value, str):
        year, month, day = value.split("-")
        return f"{int(day)} {_MONTHS[int(month) - 1]} {year}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return "; ".join(_readable(each, node.get("items", {})) for each in value)
    if isinstance(value, Mapping):
        inner = node.get("properties", {})
        return ", ".join(_readable(each, inner.get(name, {})) for name, each in value.items())
    return str(value)


def compile_form(schema: Mapping[str, Any], ui: Mapping[str, Any]) -> tuple[Form | None, list[Fault]]:
    """Compile a form, or say what is wrong with it."""
    rules, faults = rules_of(ui)
    formats: dict[str, Callable[..., bool]] = dict(FORMATS)
    try:
        validator = jsonschema_rs.Draft202012Validator(
            _closed(schema),
            formats=formats,
            validate_formats=True,
            retriever=refuse,
            pattern_options=jsonschema_rs.RegexOptions(),
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        place = pointer_of(list(getattr(error, "instance_path", [])))
        message = str(error).split("\n")[0]
        hint = "Mend the form's schema"
        if place.endswith("/pattern"):
            hint = "Write a regular expression without look-around, back references or huge repetitions"
        return None, [*faults, Fault(f"/form/schema{place}", message, hint)]
    return Form(schema, tuple(fields_of_form(schema)), rules, validator), faults


def _closed(node: Any) -> Any:
    """Return a schema in which objects take no other fields than theirs, and titled choices are a plain enum."""
    if isinstance(node, list):
        return [_closed(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    closed = {key: value if key in ("enum", "const", "default") else _closed(value) for key, value in node.items()}
    choices = closed.get("oneOf")
    if isinstance(choices, list) and all(isinstance(each, Mapping) and "const" in each for each in choices):
        closed["enum"] = [each["const"] for each in choices]
        del closed["oneOf"]
    if closed.get("type") == "object" and isinstance(closed.get("properties"), Mapping):
        closed.setdefault("additionalProperties", False)
    return closed
