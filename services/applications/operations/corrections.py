"""Rounds of correction: an officer marks answers and files, they alone unlock, the clock stands until they come back.

What was submitted stays as it was submitted; a round that is sent is a further submission.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.bearer import Actor
from services.agencies.queries import calendar
from services.applications.checks import check_submission
from services.applications.models import DRAFT, Application, CorrectionFile, CorrectionRound, Event, Submission
from services.applications.operations.recording import owe, record
from services.applications.operations.rounds import awaiting_correction, close_round
from services.applications.operations.transitions import action_forbidden
from services.applications.queries.behalf import trace_of
from services.applications.queries.clock import Step, clock_of
from services.applications.queries.corrections import ANSWERS, FILES, described, names_within, open_round
from services.applications.queries.detail import city_day
from services.applications.queries.unchecked import is_rechecked
from services.catalogue.versions import Version, version_of
from services.definitions import REASONS, Deadline, Evaluation, Requirement, canonical_json, last_day
from services.definitions.values import ABSENT, steps_of, value_at, walk
from services.documents.operations import accept_upload, discard
from superapp.http.conditional import require_match
from superapp.http.merging import merge_patch
from superapp.http.problems import FieldError, Problem

_MOST_ITEMS, _MOST_WORDS = 50, 2000


@dataclass(frozen=True, slots=True)
class Item:
    """What an officer marks: a pointer to an answer or a file, why, and words for the resident."""

    pointer: str
    reason_code: str
    words: str


def no_round() -> Problem:
    """Return 409: nothing is asked to be put right, or not any more."""
    detail = {"id": "Tidak ada perbaikan yang diminta.", "en": "No correction is asked for."}
    return Problem(status=409, code="no_correction_open", detail=detail)


@transaction.atomic
def ask_correction(
    *, application_id: UUID, actor_id: UUID, role: str, items: Sequence[Item], message: str, now: datetime
) -> CorrectionRound:
    """Open a round for `items` of a submitted application that the caller found to be theirs to see. The clock stands.

    :raises Problem: 409 when it is decided, waits already, waits by its workflow, or had its rounds; 403 for one's own;
        422 naming each item that is no answer or file, comes twice or lacks a reason.
    """
    application = _locked(application_id)
    version = version_of(application.version_id)
    rules = version.definition.corrections
    if application.state == DRAFT or application.end:
        raise _closed()
    if open_round(application_id) is not None:
        raise awaiting_correction()
    if version.definition.workflow.states[application.state].clock != "running":
        raise _closed()
    _require_apart(application, actor_id)
    had = application.rounds.count()
    if had >= rules.rounds:
        raise _too_many(rules.rounds)
    marked = list(_marked(application, version, items))
    today = city_day(now)
    rule = Deadline(rules.working_days, working=True, basis=rules.basis)
    answer_by = last_day(rule, start=today, holidays=calendar())
    asked = CorrectionRound.objects.create(
        application=application, number=had + 1, asked_by_id=actor_id, asked_at=now, message=message, items=marked,
        answer_by=answer_by,
    )  # fmt: skip
    data = {
        "round": asked.number,
        "items": [{key: each[key] for key in ("pointer", "reason_code", "words")} for each in marked],
        "answer_by": str(answer_by),
    }
    _step(application, "correction_asked", actor_id=actor_id, role=role, reason=message, data=data, now=now)
    return asked


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
            pointer = item.pointer.removeprefix(ANSWERS)
            value = value_at(application.answers, steps_of(pointer))
            found.append(line | {"label": form.label(pointer), "before": None if value is ABSENT else value})
        else:
            detail = {"id": "Isian atau berkas ini tidak ada.", "en": "There is no such answer or file."}
            errors.append(FieldError(f"{at}/pointer", "unknown", detail))
    if errors:
        raise _invalid(errors)
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
def save_correction(
    *, application_id: UUID, applicant_id: UUID, patch: Mapping[str, Any], revision: str | None, now: datetime
) -> Evaluation:
    """Merge `patch` (RFC 7396) into the open round's answers; return what they mean as they would stand.

    :raises Application.DoesNotExist: when it is not theirs. :raises Problem: 409 when no round is open; 412 when it
        moved since `revision`; 422 `locked` naming what was not asked and does not follow from what was.
    """
    application, asked = _own_open(application_id, applicant_id)
    require_match(revision, str(application.revision))
    form = version_of(application.version_id).definition.form
    working = application.answers if asked.answers is None else asked.answers
    unlocked = _unlocked(asked, form.evaluate(working, today=city_day(now)))
    merged = merge_patch(working, patch)
    evaluation = form.evaluate(merged, today=city_day(now))
    locked = [
        each for each in _differences(working, evaluation.answers, evaluation) if not names_within(each, unlocked)
    ]
    if locked:
        detail = {"id": "Isian ini tidak diminta diperbaiki.", "en": "This was not asked to be put right."}
        raise _invalid([FieldError(f"{ANSWERS}{each}", "locked", detail) for each in locked])
    asked.answers = evaluation.answers
    asked.save(update_fields=["answers"])
    _touch(application, now)
    return evaluation


def _unlocked(asked: CorrectionRound, evaluation: Evaluation) -> list[str]:
    """Return the answers that may change: those marked, and what is wrong or newly asked because of them.

    What was hidden shows itself by a change of what was marked alone.
    """
    marked = [str(each["pointer"]) for each in asked.items]
    return [
        *(each.removeprefix(ANSWERS) for each in marked if each.startswith(f"{ANSWERS}/")),
        *(each.pointer for each in evaluation.problems if each.pointer),
        *evaluation.hidden,
    ]


def _differences(old: Any, new: Any, evaluation: Evaluation) -> list[str]:
    """Return the pointers of values that differ; what rules hide or work out follows by itself."""
    was, now = _leaves(old), _leaves(new)
    follows = [*evaluation.hidden, *evaluation.computed]
    changed = [each for each in sorted(was.keys() | now.keys()) if was.get(each, ABSENT) != now.get(each, ABSENT)]
    return [each for each in changed if not names_within(each, follows)]


def _leaves(answers: Any) -> dict[str, Any]:
    return {pointer: value for pointer, value in walk(answers) if value == [] or not isinstance(value, dict | list)}


@transaction.atomic
def attach_correction(
    *, application_id: UUID, applicant_id: UUID, requirement: str, upload: "UploadedFile[Any]", now: datetime
) -> CorrectionFile:
    """Check and keep `upload` for a file that the open round asks anew; one uploaded before gives way.

    :raises Application.DoesNotExist: when it is not theirs. :raises Problem: 409 when no round is open, 422 `locked`
        for a file that it does not ask, 413/415/422 from the checks of the file.
    """
    application, asked = _own_open(application_id, applicant_id)
    wanted = _wanted_files(application, asked, city_day(now)).get(requirement)
    if wanted is None:
        detail = {"id": "Berkas ini tidak diminta diperbaiki.", "en": "This file was not asked anew."}
        raise _invalid([FieldError("/requirement", "locked", detail)])
    stored = accept_upload(
        owner_id=applicant_id, upload=upload, allowed=wanted.accept, max_bytes=wanted.max_mb * 1024 * 1024, now=now
    )
    standing = asked.files.filter(requirement=requirement).select_related("file").first()
    if standing is None:
        standing = CorrectionFile.objects.create(round=asked, requirement=requirement, file=stored)
    else:
        replaced, standing.file = standing.file, stored
        standing.save(update_fields=["file"])
        if replaced is not None:
            discard(replaced)
    _touch(application, now)
    return standing


def _wanted_files(application: Application, asked: CorrectionRound, today: date) -> dict[str, Requirement]:
    """Return the files that may be handed in: those marked, and those newly asked by what was put right."""
    definition = version_of(application.version_id).definition
    answers = application.answers if asked.answers is None else asked.answers
    handed_in = set(application.files.values_list("requirement", flat=True))
    marked = {str(each["pointer"]).removeprefix(FILES) for each in asked.items}
    found = {each.id: each for each in definition.requirements if each.id in marked}
    return found | {each.id: each for each in definition.required_documents(answers, today) if each.id not in handed_in}


@transaction.atomic
def send_correction(
    *,
    application_id: UUID,
    applicant_id: UUID,
    doer_id: UUID,
    behalf: Actor | None,
    note: str,
    revision: str | None,
    now: datetime,
) -> None:
    """Hand the round back: a further submission; the clock goes on. `note` says why something marked stays as it was.

    :raises Application.DoesNotExist: when it is not theirs. :raises Problem: 409 when no round is open; 412 when it
        moved since `revision`; 422 naming what is still wrong, or was marked and stays as it was without a note.
    """
    application, asked = _own_open(application_id, applicant_id)
    if revision is not None:
        require_match(revision, str(application.revision))
    version = version_of(application.version_id)
    new = {each.requirement: each for each in asked.files.select_related("file")}
    if not note:
        _require_touched(application, asked, new)
    files = {each.requirement: each for each in application.files.select_related("file")}
    checked = check_submission(
        application_id=application.id,
        version=version,
        answers=application.answers if asked.answers is None else asked.answers,
        files=[
            {"requirement": name, "id": (files.get(name) or new[name]).id} for name in sorted(files.keys() | new.keys())
        ],
        moved=None,
        applicant_id=applicant_id,
        applicant_name=application.applicant.full_name,
        assurance=application.applicant.assurance,
        now=now,
    )
    _take_files(application, files, new)
    application.answers, application.fee_amount = checked.answers, checked.fee
    asked.items = [each | {"after": _standing(application, each["pointer"])} for each in asked.items]
    asked.state, asked.closed_at = CorrectionRound.State.SENT, now
    asked.save(update_fields=["items", "state", "closed_at"])
    digest = _submitted(application, now)
    data = {"round": asked.number, "sha256": digest, "fee": checked.fee} | trace_of(behalf)
    data |= {"unchecked": list(checked.unchecked)} if checked.unchecked else {}
    event = _step(application, "correction_sent", actor_id=doer_id, role="resident", data=data, now=now, reason=note)
    if checked.unchecked and is_rechecked(version):
        owe(event, hooks=checked.unchecked, now=now)


def _require_touched(application: Application, asked: CorrectionRound, new: Mapping[str, CorrectionFile]) -> None:
    """Refuse a round of which something was not looked at: an answer as it was, a file not handed in anew."""
    working = application.answers if asked.answers is None else asked.answers
    errors = []
    for item in asked.items:
        pointer = str(item["pointer"])
        if pointer.startswith(FILES):
            same = pointer.removeprefix(FILES) not in new
        else:
            value = value_at(working, steps_of(pointer.removeprefix(ANSWERS)))
            same = (None if value is ABSENT else value) == item["before"]
        if same:
            detail = {
                "id": "Masih sama seperti sebelumnya. Ubah, atau jelaskan dalam catatan.",
                "en": "Still as it was. Change it, or say why in a note.",
            }
            errors.append(FieldError(pointer, "unchanged", detail))
    if errors:
        raise _invalid(errors)


def _take_files(application: Application, files: Mapping[str, Any], new: Mapping[str, CorrectionFile]) -> None:
    """Put the new files in the place of the old ones, which stay with the round."""
    for requirement, each in new.items():
        standing = files.get(requirement)
        handed_in, each.file = each.file, standing.file if standing else None
        assert handed_in is not None  # noqa: S101 - a round that is open holds the new ones
        if standing is None:
            each.save(update_fields=["file"])
            application.files.create(requirement=requirement, file=handed_in)
            continue
        standing.file = handed_in
        CorrectionFile.objects.filter(pk=each.pk).update(file=None)
        standing.save(update_fields=["file"])
        each.save(update_fields=["file"])


def _standing(application: Application, pointer: str) -> Any:
    if pointer.startswith(FILES):
        found = application.files.select_related("file").filter(requirement=pointer.removeprefix(FILES)).first()
        return described(found) if found else None
    value = value_at(application.answers, steps_of(pointer.removeprefix(ANSWERS)))
    return None if value is ABSENT else value


def _submitted(application: Application, now: datetime) -> str:
    """Keep what stands as a further submission; return its hash."""
    handed_in = {each.requirement: described(each) for each in application.files.select_related("file")}
    digest = sha256(canonical_json({"answers": application.answers, "files": handed_in})).hexdigest()
    number = application.submissions.count() + 1
    Submission.objects.create(
        application=application, number=number, answers=application.answers, files=handed_in, sha256=digest,
        submitted_at=now,
    )  # fmt: skip
    return digest


@transaction.atomic
def cancel_correction(*, application_id: UUID, actor_id: UUID, role: str, reason: str, now: datetime) -> None:
    """Take the open round back: nothing needs putting right after all. The clock goes on.

    :raises Problem: 409 when none is open, 403 for one's own.
    """
    application = _locked(application_id)
    asked = open_round(application_id)
    if asked is None:
        raise no_round()
    _require_apart(application, actor_id)
    close_round(asked, CorrectionRound.State.CANCELLED, now)
    data = {"round": asked.number}
    _step(application, "correction_cancelled", actor_id=actor_id, role=role, reason=reason, data=data, now=now)


def lapse(round_id: UUID, *, now: datetime) -> bool:
    """End an application whose applicant stayed silent, where its definition says so; return whether it did."""
    with transaction.atomic():
        asked = CorrectionRound.objects.select_related("application").get(id=round_id)
        application = _locked(asked.application_id)
        asked.refresh_from_db()
        version = version_of(application.version_id)
        rules = version.definition.corrections
        if (
            asked.state != CorrectionRound.State.OPEN
            or asked.answer_by >= city_day(now)
            or rules.on_silence != "reject"
        ):
            return False
        close_round(asked, CorrectionRound.State.LAPSED, now)
        end = next(each.code for each in version.definition.workflow.states.values() if each.end == "rejected")
        data = {"round": asked.number, "basis": rules.basis}
        _step(application, "correction_lapsed", actor_id=None, role="system", data=data, now=now, to_state=end)
    return True


def _step(
    application: Application,
    type: str,
    *,
    actor_id: UUID | None,
    role: str,
    data: dict[str, Any],
    now: datetime,
    reason: str = "",
    to_state: str | None = None,
) -> Event:
    """Write the event and move the clock with it; save the application."""
    version = version_of(application.version_id)
    state = to_state or application.state
    clock = clock_of(application, version, then=Step(type, state, "", now))
    due_on, application.paused_on = clock.kept(calendar())
    if due_on != application.due_on:
        data = data | {"due_on": str(due_on)}
    event = record(
        application, type=type, actor_id=actor_id, actor_role=role, now=now, to_state=state, reason=reason, data=data
    )
    end = version.definition.workflow.states[state].end or ""
    application.due_on, application.state, application.end = due_on, state, end
    application.closed_at = now if end else None
    _touch(application, now)
    return event


def _touch(application: Application, now: datetime) -> None:
    application.revision += 1
    application.updated_at = now
    application.save()


def _locked(application_id: UUID) -> Application:
    found = Application.objects.select_for_update(of=("self",)).select_related("applicant")
    return found.get(id=application_id)


def _own_open(application_id: UUID, applicant_id: UUID) -> tuple[Application, CorrectionRound]:
    found = Application.objects.select_for_update(of=("self",)).select_related("applicant")
    application = found.get(id=application_id, applicant_id=applicant_id)
    asked = open_round(application_id)
    if asked is None:
        raise no_round()
    return application, asked


def _require_apart(application: Application, actor_id: UUID) -> None:
    """Refuse staff at what they applied for, for themselves or for another."""
    applied = application.events.filter(actor_role="resident", actor_id=actor_id).exists()
    if actor_id == application.applicant_id or applied:
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


def _invalid(errors: list[FieldError]) -> Problem:
    detail = {"id": "Ada yang perlu diperiksa.", "en": "Some things need another look."}
    return Problem(status=422, code="invalid_correction", detail=detail, errors=errors)
