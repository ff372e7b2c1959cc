"""Carrying answers from field to field, whatever their new names and places."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.definitions.changes.questions import EACH, Pair, Place, Question, questions_of
from services.definitions.service import Definition
from services.definitions.values import ABSENT, pointer_of, steps_of, value_at

_UNFIT = frozenset({"type", "unknown_field"})  # what no draft may hold
_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class SetAside:
    """An answer that a new form has no place for: kept, and shown. `pointer` is where it stood, `field` its field."""

    field: str
    pointer: str
    label: Mapping[str, str]
    value: Any


def carried_over(answers: Mapping[str, Any], pairs: Sequence[Pair]) -> tuple[dict[str, Any], list[SetAside]]:
    """Return the answers at their new places, and those of fields that are gone."""
    lost: list[SetAside] = []
    return _carried(answers, list(pairs), (), (), (), lost), lost


def _carried(
    answers: Mapping[str, Any], pairs: list[Pair], old: Place, new: Place, at: tuple[Any, ...], lost: list[SetAside]
) -> dict[str, Any]:
    """Carry what lies below one place of the old form (`at` in the answers) to one of the new form."""
    carried: dict[str, Any] = dict(_unlisted(answers, pairs, old))
    for was, now in pairs:
        steps = _below(was, old)
        value = ABSENT if steps is None or was is None else value_at(answers, list(steps))
        if was is None or steps is None or value is ABSENT or was.is_computed:
            continue
        target = _below(now, new)
        if was.is_group and isinstance(value, Mapping):
            kept = target if now is not None and now.is_group else None
            if kept:
                _put(carried, kept, {}, over=False)
            for name, inner in _unlisted(value, pairs, was.place):
                if kept:
                    _put(carried, (*kept, name), inner)
                else:
                    place = pointer_of([*at, *steps, name])
                    lost.append(SetAside(f"{was.id}/{name}", place, {"id": name, "en": name}, inner))
        elif now is None or target is None or now.is_group or now.is_computed:
            lost.append(SetAside(was.id, pointer_of([*at, *steps]), dict(was.label), value))
        else:
            _put(carried, target, _items(value, pairs, was, now, (*at, *steps), lost))
    return carried


def _below(field: Question | None, around: Place) -> Place | None:
    """Return the names from `around` to a field; None where it does not lie there, or within the items of a list."""
    if field is None or field.place[: len(around)] != around:
        return None
    steps = field.place[len(around) :]
    return steps if steps and EACH not in steps else None


def _items(
    value: Any, pairs: list[Pair], was: Question, now: Question, at: tuple[Any, ...], lost: list[SetAside]
) -> Any:
    """Return a list with each item carried over, any other value as it is."""
    old, new = (*was.place, EACH), (*now.place, EACH)
    if not isinstance(value, list) or not any(_below(one, old) for one, _ in pairs):
        return value
    return [
        _carried(item, pairs, old, new, (*at, number), lost) if isinstance(item, Mapping) else item
        for number, item in enumerate(value)
    ]


def _unlisted(answers: Mapping[str, Any], pairs: list[Pair], around: Place) -> Iterator[tuple[str, Any]]:
    """Yield answers of a group that takes others than its fields."""
    names = {was.place[len(around)] for was, _ in pairs if was and _below(was, around)}
    yield from ((name, value) for name, value in answers.items() if name not in names)


def _put(answers: dict[str, Any], steps: Place, value: Any, *, over: bool = True) -> None:
    *way, name = steps
    node = answers
    for step in way:
        inner = node.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        node = inner
    if over or name not in node:
        node[name] = value


def restored(
    answers: dict[str, Any], set_aside: Sequence[SetAside], form: Definition, today: date | None
) -> tuple[dict[str, Any], set[str]]:
    """Return the answers with what was set aside put back where the form asks for it again, and those fields' ids.

    Only what fits comes back, and never over an answer that stands.
    """
    fields = questions_of(form)
    back: set[str] = set()
    for each in set_aside:
        field = fields.get(each.field)
        if field is None or field.is_group or EACH in field.place or value_at(answers, list(field.place)) is not ABSENT:
            continue
        tried = _with(answers, field.place, each.value)
        found = form.form.evaluate(tried, draft=True, today=today)
        pointer = pointer_of(list(field.place))
        if value_at(found.answers, list(field.place)) is ABSENT or any(
            problem.pointer.startswith(pointer) for problem in found.problems
        ):
            continue
        answers = found.answers
        back.add(each.field)
    return answers, back


def _with(answers: Mapping[str, Any], steps: Place, value: Any) -> dict[str, Any]:
    """Return a copy of the answers with one more; groups on the way are copied."""
    first, *rest = steps
    inner = answers.get(first)
    return {**answers, first: _with(inner if isinstance(inner, Mapping) else {}, tuple(rest), value) if rest else value}


def fitted(answers: dict[str, Any], form: Definition, today: date | None) -> tuple[dict[str, Any], list[SetAside]]:
    """Return the answers that a draft of this form may hold, and those that it may not: hidden, or of another type."""
    aside: list[SetAside] = []
    for _ in range(_MOST_ROUNDS):
        found = form.form.evaluate(answers, draft=True, today=today)
        unfit = [each.pointer for each in found.problems if each.code in _UNFIT]
        for pointer in [*found.hidden, *unfit]:
            answers, taken = _without(answers, steps_of(pointer))
            if taken is not None:
                steps, value = taken
                label = form.form.label(pointer_of(steps))
                aside.append(SetAside(_id_at(form, steps), pointer_of(steps), label, value))
        if not unfit:
            return found.answers, aside
    return answers, aside


def _id_at(form: Definition, steps: list[str]) -> str:
    place = tuple(EACH if step.isdigit() else step for step in steps)
    fields = questions_of(form).values()
    return next((field.id for field in fields if field.place == place), pointer_of(steps))


def _without(answers: dict[str, Any], steps: list[str]) -> tuple[dict[str, Any], tuple[list[str], Any] | None]:
    """Return the answers without the one at `steps`, and what was taken: the whole list, where it is an item of one."""
    while steps and not isinstance(value_at(answers, steps[:-1]), Mapping):
        steps = steps[:-1]
    value = value_at(answers, steps)
    if not steps or value is ABSENT:
        return answers, None
    return _cut(answers, steps), (steps, value)


def _cut(value: Any, steps: list[str]) -> Any:
    first, *rest = steps
    if isinstance(value, list):
        return [_cut(each, rest) if number == int(first) else each for number, each in enumerate(value)]
    if not rest:
        return {key: inner for key, inner in value.items() if key != first}
    return {**value, first: _cut(value[first], rest)}
