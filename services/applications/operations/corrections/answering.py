"""The applicant's side of a round: putting right what was marked, and sending it: a further submission."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.bearer import Actor
from services.applications.checks import check_submission
from services.applications.city_time import city_day
from services.applications.models import Application, CorrectionFile, CorrectionRound, Submission
from services.applications.operations.corrections.steps import invalid, no_round, step, touch
from services.applications.operations.drafts import refuse_unfit
from services.applications.operations.files import drop_receipt
from services.applications.operations.recording import owe
from services.applications.queries.behalf import sealed_trace_of, trace_of
from services.applications.queries.corrections import ANSWERS, FILES, answer_at, described, names_within, open_round
from services.applications.queries.detail import told_due
from services.applications.queries.unchecked import is_rechecked
from services.applications.receipts import content_hash, issue
from services.catalogue.versions import version_of
from services.definitions import Evaluation, Requirement
from services.definitions.values import ABSENT, walk
from services.documents.operations import accept_upload, discard
from superapp.http.conditional import require_match
from superapp.http.merging import merge_patch
from superapp.http.problems import FieldError


@transaction.atomic
def save_correction(
    *, application_id: UUID, applicant_id: UUID, patch: Mapping[str, Any], revision: str | None, now: datetime
) -> Evaluation:
    """Merge `patch` (RFC 7396) into the open round's answers; return what they mean as they would stand.

    :raises Application.DoesNotExist: when it is not theirs. :raises Problem: 409 when no round is open; 412 when it
        moved since `revision`; 400 as in a draft; 422 `locked` naming what was not asked and does not follow from it.
    """
    application, asked = _own_open(application_id, applicant_id)
    require_match(revision, str(application.revision))
    form = version_of(application.version_id).definition.form
    working = application.answers if asked.answers is None else asked.answers
    unlocked = _unlocked(asked, form.evaluate(working, today=city_day(now)))
    merged = merge_patch(working, patch)
    evaluation = form.evaluate(merged, today=city_day(now))
    refuse_unfit(evaluation)
    locked = [
        each for each in _differences(working, evaluation.answers, evaluation) if not names_within(each, unlocked)
    ]
    if locked:
        detail = {"id": "Isian ini tidak diminta diperbaiki.", "en": "This was not asked to be put right."}
        raise invalid([FieldError(f"{ANSWERS}{each}", "locked", detail) for each in locked])
    asked.answers = evaluation.answers
    asked.save(update_fields=["answers"])
    touch(application, now)
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
        raise invalid([FieldError("/requirement", "locked", detail)])
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
    touch(application, now)
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
    handed_in = {each.requirement: described(each) for each in application.files.select_related("file")}
    asked.items = [each | {"after": _standing(application, handed_in, each["pointer"])} for each in asked.items]
    asked.state, asked.closed_at = CorrectionRound.State.SENT, now
    asked.save(update_fields=["items", "state", "closed_at"])
    digest = content_hash(checked.answers, handed_in)
    data = {"round": asked.number, "sha256": digest, "fee": checked.fee} | sealed_trace_of(behalf, applicant_id)
    data |= {"unchecked": list(checked.unchecked)} if checked.unchecked else {}
    event = step(application, "correction_sent", actor_id=doer_id, role="resident", data=data, now=now, reason=note)
    _submitted(application, handed_in, digest, behalf, now)
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
            same = answer_at(working, pointer) == item["before"]
        if same:
            detail = {
                "id": "Masih sama seperti sebelumnya. Ubah, atau jelaskan dalam catatan.",
                "en": "Still as it was. Change it, or say why in a note.",
            }
            errors.append(FieldError(pointer, "unchanged", detail))
    if errors:
        raise invalid(errors)


def _take_files(application: Application, files: Mapping[str, Any], new: Mapping[str, CorrectionFile]) -> None:
    """Put the new files in the place of the old ones, which stay with the round."""
    for requirement, each in new.items():
        drop_receipt(application, requirement)
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


def _standing(application: Application, handed_in: Mapping[str, Any], pointer: str) -> Any:
    if pointer.startswith(FILES):
        return handed_in.get(pointer.removeprefix(FILES))
    return answer_at(application.answers, pointer)


def _submitted(
    application: Application, handed_in: Mapping[str, Any], digest: str, behalf: Actor | None, now: datetime
) -> None:
    """Keep what stands as a further submission, with its receipt."""
    kept = Submission(
        application=application,
        number=application.submissions.count() + 1,
        answers=application.answers,
        files=handed_in,
        sha256=digest,
        submitted_at=now,
    )
    kept.receipt = issue(
        submission_id=kept.id,
        application_id=application.id,
        submission=kept.number,
        number=str(application.number),
        version=version_of(application.version_id),
        content_sha256=digest,
        due_on=told_due(application.due_on, application.paused_on),
        submitted_at=now,
        behalf=trace_of(behalf),
    )
    kept.save(force_insert=True)


def _own_open(application_id: UUID, applicant_id: UUID) -> tuple[Application, CorrectionRound]:
    found = Application.objects.select_for_update(of=("self",)).select_related("applicant")
    application = found.get(id=application_id, applicant_id=applicant_id)
    asked = open_round(application_id)
    if asked is None:
        raise no_round()
    return application, asked
