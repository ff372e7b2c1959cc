"""JsonLogic in a definition: what it may say, what it reads, and how much work it may make.

A rule speaks the words that every JsonLogic library knows, and six more: `ceil`, `floor`, `abs`, `length`, and between
two dates `years` and `days`. `{var: $today}` is the day in the city. No clock, no chance, no growth that costs nothing:
the same answers on the same day give the same result, here and on the phone.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import datalogic_py
import orjson

from services.definitions.faults import Fault
from services.definitions.values import ABSENT, pointer_of, value_at

TODAY = "$today"
MOST_OPERATIONS = 20_000
MOST_OPERATIONS_TOGETHER = 100_000
_MOST_BYTES = 8 * 1024
_MOST_DEPTH = 20
_MOST_NESTED_LOOPS = 2
_LOOPS = frozenset({"map", "filter", "reduce", "all", "some", "none"})
_COMPARISONS = frozenset({"==", "===", "!=", "!==", ">", ">=", "<", "<=", "!", "!!", "and", "or", "if", "?:", "in"})
_ARITHMETIC = frozenset({"+", "-", "*", "/", "%", "max", "min", "cat", "substr", "merge", "missing", "missing_some"})
_OURS = frozenset({"ceil", "floor", "abs", "length", "years", "days"})
OPERATORS = frozenset({"var"}) | _LOOPS | _COMPARISONS | _ARITHMETIC | _OURS


class LogicError(Exception):
    """A rule that gives no result for these answers: it divides by zero, meets a text for a number, works too much."""


def days_between(first: Any, second: Any) -> int | None:
    """Return the days from the first date to the second, None where one is no date."""
    begin, end = _date(first), _date(second)
    return None if begin is None or end is None else (end - begin).days


def years_between(first: Any, second: Any) -> int | None:
    """Return the full years from the first date to the second, as an age; None where one is no date."""
    begin, end = _date(first), _date(second)
    if begin is None or end is None:
        return None
    return end.year - begin.year - ((end.month, end.day) < (begin.month, begin.day))


def _between(count: Callable[[Any, Any], int | None], arguments: str) -> str:
    """Return what `count` makes of the two arguments that the engine hands over as JSON."""
    found = json.loads(arguments)
    return json.dumps(count(*found) if isinstance(found, list) and len(found) == 2 else None)


def _date(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else None
    except ValueError:
        return None


_engine = datalogic_py.Engine(
    config={"ops_budget": MOST_OPERATIONS},
    families=["ExtMath", "ExtString"],
    custom_operators={"days": partial(_between, days_between), "years": partial(_between, years_between)},
)


class Meter:
    """The work that all rules of one evaluation may still make, in the engine's operations."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MOST_OPERATIONS_TOGETHER


@dataclass(frozen=True, slots=True)
class Logic:
    """A compiled rule, `written` so. `needs` and `reads` are steps of fields: those it cannot do without, and all.

    `parts` are the outermost of what it reads: the rest of the answers is not shown to it.
    """

    written: Any
    compiled: datalogic_py.Rule
    needs: tuple[tuple[str, ...], ...]
    reads: frozenset[tuple[str, ...]]
    parts: tuple[str, ...]
    asks_day: bool

    def waits(self, answers: Mapping[str, Any], today: date | None) -> bool:
        """Return whether something that the rule cannot do without is not there: a field, or the day."""
        if self.asks_day and today is None:
            return True
        return any(value_at(answers, need) is ABSENT for need in self.needs)

    def evaluate(self, answers: Mapping[str, Any], today: date | None = None, meter: Meter | None = None) -> Any:
        """Return what the rule gives.

        :raises LogicError: when it gives nothing.
        """
        meter = meter or Meter()
        data = {name: answers[name] for name in self.parts if name in answers}
        if self.asks_day and today is not None:
            data[TODAY] = today.isoformat()
        try:
            result, spent = self.compiled.evaluate_metered(data, max(1, min(meter.left, MOST_OPERATIONS)))
        except datalogic_py.DataLogicError as error:
            meter.left -= MOST_OPERATIONS if error.error_type == "BudgetExceeded" else 1
            raise LogicError(str(error)) from error
        meter.left -= spent
        value = orjson.loads(result)
        return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value

    def holds(self, answers: Mapping[str, Any], today: date | None = None, meter: Meter | None = None) -> bool:
        """Return whether what the rule gives counts as true: not null, false, 0, "" or an empty list.

        :raises LogicError: when it gives nothing.
        """
        return bool(self.evaluate(answers, today, meter))


