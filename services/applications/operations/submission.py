"""Submitting, on the lean path: one read, one statement that does all or nothing.

The statement moves the draft, keeps what was submitted, writes the event, its outbox row and the idempotency key. Of
twenty at once one finds the draft; the others wait at its row, find it gone, and answer with what stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import IntegrityError, transaction

from accounts.bearer import Actor
from services.agencies.queries import calendar_mark
from services.applications.checks import check_submission
from services.applications.history import FIRST, event_hash
from services.applications.models import DRAFT
from services.applications.numbers import new_number
from services.applications.operations.behalf import require_reach
from services.applications.operations.drafts import require_assurance, service_closed
from services.applications.operations.moving import move_draft, move_of, saw
from services.applications.operations.objections import note_filed, require_objectable
from services.applications.operations.recording import CHECKS_OWED, owed_body
from services.applications.queries.behalf import sealed_trace_of, trace_of
from services.applications.queries.clock import kept_at_submission
from services.applications.queries.detail import Row, body_of, decoded, get_row, told_due
from services.applications.queries.file_offers import told_receipts
from services.applications.queries.receipts import receipt_of
from services.applications.queries.reused import still_reused
from services.applications.queries.unchecked import is_rechecked
from services.applications.receipts import content_hash, issue
from services.catalogue.versions import Version, version_of
from services.events.operations import wake
from superapp.http.conditional import require_match
from superapp.http.idempotency import StoredAnswer, reused
from superapp.http.problems import Problem
from superapp.http.sql import fetch_all, fetch_one
from superapp.identifiers import uuid7

_READ = """
SELECT a.version_id, a.state, a.answers, a.revision, u.full_name, u.assurance,
       (SELECT COALESCE(json_agg(json_build_object('id', f.id, 'requirement', f.requirement, 'name', s.name,
                   'media_type', s.media_type, 'size', s.size, 'sha256', s.sha256) ORDER BY f.requirement)::text, '[]')
        FROM applications_applicationfile f JOIN documents_storedfile s ON s.id = f.file_id
        WHERE f.application_id = a.id),
       k.fingerprint, k.status, k.body, c.is_open OR c.retired_at IS NOT NULL, c.current_id, l.cut_off_at, a.moved,
       a.reused, a.objects_to_id, o.number, a.reused_files, b.id, b.event
