"""The plan of a form, and its checks, each as one function of straight lines.

What it is for: most forms have plain rules, and most answers are plain, so that the time goes into finding out what to
do. Here that is found out once for each version. The function gives what `Plan` and `Check` give, or None; then these
judge. `tests/services/definitions/test_unrolled.py` holds the two against each other.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from services.definitions.agreements import Check
from services.definitions.fields import Field
from services.definitions.logic import Logic
from services.definitions.rules import Computed, Plan, Rule
from services.definitions.unrolled.expressions import (
    ANY,
    BOUND,
    FLAG,
    KNOWN,
    NUMBER,
    TEXT,
    Expression,
    NotSimpleError,
    Operand,
    operations_of,
)
from services.definitions.unrolled.groups import Groups, Steps
from services.definitions.unrolled.lines import Lines
from services.definitions.values import without

# What a function may hold; the rest of a larger form's rules goes to the engine, one by one.
_MOST_OPERATIONS = 3000
_MOST_LINES = 5000
_DAY = "day = None if today is None else today.isoformat()"


def unrolled_form(plan: Plan, validator: Any, checks: Sequence[Check], fields: Iterable[Field]) -> Callable[..., Any]:
    """Return a function of a run, whose answers it replaces; it gives None where it cannot tell.

    It runs the plan, asks the form's `validator` whether what is left `fits`, and where it does, puts the checks to it.
    """
    computed = plan.computed
    lines = Lines("run, today", KNOWN | {"without": without, "LEAST": _MOST_OPERATIONS, "validator": validator})
    looked = [{*step.reads, step.watches} if isinstance(step, Rule) else step.reads for step in plan.steps]
    looked += [check.logic.reads for check in checks]
    groups = Groups(lines, "a", {each for some in looked for each in some}.union(computed))
    lines.add("a = run.answers.copy()" if computed else "a = run.answers")
    lines.add("h = run.hidden; c = run.computed; n = 0")
    logics = [step.logic for step in (*plan.steps, *checks) if not isinstance(step, Rule)]
    if any(logic.asks_day for logic in logics):
        lines.add(_DAY)
    groups.look()
    groups.own(computed)
    writer = _Plan(lines, groups, [step for step in plan.steps if isinstance(step, Rule)])
    for step in plan.steps:
        writer.write(step)
    lines.add("run.answers = a; run.left -= n; run.fits = validator.is_valid(a)")
    if checks:
        with lines.block("if run.fits and not run.failed and run.left >= LEAST:"):
            lines.add("n = 0; failed = []")
            _write_checks(lines, groups, checks, writer.hideable, fields, mask=False)
            lines.add("run.left -= n; run.disagreeing = failed")
    lines.add("return run")
    return lines.compiled() if len(lines.text) < _MOST_LINES else _untold


def _untold(*_: Any) -> None:
    """Return None, for a form of more rules than a function should hold."""


def unrolled_checks(checks: Sequence[Check], hiding: Iterable[Steps], fields: Iterable[Field]) -> Callable[..., Any]:
    """Return a function of a run and a mask of checks to leave out; it gives those that fail, or None.

    `hiding` are the fields that rules may hide. What a check reads is right by itself when it is judged, so that the
    schema of `fields` tells what it is.
    """
    lines = Lines("run, skip, today", KNOWN | {"LEAST": _MOST_OPERATIONS})
    groups = Groups(lines, "a", [each for check in checks for each in check.logic.reads])
    lines.add("a = run.answers; h = run.hidden; n = 0; failed = []")
    lines.add("if run.left < LEAST: return None")
    if any(check.logic.asks_day for check in checks):
        lines.add(_DAY)
    groups.look()
    _write_checks(lines, groups, checks, set(hiding), fields, mask=True)
    lines.add("run.left -= n")
    lines.add("return failed")
    return lines.compiled() if len(lines.text) < _MOST_LINES else _untold


def _write_checks(
    lines: Lines, groups: Groups, checks: Sequence[Check], hideable: set[Steps], fields: Iterable[Field], *, mask: bool
) -> None:
    """Write the checks; with `mask` those alone whose bit is not set in `skip`."""
    kinds = {field.steps: _kind_of(field.node) for field in fields}
    budget = _MOST_OPERATIONS
    for place, check in enumerate(checks):
        budget -= operations_of(check.logic.written)
        hidden = _may_hide(lines, check.field, hideable)
        waits = [f"not skip & {1 << place}"] if mask else []
        waits += [f"not ({hidden})"] if hidden else []
        with lines.block(f"if {' and '.join(waits) or 'True'}:"):
            _check(lines, groups, check, place, kinds if budget > 0 else None)


def _check(lines: Lines, groups: Groups, check: Check, place: int, kinds: Mapping[Steps, str] | None) -> None:
    def judge(expression: Expression) -> None:
        truth = expression.truth_of(check.logic.written)
        lines.add(f"if not {truth}: failed.append({place})")

    if kinds is None or not _written(lines, groups, check.logic, judge, kinds):
        lines.add("run.left -= n; n = 0")
        lines.add(f"if {lines.given(check)}.fails(run): failed.append({place})")
        lines.add("if run.left < LEAST: return None")


def _written(
    lines: Lines,
    groups: Groups,
    logic: Logic,
    judge: Callable[[Expression], None],
    kinds: Mapping[Steps, str] = MappingProxyType({}),
) -> bool:
    """Write a rule, within what it waits for; return whether it is simple enough."""
    text, depth = len(lines.text), lines.depth
    read: dict[Steps, Operand] = {}
    for steps in sorted(logic.reads):
        read[steps] = Operand(lines.name(), kinds.get(steps, ANY))
        lines.add(f"{read[steps].name} = {groups.value(steps)}")
    waited = [f"{read[need].name} is not {groups.absent}" for need in sorted(logic.needs)]
    waited += ["day is not None"] if logic.asks_day else []
    expression = Expression(lines, read.__getitem__, groups.absent)
    try:
        if waited:
            with lines.block(f"if {' and '.join(waited)}:"):
                judge(expression)
        else:
            judge(expression)
    except NotSimpleError:
        del lines.text[text:]
        lines.depth = depth
        return False
    return True


def _kind_of(node: Mapping[str, Any]) -> str:
    """Return what is known of a value that fits a schema."""
    if node.get("type") == "string":
        return TEXT
    if node.get("type") == "boolean":
        return FLAG
    least, most = node.get("minimum"), node.get("maximum")
    bounded = isinstance(least, int | float) and isinstance(most, int | float) and -BOUND < least <= most < BOUND
    return NUMBER if bounded and node.get("type") in ("integer", "number") else ANY


def _may_hide(lines: Lines, field: Steps, hideable: set[Steps]) -> str:
    """Return the text that says whether a field is hidden, empty where no rule may hide it."""
    outer = (field[:length] for length in range(1, len(field) + 1))
    return " or ".join(f"{lines.given(each)} in h" for each in outer if each in hideable)


class _Plan:
    """Writes the steps of a plan."""

    def __init__(self, lines: Lines, groups: Groups, rules: Sequence[Rule]) -> None:
        self.lines = lines
        self.groups = groups
        self.hideable = {target for rule in rules for target in rule.targets}
        self.budget = _MOST_OPERATIONS

    def write(self, step: Rule | Computed) -> None:
        if isinstance(step, Rule):
            self.rule(step)
            return
        self.budget -= operations_of(step.logic.written)
        if self.budget < 0 or not self.computed(step):
            self.left_to(step)

    def left_to(self, step: Computed) -> None:
        """Have a step judged by itself."""
        add = self.lines.add
        add("run.left -= n; n = 0; run.answers = a")
        add(f"{self.lines.given(step)}.apply(run)")
        add("if run.left < LEAST: return None")
        add("a = run.answers")
        self.groups.look(step.field[:1])

    def rule(self, rule: Rule) -> None:
        value = self.lines.name()
        self.lines.add(f"{value} = {self.groups.value(rule.watches) if rule.watches else 'a'}")
        holds = _holds(self.lines, rule, value)
        with self.lines.block(f"if not ({holds}):" if rule.show else f"if {holds}:"):
            for target in rule.targets:
                self.lines.add(f"h.add({self.lines.given(target)}); a = without(a, {self.lines.given(target)})")
            for outer in dict.fromkeys(target[:1] for target in rule.targets):
                self.groups.look(outer)

    def computed(self, step: Computed) -> bool:
        lines, groups = self.lines, self.groups
        hidden = _may_hide(lines, step.field, self.hideable)
        text = len(lines.text)

        def judge(expression: Expression) -> None:
            name, kind = expression.scalar_of(step.logic.written)
            if kind == ANY:
                with lines.block(f"if {name} is not None:"):
                    self.store(step, name)
            else:
                self.store(step, name)

        if hidden:
            with lines.block(f"if not ({hidden}):"):
                written = _written(lines, groups, step.logic, judge)
        else:
            written = _written(lines, groups, step.logic, judge)
        if not written:
            del lines.text[text:]
        return written

    def store(self, step: Computed, name: str) -> None:
        """Fill a value in, in a group that is there already; else the step sees to its group."""
        lines, group = self.lines, self.groups.names[step.field[:-1]]
        key, pointer = lines.given(step.field[-1]), lines.given(step.pointer)
        if len(step.field) == 1:
            lines.add(f"a[{key}] = c[{pointer}] = {name}")
            return
        if any(need[:-1] == step.field[:-1] for need in step.logic.needs):
            lines.add(f"{group}[{key}] = c[{pointer}] = {name}")  # it waited for a field of this group
            return
        with lines.block(f"if {group} is NOTHING:"):
            lines.add(f"run.answers = a; {lines.given(step)}.fill(run, {name}); a = run.answers")
            self.groups.look(step.field[:1])
        with lines.block("else:"):
            lines.add(f"{group}[{key}] = c[{pointer}] = {name}")


def _holds(lines: Lines, rule: Rule, value: str) -> str:
    """Return the text that says whether the condition of a rule holds."""
    schema = rule.schema
    if schema is True or schema is False:
        return f"{value} is not ABSENT" if schema else "False"
    if len(schema) == 1 and isinstance(schema.get("const"), bool):
        return f"{value} is {schema['const']}"
    if len(schema) == 1 and isinstance(schema.get("const"), str):
        return f"{value} == {lines.given(schema['const'])}"
    options = schema.get("enum")
    if len(schema) == 1 and isinstance(options, list) and all(isinstance(each, str) for each in options):
        return f"type({value}) is str and {value} in {lines.given(frozenset(options))}"
    return f"{value} is not ABSENT and {lines.given(rule.condition)}.is_valid({value})"
