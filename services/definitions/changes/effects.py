"""What another definition would do to one application: told by place and in words, never by its answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, get_args

from services.definitions.changes.carrying import SetAside
from services.definitions.changes.change import Change
from services.definitions.changes.questions import EACH, Place, pairs_of, questions_of
from services.definitions.changes.upgrading import AskedAgain, HandedIn, upgrade
from services.definitions.service import Definition, FeeError
from services.definitions.values import ABSENT, pointer_of, same_json, steps_of, value_at

EffectKind = Literal["invalid", "lost", "moved", "document", "fee", "deadline", "state"]
EFFECT_KINDS: Final[tuple[EffectKind, ...]] = get_args(EffectKind)
_LOST: Final = {
    "removed": ("tidak ditanyakan lagi", "is not asked any more"),
    "hidden": ("kini tersembunyi", "is hidden now"),
    "type": ("kini berjenis lain", "takes another kind of answer now"),
}
_ASKED: Final = {
    "missing": ("kini diminta", "is asked now"),
    "invalid": ("diminta dengan jenis atau ukuran lain", "is asked in another kind or size"),
    "changed": ("kini berarti lain", "means something else now"),
    "not_asked": ("tidak diminta lagi", "is not asked any more"),
}
_FEE: Final = {
    "higher": {"id": "Biaya lebih tinggi", "en": "The fee is higher"},
    "lower": {"id": "Biaya lebih rendah", "en": "The fee is lower"},
    "none": {"id": "Biaya tidak dapat dihitung", "en": "The fee cannot be worked out"},
}


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that would be otherwise. `pointer` leads into the answers, with `*` for each item of a list, or is
    `/files/<document>`, `/fee`, `/deadline`, `/workflow/states/<state>`; no part of it was typed by the applicant.

    `kind`: a submission would be refused (`invalid`), an answer falls away (`lost`) or stands elsewhere (`moved`),
    another document is asked, the fee, the deadline's rule, the state is not there.
    """

    kind: EffectKind
    pointer: str
    code: str
    text: Mapping[str, str]


