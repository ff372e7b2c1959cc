"""A form: what may be answered, judged the same on the phone and here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple

import jsonschema_rs
import orjson

from services.definitions.agreements import CODE, Check, Concerned, compile_checks
from services.definitions.closing import FORMATS_BY_PATTERN, bounded, closed_schema, quick_schema
from services.definitions.faults import Fault
from services.definitions.fields import ITEM, MOST_DEPTH, Field, fields_of_form
from services.definitions.kinds import kind_of
from services.definitions.logic import Logic
from services.definitions.rules import REGEX, Computed, Plan, Rule, Run, Steps, plan_of, refuse
from services.definitions.schemas import resolved
from services.definitions.unrolled import unrolled_checks, unrolled_form
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
_made = tuple.__new__  # what a named tuple makes itself with, without the way there
_LIMITS = ("types", "limit", "format", "type", "multiple_of")
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


class FormProblem(NamedTuple):
    """What is wrong with one answer. `pointer` is the field's; `detail` is `{"id": ..., "en": ...}`."""

    pointer: str
    code: str
    detail: dict[str, str]


Found = dict[tuple[str, str], FormProblem]


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

    `closed` is the schema that answers are put to, `quick` judges them by it, the country's formats being patterns.
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
        run = Run(answers, today)
        if self._unrolled(run, today) is None:
            run = self.plan.run(answers, today)
            run.fits = self.quick.is_valid(run.answers)
        if (not run.fits or not self.bounded) and (code := _excess(answers, written)):
            return _refused(answers, code)
        hidden = tuple(sorted(map(self._pointers.__getitem__, run.hidden))) if run.hidden else ()
        if run.fits and not run.failed and (run.disagreeing == [] or not self.checks):  # most answers
            return _made(Evaluation, (run.answers, hidden, (), run.computed))
        problems = self._all_problems(run, expand=not draft)
        return _made(Evaluation, (run.answers, hidden, problems, run.computed))

    def _failing(self, run: Run, skip: int) -> list[int]:
        """Return the places of the checks that do not hold; `skip` are those (as bits) that are not judged."""
        if run.disagreeing is not None:  # all were judged
            return run.disagreeing
        left = run.left
        failing: list[int] | None = self._unrolled_checks(run, skip, run.today)
        if failing is not None:
            return failing
        run.left = left
        return [place for place, each in enumerate(self.checks) if not skip >> place & 1 and each.fails(run)]

    @cached_property
    def _unrolled(self) -> Callable[..., Any]:
        return unrolled_form(self.plan, self.quick, self.checks, self.fields)

    @cached_property
    def _unrolled_checks(self) -> Callable[..., Any]:
        return unrolled_checks(self.checks, self._pointers, self.fields)

    @cached_property
    def _pointers(self) -> dict[Steps, str]:
        """Return the pointer of each field that a rule may hide."""
        hideable = {target for step in self.plan.steps if isinstance(step, Rule) for target in step.targets}
        return {each: pointer_of(list(each)) for each in hideable}

    @cached_property
    def _concerned(self) -> Concerned:
        return Concerned(self.checks, [each.steps for each in self.fields])

    @property
    def logic(self) -> dict[str, Logic]:
        """Return the rules of checks and computed fields, by their pointers in the definition."""
        places = {each.steps: each.place for each in self.fields}
        found = {f"/form/checks/{place}/rule": check.logic for place, check in enumerate(self.checks)}
        computed = [step for step in self.plan.steps if isinstance(step, Computed)]
        return found | {f"{places[step.field]}/x-computed": step.logic for step in computed}

    def files(self, answers: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """Return the files that answers name: pointer, required document, and the file's id."""
        named = [(each, value_at(answers, each.steps)) for each in self._of_kind("file")]
        return [(each.path, str(each.written["x-document"]), value) for each, value in named if isinstance(value, str)]

    def members(self, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return the family members that answers name: pointer and the person's id."""
        found: list[tuple[str, str]] = []
        for each in self._of_kind("family-member"):
            found += [(pointer, value) for pointer, value in _all_at(answers, each.steps, "")]
        return found

    def _of_kind(self, kind: str) -> Sequence[Field]:
        return self._by_kind.get(kind, ())

    @cached_property
    def _by_kind(self) -> dict[str, list[Field]]:
        found: dict[str, list[Field]] = {}
        for each in self.fields:
            found.setdefault(kind_of(each.node), []).append(each)
        return found

    def _all_problems(self, run: Run, *, expand: bool) -> tuple[FormProblem, ...]:
        """Return what is wrong with single fields, then what could not be worked out, then what does not agree.

        One for each place and code, at most `_MOST_PROBLEMS`.
        """
        wrong: set[Steps] = set(run.failed)
        found: Found = {}
        if not run.fits:
            self._note_problems(found, run.answers, run.hidden, wrong, expand=expand)
        for steps in run.failed:
            _note(found, pointer_of(steps), "not_computed", self._label(steps))
        for place in self._failing(run, self._concerned.by(wrong)) if self.checks else ():
            check = self.checks[place]
            found.setdefault((check.pointer, check.code), FormProblem(check.pointer, check.code, dict(check.message)))
        return tuple(islice(found.values(), _MOST_PROBLEMS))

    def _note_problems(
        self, found: Found, answers: Any, hidden: set[Steps], wrong: set[Steps], *, expand: bool
    ) -> None:
        """Note what is wrong with single fields: in `found` the problems, in `wrong` the fields."""
        for error in self.quick.iter_errors(answers):
            path = tuple(map(str, error.instance_path))
            kind, facts = error.kind.name, error.kind.as_dict()
            if kind == "pattern" and facts["pattern"] in FORMATS_BY_PATTERN:
                kind, facts = "format", {"format": FORMATS_BY_PATTERN[facts["pattern"]]}
            code = _CODES.get(kind, "invalid")
            if code == "required":
                for missing in self._missing((*path, facts["property"]), hidden, expand=expand):
                    wrong.add(missing)
                    _note(found, pointer_of(missing), code, self._label(missing))
            elif code == "unknown_field":
                for name in facts["unexpected"]:
                    wrong.add((*path, name))
                    _note(found, pointer_of((*path, name)), code, {"id": f"“{name}”", "en": f"“{name}”"})
            else:
                wrong.add(path)
                pointer, label = self._named.get(path) or (pointer_of(path), self._label(path))
                _note(found, pointer, code, label, _limit(facts))
            if len(found) >= _MOST_PROBLEMS:
                return

    def _missing(self, path: Steps, hidden: set[Steps], *, expand: bool) -> Iterator[Steps]:
        """Yield what is missing: the field itself, or each required field of a missing group."""
        if any(path[: length + 1] in hidden for length in range(len(path))):
            return
        node = self._node(path) or {}
        inner = node.get("required", []) if node.get("type") == "object" else []
        if inner and expand:
            for name in inner:
                yield from self._missing((*path, name), hidden, expand=expand)
        elif node.get("type") != "object" or not self._all_hidden(path, node, hidden):
            yield path

    def _all_hidden(self, path: Steps, node: Mapping[str, Any], hidden: set[Steps]) -> bool:
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

    @cached_property
    def _named(self) -> dict[Steps, tuple[str, Mapping[str, str]]]:
        """Return the pointer and the name of each field that has a name and does not repeat."""
        return {each.steps: (each.path, each.node["x-label"]) for each in self.fields if "x-label" in each.node}

    def label(self, pointer: str) -> dict[str, str]:
        """Return a field's name in both languages."""
        return dict(self._label(steps_of(pointer)))

    def display(self, pointer: str, answers: Mapping[str, Any]) -> str | None:
        """Return an answer as a person reads it (in Indonesian), None where there is none."""
        steps = steps_of(pointer)
        value = value_at(answers, steps)
        return None if value is ABSENT else _readable(value, self._node(steps) or {})

    def _label(self, steps: Sequence[str]) -> Mapping[str, str]:
        if not steps:
            return _ROOT
        if known := self._named.get(tuple(steps)):
            return known[1]
        label = (self._node(steps) or {}).get("x-label")
        if label:
            return dict(label)
        if steps[-1].isdigit() and len(steps) > 1:
            outer = self._label(steps[:-1])
            return {language: f"{text} ({int(steps[-1]) + 1})" for language, text in outer.items()}
        return {"id": steps[-1], "en": steps[-1]}

    def _node(self, steps: Sequence[str]) -> Mapping[str, Any] | None:
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
    if len(written) <= MOST_VALUES:
        return None
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


def _note(found: Found, pointer: str, code: str, label: Mapping[str, str], limit: Any = None) -> None:
    """Note a problem, unless one of this code was noted there."""
    key = (pointer, code)
    if key not in found:
        found[key] = FormProblem(pointer, code, detail_of(code, label, limit))


def _limit(facts: Mapping[str, Any]) -> Any:
    """Return the bound, format or types that were not met, None where the library tells none."""
    return next((facts[name] for name in _LIMITS if name in facts), None)


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