def compile_logic(rule: Any, pointer: str) -> tuple[Logic | None, list[Fault]]:
    """Compile the rule that stands at `pointer`, or say what is wrong with it."""
    if len(orjson.dumps(rule)) > _MOST_BYTES:
        return None, [
            Fault(pointer, f"the rule is larger than {_MOST_BYTES // 1024} KB", "Write it shorter", harms=True)
        ]
    reading = _Reading(pointer)
    reading.read(rule, [], loops=0)
    if reading.faults:
        return None, sorted(reading.faults, key=lambda each: not each.harms)[:20]
    wrong = [each for each in _engine.check(rule) if each["severity"] == "error"]
    if wrong:
        return None, [Fault(pointer + each["pointer"], each["message"], "Mend the JsonLogic rule") for each in wrong]
    try:
        compiled = _engine.compile(rule)
        missing = {tuple(read) for read in compiled.facts()["reads"]}
    except datalogic_py.DataLogicError as error:
        return None, [Fault(pointer, str(error), "Mend the JsonLogic rule")]
    reads = frozenset(reading.reads | missing - {(TODAY,)})
    parts = tuple({steps[0] for steps in reads if steps})
    return Logic(rule, compiled, tuple(reading.needs), reads, parts, (TODAY,) in missing), []


@dataclass(slots=True)
class _Reading:
    """Walks a rule once: which words it uses, what it reads, and whether it could grow."""

    pointer: str
    needs: set[tuple[str, ...]] = field(default_factory=set)
    reads: set[tuple[str, ...]] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    depth: int = 0

    def fault(self, steps: list[Any], message: str, hint: str, *, harms: bool = False) -> None:
        self.faults.append(Fault(self.pointer + pointer_of(steps), message, hint, harms=harms))

    def read(self, node: Any, steps: list[Any], loops: int) -> None:
        """Read one operation, or a constant. `loops` counts the lists that are walked around it."""
        if self.depth > _MOST_DEPTH:
            message = f"the rule nests more than {_MOST_DEPTH} levels deep"
            self.fault([], message, "Flatten it; compute parts in fields", harms=True)
        elif isinstance(node, list):
            if not _constant(node):
                hint = "Write `{merge: [...]}`, which counts what it copies; a list in a rule holds constants"
                self.fault(steps, "a list holds operations", hint, harms=True)
        elif isinstance(node, Mapping):
            if len(node) == 1:
                self.operation(*next(iter(node.items())), steps, loops)
            else:
                self.fault(steps, "an operation has one key", "Write `{operator: [arguments]}`")

    def operation(self, word: str, written: Any, steps: list[Any], loops: int) -> None:
        """Read one operation with its arguments."""
        if word not in OPERATORS:
            known = ", ".join(sorted(OPERATORS))
            self.fault(steps, f"there is no operator {word[:40]!r}", f"Choose one of: {known}")
            return
        arguments = written if isinstance(written, list) else [written]
        if word == "var":
            self.variable(arguments, [*steps, word], loops)
            return
        if word in ("missing", "missing_some") and not _constant(arguments):
            self.fault([*steps, word], "the names of fields are constants", "Write them out")
        inner = loops + (word in _LOOPS)
        if inner > _MOST_NESTED_LOOPS:
            message = f"more than {_MOST_NESTED_LOOPS} lists are walked within each other"
            self.fault(steps, message, "Compute a part of it in a field of its own", harms=True)
            return
        self.depth += 1
        for place, each in enumerate(arguments):
            within = [*steps, word, place] if isinstance(written, list) else [*steps, word]
            self.read(each, within, inner if place == 1 else loops)
        self.depth -= 1

    def variable(self, arguments: list[Any], steps: list[Any], loops: int) -> None:
        name = arguments[0] if arguments else ""
        if len(arguments) > 2 or not isinstance(name, str | int) or isinstance(name, bool) or not _constant(arguments):
            self.fault(steps, "the name of a field is a constant", "Write `{var: group.name}` or `{var: [name, else]}`")
            return
        if loops:
            return  # the field of an item
        if name == "":
            self.fault(steps, "the rule reads all answers", "Name the field as `group.name`")
            return
        field_steps = tuple(str(name).split("."))
        if field_steps != (TODAY,):
            self.reads.add(field_steps)
            if len(arguments) == 1:
                self.needs.add(field_steps)


def _constant(node: Any) -> bool:
    return not any(isinstance(each, Mapping) for each in _parts(node))


def _parts(node: Any) -> Iterator[Any]:
    yield node
    for each in node if isinstance(node, list) else ():
        yield from _parts(each)