FROM applications_application a
JOIN accounts_user u ON u.id = a.applicant_id
JOIN catalogue_service c ON c.id = a.service_id
LEFT JOIN catalogue_versionlife l ON l.version_id = a.version_id
LEFT JOIN applications_application o ON o.id = a.objects_to_id
LEFT JOIN applications_bundlepart p ON p.application_id = a.id
LEFT JOIN applications_lifebundle b ON b.id = p.bundle_id
LEFT JOIN http_api_idempotencykey k ON k.person_id = a.applicant_id AND k.key = %s
WHERE a.id = %s AND a.applicant_id = %s
"""

_SUBMIT = """
WITH moved AS (
  UPDATE applications_application
  SET number = %(number)s, state = %(state)s, "end" = %(end)s, answers = %(answers)s::jsonb, revision = revision + 1,
      fee_amount = %(fee)s, updated_at = %(now)s, submitted_at = %(now)s, due_on = %(due_on)s,
      paused_on = %(paused_on)s, closed_at = %(closed_at)s
  WHERE id = %(id)s AND applicant_id = %(applicant)s AND state = 'draft' AND revision = %(revision)s
    AND EXISTS (
      SELECT FROM catalogue_service c WHERE c.id = service_id AND c.current_id IS NOT DISTINCT FROM %(current)s
    )
  RETURNING id
), kept AS (
  INSERT INTO applications_submission (id, application_id, number, answers, files, sha256, submitted_at, receipt)
  SELECT %(submission_id)s, id, 1, %(answers)s::jsonb, %(files)s::jsonb, %(sha256)s, %(now)s, %(receipt)s FROM moved
), told AS (
  INSERT INTO applications_event (id, application_id, sequence, type, action, from_state, to_state, actor_id,
                                  actor_role, reason, data, at, previous_hash, hash)
  SELECT %(event_id)s, id, 1, 'submitted', '', 'draft', %(state)s, %(doer)s, 'resident', '', %(data)s::jsonb, %(now)s,
         %(first)s, %(hash)s FROM moved
), boxed AS (
  INSERT INTO events_outboxevent (id, topic, key, body, created_at)
  SELECT %(event_id)s, 'application.submitted', id, %(outbox)s::jsonb, %(now)s FROM moved
), owed AS (
  INSERT INTO events_outboxevent (id, topic, key, body, created_at)
  SELECT %(owed_id)s, %(owed_topic)s, id, %(owed)s::jsonb, %(now)s FROM moved WHERE %(owed)s::jsonb IS NOT NULL
), keyed AS (
  INSERT INTO http_api_idempotencykey (person_id, key, fingerprint, status, headers, body, created_at)
  SELECT %(applicant)s, %(key)s, %(fingerprint)s, 200, '{}'::jsonb, %(body)s, %(now)s FROM moved
)
SELECT 1 FROM moved
"""


class NotFound(Exception):
    """There is no such application of this person."""


@dataclass(frozen=True, slots=True)
class Command:
    """A resident's wish to submit: `key` and `fingerprint` as superapp.http.idempotency reads them.

    `actor` is who acts for the applicant, `assurance` then how surely both are known.
    """

    application_id: UUID
    applicant_id: UUID
    key: str
    fingerprint: str
    language: str
    if_match: str | None
    now: datetime
    actor: Actor | None = None
    assurance: str | None = None


def submit(command: Command) -> StoredAnswer:
    """Submit a draft and return the answer: the application as it now stands.

    Sent twice it is done once: the same key gets the first answer again, another key gets what stands.

    :raises NotFound: when it is not this person's.
    :raises Problem: 412 when the draft changed since it was read; 409 when the service was closed meanwhile, its
        version was cut off, the draft does not stand still, or, once, when a newer version asks something else than
        the resident has seen, such as another fee (`service_changed`); 422 `invalid_application` naming each field or
        file, 422 when the key was used for something else, 403 assurance, 503 when the agency's module cannot check.
    """
    for _ in range(5):
        row = fetch_one(_READ, [command.key, command.application_id, command.applicant_id])
        if row is None:
            raise NotFound
        version_id, state, answers, revision, name, assurance, files, fingerprint, status, body = row[:10]
        if fingerprint is not None:
            if fingerprint != command.fingerprint:
                raise reused()
            return StoredAnswer(status=status, body=bytes(body), replayed=True)
        if state != DRAFT:
            if (answer := _standing(command)) is None:
                continue  # a twin kept the key meanwhile: its answer is the answer
            return answer
        if command.if_match is not None:
            require_match(command.if_match, str(revision))
        is_taken, current_id, cut_off_at, moved, taken_over, objects_to, objected_number, lent = row[10:18]
        version = version_of(version_id)
        if _belongs_elsewhere(command, version, current_id, cut_off_at, is_taken=is_taken):
            continue
        require_reach(command.actor, version)
        require_assurance(has=command.assurance or assurance, version=version)
        draft = _Draft(
            decoded(answers),
            revision,
            name,
            assurance,
            decoded(files),
            current_id,
            decoded(moved),
            decoded(taken_over),
            objects_to,
            objected_number,
            decoded(lent),
            *row[18:],
        )
        _require_seen(command, version, draft.moved)
        if (answer := _filed(command, version, draft)) is not None:
            wake()
            return answer
    raise _busy()


def _belongs_elsewhere(
    command: Command, version: Version, current_id: UUID | None, cut_off_at: datetime | None, *, is_taken: bool
) -> bool:
    """Return whether the draft belonged under a newer version; it stands there now.

    :raises Problem: 409 when the service is closed, or the version was cut off and none took its place.
    """
    if not is_taken:
        raise service_closed()
    if move_of(version, current_id, cut_off_at=cut_off_at, now=command.now) is not None:
        move_draft(command.application_id, seen=False, now=command.now)
        return True
    if cut_off_at is not None and cut_off_at <= command.now:
        raise cut_off(version)
    return False


def _require_seen(command: Command, version: Version, moved: Mapping[str, Any] | None) -> None:
    """Refuse, once, what the resident has not seen; where something is asked again, the check names it."""
    if moved and moved["unseen"]:
        saw(command.application_id)
        if not moved["asked"]:
            raise service_changed(version, moved)


def _busy() -> Problem:
    """Return 409: the draft kept changing under the submission's hands."""
    return Problem(
        status=409,
        code="draft_busy",
        detail={
            "id": "Draf sedang diubah di tempat lain. Coba ajukan lagi.",
            "en": "The draft is being changed elsewhere. Submit it again.",
        },
    )