class Comparison:
    """Two definitions of a service, compared application by application."""

    def __init__(self, old: Definition, new: Definition, changes: Sequence[Change]) -> None:
        self.old, self.new, self.changes = old, new, changes
        before, after = questions_of(old), questions_of(new)
        self._places = {each.place for each in (*before.values(), *after.values())}
        self._ids = set(after)
        self._changed = {each.field for each in changes}
        pairs = [(was, now) for was, now in pairs_of(before, after) if was and now]
        self._moved = [(was, now) for was, now in pairs if was.place != now.place and not was.is_group]
        self._titles = {each.id: each.title for each in (*old.requirements, *new.requirements)}
        was, now = (_rule(each) for each in (old, new))
        self._other_deadline = not same_json(was, now)

    def effects(
        self,
        answers: dict[str, Any],
        *,
        state: str | None,
        files: Mapping[str, HandedIn],
        today: date,
        set_aside: Sequence[SetAside] = (),
    ) -> list[Effect]:
        """Return what would be otherwise for an application with these answers and files, each told once.

        `state` is that of one under way, None for a draft and for what has ended; `today` the day by which it is
        judged; `set_aside` fell away before.
        """
        moved = upgrade(answers, self.old, self.new, self.changes, set_aside=set_aside, files=files, today=today)
        before = {(each.field, each.pointer) for each in set_aside}
        lost = [each for each in moved.set_aside if (each.field, each.pointer) not in before]
        # What was of no kind that was asked for, before as now, is no effect of the change.
        unfit = {each.pointer for each in lost if each.field in self._ids - self._changed}
        found = [
            *(self._asked(each) for each in moved.asked_again if each.pointer not in unfit),
            *self._lost(lost, moved.answers, today),
            *self._elsewhere(answers),
            *self._spared(answers, moved.answers, today),
            *self._fee(answers, moved.answers, today),
            *self._rest(state),
        ]
        return [*{(each.kind, each.pointer, each.code): each for each in found}.values()]

    def _asked(self, asked: AskedAgain) -> Effect:
        if asked.document:
            return Effect("document", asked.pointer, asked.why, self._document(asked.pointer, _ASKED[asked.why]))
        pointer, known = self._place(asked.pointer)
        words = ("tidak lagi memenuhi aturan", "does not fit any more")
        return Effect("invalid", pointer, asked.why, asked.text if known else self._words(pointer, words))

    def _place(self, pointer: str) -> tuple[str, bool]:
        """Return a place without anything that was typed: the deepest that the forms name, and whether that is all."""
        steps: Place = tuple(EACH if step.isdigit() else step for step in steps_of(pointer))
        for length in range(len(steps), 0, -1):
            around = steps[:length]
            if around in self._places or (around[-1] == EACH and around[:-1] in self._places):
                return pointer_of(list(around)), length == len(steps)
        return "", not steps

    def _words(self, pointer: str, words: tuple[str, str]) -> dict[str, str]:
        label = self.new.form.label(pointer.replace(f"/{EACH}", "/0"))
        return {"id": f"*{label['id']}* {words[0]}", "en": f"*{label.get('en', label['id'])}* {words[1]}"}

    def _document(self, pointer: str, words: tuple[str, str]) -> dict[str, str]:
        title = self._titles[steps_of(pointer)[1]]
        return {"id": f"*{title['id']}* {words[0]}", "en": f"*{title.get('en', title['id'])}* {words[1]}"}

    def _lost(self, lost: Sequence[SetAside], answers: dict[str, Any], today: date) -> Iterator[Effect]:
        hidden = set(self.new.form.evaluate(answers, draft=True, today=today).hidden) if lost else set()
        for each in lost:
            pointer, known = self._place(each.pointer)
            gone = each.field not in self._ids
            code = "removed" if gone else "hidden" if _covers(hidden, each.pointer) else "type"
            if code == "type" and each.field not in self._changed:
                continue
            id, en = _LOST[code]
            label = each.label if known else self.new.form.label(pointer)
            text = {"id": f"*{label['id']}* {id}", "en": f"*{label.get('en', label['id'])}* {en}"}
            yield Effect("lost", pointer, code, text)

    def _elsewhere(self, answers: Mapping[str, Any]) -> Iterator[Effect]:
        for was, now in self._moved:
            if any(True for _ in _given(answers, was.place)):
                pointer = pointer_of(list(now.place))
                text = self._words(pointer, ("tetap ada di tempat baru", "is kept at its new place"))
                yield Effect("moved", pointer, "moved", text)

    def _spared(self, before: Mapping[str, Any], after: Mapping[str, Any], today: date) -> Iterator[Effect]:
        """Yield the documents that are not asked any more."""
        asked = {each.id for each in self.new.required_documents(after, today)}
        for each in self.old.required_documents(before, today):
            if each.id not in asked:
                pointer = f"/files/{each.id}"
                yield Effect("document", pointer, "not_asked", self._document(pointer, _ASKED["not_asked"]))

    def _fee(self, before: dict[str, Any], after: dict[str, Any], today: date) -> Iterator[Effect]:
        was = amount_of(self.old, before, today)
        now = amount_of(self.new, after, today)
        if was == now:
            return
        code = "none" if now is None else "higher" if was is None or now > was else "lower"
        yield Effect("fee", "/fee", code, _FEE[code])

    def _rest(self, state: str | None) -> Iterator[Effect]:
        if self._other_deadline:
            text = {"id": "Tenggat dihitung dengan aturan lain", "en": "Another rule makes the deadline"}
            yield Effect("deadline", "/deadline", "changed", text)
        if state is not None and state not in self.new.workflow.states:
            label = self.old.workflow.states[state].label if state in self.old.workflow.states else {"id": state}
            text = {
                "id": f"Status “{label['id']}” tidak ada lagi",
                "en": f"The state “{label.get('en', label['id'])}” is not there any more",
            }
            yield Effect("state", pointer_of(["workflow", "states", state]), "missing", text)


def _rule(definition: Definition) -> dict[str, Any]:
    return {key: value for key, value in definition.content["deadline"].items() if key != "basis"}


def amount_of(definition: Definition, answers: dict[str, Any], today: date) -> int | None:
    """Return the fee that a definition's own rule gives for answers, None where it gives none."""
    try:
        return definition.fee_for(definition.form.evaluate(answers, today=today).answers, today).amount
    except FeeError:
        return None


def _covers(hidden: set[str], pointer: str) -> bool:
    return any(pointer == each or pointer.startswith(f"{each}/") for each in hidden)


def _given(value: Any, place: Place) -> Iterator[Any]:
    """Yield each answer that stands at `place`."""
    if not place:
        yield value
    elif place[0] == EACH:
        for item in value if isinstance(value, list) else ():
            yield from _given(item, place[1:])
    else:
        inner = value_at(value, [place[0]])
        if inner is not ABSENT:
            yield from _given(inner, place[1:])
