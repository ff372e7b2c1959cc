"""The officer's side of a round: asking, taking it back, and what silence ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from services.agencies.queries import calendar
from services.applications.city_time import city_day
from services.applications.models import DRAFT, Application, CorrectionRound
from services.applications.operations.corrections.steps import invalid, locked, no_round, step
from services.applications.operations.rounds import awaiting_correction, close_round
from services.applications.operations.transitions import action_forbidden
from services.applications.queries.behalf import involved
from services.applications.queries.corrections import ANSWERS, FILES, answer_at, described, names_within, open_round
from services.catalogue.versions import Version, version_of
from services.definitions import REASONS, Deadline, last_day
from superapp.http.problems import FieldError, Problem


@dataclass(frozen=True, slots=True)
class Item:
    """What an officer marks: a pointer to an answer or a file, why, and words for the resident."""

    pointer: str
    reason_code: str
    words: str


@transaction.atomic
def ask_correction(
    *, application_id: UUID, actor_id: UUID, role: str, items: Sequence[Item], message: str, now: datetime
) -> CorrectionRound:
    """Open a round for `items` of a submitted application that the caller found to be theirs to see. The clock stands.

    :raises Problem: 409 when it is decided, waits already, waits by its workflow, or had its rounds; 403 for one's own;
        422 without items, and naming each that is no answer or file, comes twice or lacks a reason.
    """
    application = locked(application_id)
    version = version_of(application.version_id)
    rules = version.definition.corrections
    if application.state == DRAFT or application.end:
        raise _closed()
    if open_round(application_id) is not None:
        raise awaiting_correction()
    if version.definition.workflow.states[application.state].clock != "running":
        raise _closed()
    _require_apart(application, actor_id)
    if not items:
        raise _nothing_marked()
    had = application.rounds.count()
    if had >= rules.rounds:
        raise _too_many(rules.rounds)
    marked = list(_marked(application, version, items))
    answer_by = _answer_by(version, now)
    asked = CorrectionRound.objects.create(
        application=application, number=had + 1, asked_by_id=actor_id, asked_at=now, message=message, items=marked,
        answer_by=answer_by,
    )  # fmt: skip
    data = {
        "round": asked.number,
        "items": [{key: each[key] for key in ("pointer", "reason_code", "words")} for each in marked],
        "answer_by": str(answer_by),
    }
    step(application, "correction_asked", actor_id=actor_id, role=role, reason=message, data=data, now=now)
    return asked


def _answer_by(version: Version, asked_at: datetime) -> date:
    """Return the last day of a round, as the calendar stands."""
    rules = version.definition.corrections
    rule = Deadline(rules.working_days, working=True, basis=rules.basis)
    return last_day(rule, start=city_day(asked_at), holidays=calendar())


def _nothing_marked() -> Problem:
    detail = {"id": "Tandai sedikitnya satu isian atau berkas.", "en": "Mark one answer or file at least."}
    return Problem(status=422, code="nothing_marked", detail=detail, errors=[FieldError("/items", "required", detail)])


def _marked(application: Application, version: Version, items: Sequence[Item]) -> Iterator[dict[str, Any]]:
    """Yield each item with its label and what stands there now.

    :raises Problem: 422 naming the items that cannot be asked.
    """
    form = version.definition.form
    files = {each.requirement: each for each in application.files.select_related("file")}
    titles = {each.id: each.title for each in version.definition.requirements}
    errors: list[FieldError] = []
    found: list[dict[str, Any]] = []
    seen: list[str] = []
    for place, item in enumerate(items):
        at = f"/items/{place}"
        errors += _faults(at, item, seen)
        seen.append(item.pointer)
        line = {"pointer": item.pointer, "reason_code": item.reason_code, "words": item.words}
        if item.pointer.startswith(FILES) and (requirement := item.pointer.removeprefix(FILES)) in titles:
            before = described(files[requirement]) if requirement in files else None
            found.append(line | {"label": dict(titles[requirement]), "before": before})
        elif item.pointer.startswith(f"{ANSWERS}/") and form.asks(item.pointer.removeprefix(ANSWERS)):
            label = form.label(item.pointer.removeprefix(ANSWERS))
            found.append(line | {"label": label, "before": answer_at(application.answers, item.pointer)})
        else:
            detail = {"id": "Isian atau berkas ini tidak ada.", "en": "There is no such answer or file."}
            errors.append(FieldError(f"{at}/pointer", "unknown", detail))
    if errors:
        raise invalid(errors)
    yield from found


def _faults(at: str, item: Item, seen: Sequence[str]) -> Iterator[FieldError]:
    if item.reason_code not in REASONS:
        detail = {"id": "Pilih salah satu alasan.", "en": "Choose one of the reasons."}
        yield FieldError(f"{at}/reason_code", "unknown", detail)
    if item.reason_code == "other" and not item.words.strip():
        detail = {"id": "Tuliskan alasannya.", "en": "Write the reason."}
        yield FieldError(f"{at}/words", "required", detail)
    if names_within(item.pointer, seen) or any(names_within(each, [item.pointer]) for each in seen):
        detail = {"id": "Disebut dua kali.", "en": "Named twice."}
        yield FieldError(f"{at}/pointer", "twice", detail)


@transaction.atomic
def cancel_correction(*, application_id: UUID, actor_id: UUID, role: str, reason: str, now: datetime) -> None:
    """Take the open round back: nothing needs putting right after all. The clock goes on.

    :raises Problem: 409 when none is open, 403 for one's own.
    """
    application = locked(application_id)
    asked = open_round(application_id)
    if asked is None:
        raise no_round()
    _require_apart(application, actor_id)
    close_round(asked, CorrectionRound.State.CANCELLED, now)
    data = {"round": asked.number}
    step(application, "correction_cancelled", actor_id=actor_id, role=role, reason=reason, data=data, now=now)


def lapse(round_id: UUID, *, now: datetime) -> bool:
    """End an application whose applicant stayed silent, where its definition says so; return whether it did.

    A day that a decree closed since the round was asked does not count: its last day moves.
    """
    with transaction.atomic():
        asked = CorrectionRound.objects.select_related("application").get(id=round_id)
        application = locked(asked.application_id)
        asked.refresh_from_db()
        version = version_of(application.version_id)
        rules = version.definition.corrections
        if asked.state != CorrectionRound.State.OPEN:
            return False
        if (last := _answer_by(version, asked.asked_at)) > asked.answer_by:
            asked.answer_by, asked.reminded_at = last, None
            asked.save(update_fields=["answer_by", "reminded_at"])
        if asked.answer_by >= city_day(now) or rules.on_silence != "reject":
            return False
        close_round(asked, CorrectionRound.State.LAPSED, now)
        end = next(each.code for each in version.definition.workflow.states.values() if each.end == "rejected")
        data = {"round": asked.number, "basis": rules.basis}
        step(application, "correction_lapsed", actor_id=None, role="system", data=data, now=now, to_state=end)
    return True


def _require_apart(application: Application, actor_id: UUID) -> None:
    """Refuse staff at what is theirs, or of whom they act for."""
    if involved(application, actor_id):
        raise action_forbidden("corrections")


def _closed() -> Problem:
    detail = {
        "id": "Permohonan ini tidak sedang diperiksa, jadi perbaikan tidak dapat diminta.",
        "en": "This application is not being looked at, so no correction can be asked for.",
    }
    return Problem(status=409, code="not_under_way", detail=detail)


def _too_many(rounds: int) -> Problem:
    detail = {
        "id": f"Perbaikan hanya dapat diminta {rounds} kali; putuskan permohonan ini.",
        "en": f"Corrections can be asked for {rounds} times only; decide on this application.",
    }
    return Problem(status=409, code="too_many_rounds", detail=detail)