def cut_off(version: Version) -> Problem:
    """Return 409: drafts under this version may not be submitted any more, and no newer one takes them up."""
    title = {code: version.text("title", code) for code in ("id", "en")}
    return Problem(
        status=409,
        code="version_cut_off",
        detail={
            "id": f"{title['id']} tidak lagi menerima pengajuan. Draf Anda tersimpan.",
            "en": f"{title['en']} takes no submissions any more. Your draft is kept.",
        },
    )


def service_changed(version: Version, moved: Mapping[str, Any]) -> Problem:
    """Return 409: the service changed since the resident saw the draft; sent again, it is submitted."""
    words = {code: "; ".join(each[code] for each in moved["changes"]) for code in ("id", "en")}
    title = {code: version.text("title", code) for code in ("id", "en")}
    return Problem(
        status=409,
        code="service_changed",
        detail={
            "id": f"{title['id']} berubah sejak draf ini dibuka: {words['id']}. Periksa, lalu ajukan lagi.",
            "en": f"{title['en']} changed since this draft was opened: {words['en']}. Look again, then submit.",
        },
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    answers: dict[str, Any]
    revision: int
    applicant_name: str
    assurance: str
    files: list[dict[str, Any]]
    current_id: UUID | None
    moved: dict[str, Any] | None
    reused: dict[str, Any] | None
    objects_to: UUID | None = None
    objected_number: str | None = None
    reused_files: dict[str, Any] | None = None
    bundle_id: UUID | None = None
    life_event: str | None = None


def _filed(command: Command, version: Version, draft: _Draft) -> StoredAnswer | None:
    """Try once; an objection together with the line that it leaves in the history of what it objects to."""
    if draft.objects_to is None:
        return _attempt(command, version, draft)
    with transaction.atomic():
        decided = require_objectable(draft.objects_to, objection_id=command.application_id, now=command.now)
        answer = _attempt(command, version, draft)
        if answer is not None:
            note_filed(
                decided,
                command.application_id,
                doer_id=command.actor.id if command.actor else command.applicant_id,
                behalf=command.actor,
                now=command.now,
            )
        return answer


def _attempt(command: Command, version: Version, draft: _Draft) -> StoredAnswer | None:
    """Try once; None when the draft moved meanwhile, or the random number was taken."""
    number = new_number()
    due_on, paused_on = kept_at_submission(version, command.now)
    checked = check_submission(
        application_id=command.application_id,
        version=version,
        answers=draft.answers,
        files=draft.files,
        moved=draft.moved,
        applicant_id=command.applicant_id,
        applicant_name=draft.applicant_name,
        assurance=draft.assurance,
        now=command.now,
    )
    workflow = version.definition.workflow
    end = workflow.states[workflow.initial].end or ""
    row = Row(
        id=command.application_id,
        version=version,
        number=number,
        state=workflow.initial,
        end=end,
        answers=checked.answers,
        revision=draft.revision + 1,
        fee_amount=checked.fee,
        created_at=None,
        updated_at=command.now,
        submitted_at=command.now,
        due_on=due_on,
        paused_on=paused_on,
        closed_at=command.now if end else None,
        files=draft.files,
        document=None,
        moved=draft.moved,
        reused=draft.reused,
        reused_files=draft.reused_files,
        current_id=draft.current_id,
        objects_to_id=draft.objects_to,
        objects_to_number=draft.objected_number,
        bundle_id=draft.bundle_id,
        life_event=draft.life_event,
    )
    asked = {each.id for each in version.definition.requirements}
    handed_in = {
        each["requirement"]: {key: each[key] for key in ("id", "sha256", "name")}
        for each in row.files
        if each["requirement"] in asked
    }
    kept = _Kept(uuid7(), handed_in, content_hash(row.answers, handed_in))
    receipt = issue(
        submission_id=kept.id,
        application_id=row.id,
        submission=1,
        number=number,
        version=version,
        content_sha256=kept.sha256,
        due_on=told_due(due_on, paused_on),
        submitted_at=command.now,
        behalf=trace_of(command.actor),
    )
    body = orjson.dumps(body_of(row, command.language) | {"receipt": receipt})
    try:
        parameters = _parameters(command, row, kept, body, checked.unchecked) | {"receipt": receipt}
        moved = fetch_all(_SUBMIT, parameters)
    except IntegrityError:
        return None
    return StoredAnswer(status=200, body=body, replayed=False) if moved else None


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of a submission beside the answers: its id, the files by requirement, the hash of all."""

    id: UUID
    files: dict[str, dict[str, str]]
    sha256: str


def _parameters(command: Command, row: Row, kept: _Kept, body: bytes, unchecked: tuple[str, ...]) -> dict[str, Any]:
    event_id = uuid7()
    data: dict[str, Any] = {
        "number": row.number,
        "version": row.version.number,
        "sha256": kept.sha256,
        "due_on": str(row.due_on),
        "calendar": calendar_mark(),
        "fee": row.fee_amount,
    }
    data |= sealed_trace_of(command.actor, command.applicant_id) | ({"unchecked": list(unchecked)} if unchecked else {})
    if taken_over := still_reused(row.reused, row.answers):
        data["reused"] = taken_over
    if lent := told_receipts(row.reused_files, kept.files):
        data["reused_files"] = lent
    owed = owed_body(1, unchecked) if unchecked and is_rechecked(row.version) else None
    facts: dict[str, Any] = {
        "sequence": 1,
        "type": "submitted",
        "action": "",
        "from_state": DRAFT,
        "to_state": row.state,
        "actor_id": command.actor.id if command.actor else command.applicant_id,
        "actor_role": "resident",
        "reason": "",
    }
    outbox = {"application": str(row.id)} | {key: facts[key] for key in _OUTBOX_FACTS}
    return {
        "id": command.application_id,
        "applicant": command.applicant_id,
        "doer": facts["actor_id"],
        "number": row.number,
        "state": row.state,
        "end": row.end,
        "answers": _json(row.answers),
        "revision": row.revision - 1,
        "current": row.current_id,
        "fee": row.fee_amount,
        "now": command.now,
        "due_on": row.due_on,
        "paused_on": row.paused_on,
        "closed_at": row.closed_at,
        "submission_id": kept.id,
        "files": _json(kept.files),
        "sha256": kept.sha256,
        "event_id": event_id,
        "data": _json(data),
        "first": FIRST,
        "hash": event_hash(previous=FIRST, application_id=row.id, data=data, at=command.now, **facts),
        "outbox": _json(outbox),
        "owed_id": uuid7(),
        "owed_topic": CHECKS_OWED,
        "owed": None if owed is None else _json(owed),
        "key": command.key,
        "fingerprint": command.fingerprint,
        "body": body,
    }


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


_KEEP_KEY = """
INSERT INTO http_api_idempotencykey (person_id, key, fingerprint, status, headers, body, created_at)
VALUES (%s, %s, %s, 200, '{}'::jsonb, %s, %s) ON CONFLICT (person_id, key) DO NOTHING RETURNING 1
"""

_OUTBOX_FACTS = ("sequence", "type", "action", "from_state", "to_state", "reason")


def _standing(command: Command) -> StoredAnswer | None:
    """Answer with the application as it stands: somebody, perhaps the same person twice, was first.

    The answer is kept under this key, too. None when the key was taken meanwhile.
    """
    row = get_row(command.application_id, applicant_id=command.applicant_id)
    body = orjson.dumps(body_of(row, command.language) | {"receipt": receipt_of(row.id, submission=1)})
    kept = fetch_all(_KEEP_KEY, [command.applicant_id, command.key, command.fingerprint, body, command.now])
    return StoredAnswer(status=200, body=body, replayed=True) if kept else None
