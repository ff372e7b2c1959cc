"""Moving what a resident typed from one version of a service to another: nothing lost, only changes asked again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from services.definitions.changes.carrying import SetAside, carried_over, fitted, restored
from services.definitions.changes.change import CHANGE_CLASSES, Change, ChangeClass
from services.definitions.changes.questions import EACH, Pair, Place, pairs_of, questions_of
from services.definitions.forms import FormProblem
from services.definitions.service import Definition
from services.definitions.values import ABSENT, pointer_of, steps_of, value_at

Why = Literal["missing", "invalid", "changed"]


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """An answer that is owed again. `pointer` leads into the answers, or is `/files/<document>` where `document`.

    `why`: it is missing, what was given no longer fits, or the question changed. `text` says what changed, in words.
    """

    pointer: str
    why: Why
    text: Mapping[str, str]
    document: bool = False


@dataclass(frozen=True, slots=True)
class Upgrade:
    """Answers under the new version, what must be answered again, what the new form has no place for."""

    answers: dict[str, Any]
    asked_again: tuple[AskedAgain, ...]
    set_aside: tuple[SetAside, ...]


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file that was handed in: its kind, as requirements name it (pdf, jpeg, png), and its size in bytes."""

    kind: str
    size: int


def upgrade(
    answers: dict[str, Any],
    old: Definition,
    new: Definition,
    changes: Sequence[Change],
    *,
    set_aside: Sequence[SetAside] = (),
    files: Mapping[str, HandedIn] | None = None,
    confirm: ChangeClass | None = None,
    today: date | None = None,
) -> Upgrade:
    """Carry answers given under `old` over to `new`, each by its field's id. `changes` are those between the two.

    An answer stays as it was typed, also where it no longer fits; only what no draft of the new form may hold (its
    field is gone or hidden, or takes another type) is set aside. What was `set_aside` before comes back where the new
    form asks for it. `files` were handed in, by document. `confirm` asks for what still fits, too, where a change of
    that class or a stricter one concerns it; without it only for what the change made missing or unfit. `today` is the
    day in the city.
    """
    pairs = pairs_of(questions_of(old), questions_of(new))
    carried, gone = carried_over(answers, pairs)
    carried, back = restored(carried, set_aside, new, today)
    carried, unfit = fitted(carried, new, today)
    asked = [
        *_now_wrong(answers, carried, old, new, pairs, changes, today),
        *_documents(answers, carried, old, new, changes, files or {}, today),
    ]
    if confirm is not None:
        asked += _to_confirm(carried, new, changes, files or {}, confirm, {each.pointer for each in asked})
    still = [each for each in set_aside if each.field not in back]
    return Upgrade(carried, tuple(asked), (*still, *gone, *unfit))


def _now_wrong(
    answers: dict[str, Any],
    carried: dict[str, Any],
    old: Definition,
    new: Definition,
    pairs: Sequence[Pair],
    changes: Sequence[Change],
    today: date | None,
) -> Iterator[AskedAgain]:
    """Yield what the new form finds wrong and the old one did not."""
    moved = {was.place: now.place for was, now in pairs if was and now}
    known = {(_moved(each, moved), each.code) for each in old.form.evaluate(answers, today=today).problems}
    texts = _texts(changes, {now.id: now.place for _, now in pairs if now})
    for problem in new.form.evaluate(carried, today=today).problems:
        if (problem.pointer, problem.code) in known:
            continue
        steps = steps_of(problem.pointer)
        why: Why = "missing" if value_at(carried, steps) is ABSENT else "invalid"
        around = (texts.get(_place(steps[:length])) for length in range(len(steps), 0, -1))
        yield AskedAgain(problem.pointer, why, next((text for text in around if text), problem.detail))


def _moved(problem: FormProblem, moved: Mapping[Place, Place]) -> str:
    """Return where a problem of the old form lies in the new one."""
    steps = steps_of(problem.pointer)
    numbers = iter([step for step in steps if step.isdigit()])
    place = moved.get(_place(steps), _place(steps))
    return pointer_of([next(numbers, step) if step == EACH else step for step in place])


def _place(steps: Sequence[str]) -> Place:
    return tuple(EACH if step.isdigit() else step for step in steps)


def _texts(changes: Sequence[Change], places: Mapping[str, Place]) -> dict[Place, dict[str, str]]:
    """Return by place what changed there in words, what breaks before the rest."""
    found: dict[Place, dict[str, str]] = {}
    for change in sorted(changes, key=lambda each: -CHANGE_CLASSES.index(each.change_class)):
        place = places.get(change.field)
        if place is not None and (place not in found or change.change_class == "breaking"):
            found[place] = _joined(found.get(place), change.text)
    return found


def _joined(before: Mapping[str, str] | None, text: Mapping[str, str]) -> dict[str, str]:
    return {key: f"{before[key]}; {value}" if before else value for key, value in text.items()}


def _documents(
    answers: dict[str, Any],
    carried: dict[str, Any],
    old: Definition,
    new: Definition,
    changes: Sequence[Change],
    files: Mapping[str, HandedIn],
    today: date | None,
) -> Iterator[AskedAgain]:
    """Yield the documents that are asked newly, and those whose file no longer fits."""
    before = {each.id for each in old.required_documents(answers, today)}
    owed = {each.id for each in new.required_documents(carried, today)} - before
    texts = _document_texts(changes)
    for each in new.requirements:
        handed = files.get(each.id)
        if handed is None:
            if each.id in owed:
                yield AskedAgain(f"/files/{each.id}", "missing", texts.get(each.id, each.title), document=True)
        elif handed.kind not in each.accept or handed.size > each.max_mb * 1024 * 1024:
            yield AskedAgain(f"/files/{each.id}", "invalid", texts.get(each.id, each.title), document=True)


def _document_texts(changes: Sequence[Change]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for change in changes:
        if change.document:
            found[change.document] = _joined(found.get(change.document), change.text)
    return found


def _to_confirm(
    carried: dict[str, Any],
    new: Definition,
    changes: Sequence[Change],
    files: Mapping[str, HandedIn],
    confirm: ChangeClass,
    asked: set[str],
) -> Iterator[AskedAgain]:
    """Yield what was answered to a question that changed, though the answer still fits."""
    weighty = [each for each in changes if CHANGE_CLASSES.index(each.change_class) >= CHANGE_CLASSES.index(confirm)]
    places = {id: field.place for id, field in questions_of(new).items()}
    for place, text in _texts(weighty, places).items():
        for steps in _given(carried, place):
            if pointer_of(steps) not in asked:
                yield AskedAgain(pointer_of(steps), "changed", text)
    for document, text in _document_texts(weighty).items():
        known = any(each.id == document for each in new.requirements)
        if known and document in files and f"/files/{document}" not in asked:
            yield AskedAgain(f"/files/{document}", "changed", text, document=True)


def _given(value: Any, place: Place, steps: tuple[Any, ...] = ()) -> Iterator[list[Any]]:
    """Yield the steps to each answer that stands at `place`."""
    if not place:
        yield list(steps)
    elif place[0] == EACH and isinstance(value, list):
        for number, item in enumerate(value):
            yield from _given(item, place[1:], (*steps, number))
    elif isinstance(value, Mapping) and place[0] in value:
        yield from _given(value[place[0]], place[1:], (*steps, place[0]))
