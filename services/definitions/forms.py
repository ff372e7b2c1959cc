"""A form: what may be answered, judged the same on the phone and here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple

import jsonschema_rs
import orjson

from services.definitions.agreements import CODE, Check, compile_checks
from services.definitions.closing import bounded, closed_schema, quick_schema
from services.definitions.faults import Fault
from services.definitions.fields import ITEM, MOST_DEPTH, Field, fields_of_form
from services.definitions.formats import PATTERNS
from services.definitions.formats import fits as fits_format
from services.definitions.kinds import kind_of
from services.definitions.logic import Logic
from services.definitions.rules import REGEX, Computed, Plan, Run, Steps, plan_of, refuse
from services.definitions.schemas import resolved
from services.definitions.values import ABSENT, depth_of, pointer_of, steps_of, value_at, walk
from services.definitions.wording import detail_of

MOST_BYTES = 256 * 1024
MOST_VALUES = 20_000
_SMALL = 16 * 1024
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
_OTHER_CODES = ("invalid", "not_computed", "not_json", "too_deep", "too_large", "too_many")
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


class Evaluation(NamedTuple):
    """Answers without hidden fields and with what was worked out, the pointers of what is hidden, what is wrong.

    `computed` are the values that were worked out, by pointer.
    """

    answers: dict[str, Any]
    hidden: tuple[str, ...]
    problems: tuple[FormProblem, ...]
    computed: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Form:
    """A compiled form. Make it with `compile_form`.

    `quick` says whether answers fit, all formats being patterns; `closed` is the schema that the reasons are read from.
    `bounded` says that what fits it cannot nest deeper than answers may.
    """

    schema: Mapping[str, Any]
    fields: tuple[Field, ...]
    plan: Plan
    checks: tuple[Check, ...]
    prefill: Mapping[str, str]
    closed: dict[str, Any]
    quick: jsonschema_rs.Draft202012Validator
    bounded: bool

    def evaluate(self, answers: dict[str, Any], *, draft: bool = False, today: date | None = None) -> Evaluation:
        """Judge answers. For a draft, fields not yet filled in are told as the outermost missing one only.

        `today` is the day in the city, for rules that ask for it. Evaluating the answers that come back again gives
        the same answers.
        """
        try:
            written = orjson.dumps(answers)
        except (orjson.JSONEncodeError, RecursionError):
            return _refused(answers, "too_deep" if depth_of(answers, MOST_DEPTH) > MOST_DEPTH else "not_json")
        if len(written) > MOST_BYTES:
            return _refused(answers, "too_large")
        if len(written) > _SMALL and (code := _excess(answers, written)):
            return _refused(answers, code)
        run = self.plan.run(answers, today)
        fits = self.quick.is_valid(run.answers)
        if (not fits or not self.bounded) and (code := _excess(answers, written)):
            return _refused(answers, code)
        hidden = tuple(sorted([pointer_of(list(each)) for each in run.hidden])) if run.hidden else ()
        if fits and not run.failed and not self.checks:  # the answers of most, most of the time
            return Evaluation(run.answers, hidden, (), run.computed)
        problems = _unique(self._all_problems(run, fits=fits, expand=not draft))
        return Evaluation(run.answers, hidden, problems, run.computed)

    @cached_property
    def validator(self) -> jsonschema_rs.Draft202012Validator:
        """Return what tells each reason why answers do not fit, formats by their names."""
        formats: dict[str, Callable[..., bool]] = {name: partial(fits_format, name) for name in PATTERNS}
        return jsonschema_rs.Draft202012Validator(
            self.closed, formats=formats, validate_formats=True, retriever=refuse, pattern_options=REGEX
        )

    @property
    def logic(self) -> dict[str, Logic]:
        """Return the rules of checks and computed fields, by their pointers in the definition."""
        places = {each.steps: each.place for each in self.fields}
        found = {f"/form/checks/{place}/rule": check.logic for place, check in enumerate(self.checks)}
        computed = [step for step in self.plan.steps if isinstance(step, Computed)]
        return found | {f"{places[step.field]}/x-computed": step.logic for step in computed}

    def files(self, answers: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """Return the files that answers name: pointer, required document, and the file's id."""
        named = [(each, value_at(answers, each.steps)) for each in self.fields if kind_of(each.node) == "file"]
        return [(each.path, str(each.written["x-document"]), value) for each, value in named if isinstance(value, str)]

    def members(self, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return the family members that answers name: pointer and the person's id."""
        found: list[tuple[str, str]] = []
        for each in self.fields:
            if kind_of(each.node) == "family-member":
                found += [(pointer, value) for pointer, value in _all_at(answers, each.steps, "")]
        return found

    def _all_problems(self, run: Run, *, fits: bool, expand: bool) -> Iterator[FormProblem]:
        """Yield what is wrong with single fields, then what could not be worked out, then what does not agree."""
        wrong: set[Steps] = set(run.failed)
        for each in () if fits else self._problems(run.answers, run.hidden, expand=expand):
            wrong.add(tuple(steps_of(each.pointer)))
            yield each
        for steps in run.failed:
            yield FormProblem(
                pointer_of(list(steps)), "not_computed", detail_of("not_computed", self._label(list(steps)))
            )
        for check in self.checks:
            if check.fails(run, wrong):
                yield FormProblem(check.pointer, check.code, dict(check.message))

    def _problems(self, answers: Any, hidden: set[Steps], *, expand: bool) -> Iterator[FormProblem]:
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

    def _missing(self, path: list[str], hidden: set[Steps], *, expand: bool) -> Iterator[FormProblem]:
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

    def _all_hidden(self, path: list[str], node: Mapping[str, Any], hidden: set[Steps]) -> bool:
        names = node.get("properties", {})
        return bool(names) and all((*path, name) in hidden for name in names)

    def asks(self, pointer: str) -> bool:
        """Return whether the form asks for an answer at `pointer`, such as `/saksi/0/nik`; not what it works out."""
        steps = steps_of(pointer)
        return any(
            len(each.steps) == len(steps)
            and all(
                own in (step, ITEM if step.isdigit() else None) for own, step in zip(each.steps, steps, strict=True)
            )
            and "x-computed" not in each.written
            for each in self.fields
        )

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


def _refused(answers: dict[str, Any], code: str) -> Evaluation:
    """Return answers that are not judged at all."""
    return Evaluation(answers, (), (FormProblem("", code, detail_of(code, _ROOT)),))


def _excess(answers: Any, written: bytes) -> str | None:
    """Return in which way answers are too much to be judged. `written` is their JSON."""
    brackets = written.count(b"[") + written.count(b"{")
    if brackets > MOST_DEPTH and depth_of(answers, MOST_DEPTH) > MOST_DEPTH:
        return "too_deep"
    # Every value but the outermost stands behind a comma or a bracket.
    if (
        brackets + written.count(b",") > MOST_VALUES
        and next(islice(walk(answers), MOST_VALUES, None), None) is not None
    ):
        return "too_many"
    return None


def _all_at(value: Any, steps: Steps, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield each text at `steps`, `*` being every item of a list, with its pointer."""
    if not steps:
        if isinstance(value, str):
            yield pointer, value
    elif steps[0] == ITEM:
        for place, each in enumerate(value if isinstance(value, list) else []):
            yield from _all_at(each, steps[1:], f"{pointer}/{place}")
    elif isinstance(value, Mapping) and steps[0] in value:
        yield from _all_at(value[steps[0]], steps[1:], f"{pointer}/{steps[0]}")


def _unique(problems: Iterator[FormProblem]) -> tuple[FormProblem, ...]:
    """Return the problems, one for each place and code, at most `_MOST_PROBLEMS`."""
    found: dict[tuple[str, str], FormProblem] = {}
    for problem in problems:
        found.setdefault((problem.pointer, problem.code), problem)
        if len(found) >= _MOST_PROBLEMS:
            break
    return tuple(found.values())


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


def compile_form(form: Mapping[str, Any]) -> tuple[Form | None, list[Fault]]:
    """Compile a definition's form, or say what is wrong with it."""
    schema = form["schema"]
    fields = fields_of_form(schema)
    plan, faults = plan_of(form["ui"], fields)
    checks, more = compile_checks(form.get("checks", []), {*_CODES.values(), *_OTHER_CODES} - {CODE})
    faults += more
    closed = closed_schema(schema)
    try:
        quick = jsonschema_rs.Draft202012Validator(
            quick_schema(closed), validate_formats=True, retriever=refuse, pattern_options=REGEX
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        place = pointer_of(list(getattr(error, "instance_path", [])))
        message = str(error).split("\n")[0][:200]
        hint = "Mend the form's schema"
        if place.endswith("/pattern"):
            hint = "Write a regular expression without look-around, back references or huge repetitions"
        return None, [*faults, Fault(f"/form/schema{place}", message, hint)]
    prefill = dict(form.get("prefill", {}))
    return Form(schema, tuple(fields), plan, checks, prefill, closed, quick, bounded(closed, MOST_DEPTH)), faults
