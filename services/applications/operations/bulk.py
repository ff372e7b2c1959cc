"""One action on many applications: ordered in one request, done by the worker.

Each application is one delivery of the outbox, which asks for the next: one row lock, one event, one transaction each,
as if the officer had done them one by one. A killed worker loses the one that it was at, which is then done again.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from accounts.models import User
from services.agencies.queries import memberships_of
from services.applications.models import DRAFT, Application, BulkItem, BulkJob
from services.applications.operations.reading import note_reading, step_of
from services.applications.operations.transitions import act
from services.catalogue.versions import version_of
from services.definitions import content_hash
from services.events.models import OutboxEvent
from services.events.operations import publish
from superapp.http.conditional import require_match
from superapp.http.problems import FieldError, Missing, Problem, invalid, unexpected

logger = logging.getLogger(__name__)

MOST = 500
_AWAY = (OperationalError, InterfaceError, SoftTimeLimitExceeded)  # the next try of the delivery mends these


def job_id_taken() -> Problem:
    """Return the refusal of an id under which another order stands."""
    detail = {"id": "Id ini sudah dipakai untuk perintah lain.", "en": "This id already stands for another order."}
    return Problem(status=409, code="id_taken", detail=detail, errors=[FieldError("/id", "id_taken", detail)])


def documents_asked(action: str) -> Problem:
    """Return the refusal of an action whose papers belong to one application."""
    return Problem(
        status=409,
        code="not_in_bulk",
        detail={
            "id": f"Tindakan “{action}” meminta dokumen; lakukan pada permohonannya satu per satu.",
            "en": f"“{action}” asks for documents; take it on each application by itself.",
        },
    )


@transaction.atomic
def order(*, id: UUID, ordered_by: UUID, wanted: Mapping[str, Any], now: datetime) -> BulkJob:
    """Keep an order and have the worker do it. The same again returns what stands.

    `wanted` is `{"action", "reason", "reason_code", "basis", "applications": [{"id", "revision"}]}`.

    :raises Problem: 400 when an application comes twice, 409 when the id stands for another order.
    """
    lines: Sequence[Mapping[str, Any]] = wanted["applications"]
    _refuse_doubles([line["id"] for line in lines])
    words = {name: wanted[name] for name in ("action", "reason", "reason_code", "basis")}
    items = [[str(line["id"]), line.get("revision")] for line in lines]
    digest = content_hash(words | {"applications": items, "ordered_by": str(ordered_by)})
    standing = BulkJob.objects.filter(id=id).first()
    if standing is None:
        try:
            with transaction.atomic():
                job = BulkJob.objects.create(
                    id=id, ordered_by_id=ordered_by, sha256=digest, total=len(items), asked_at=now, **words
                )
        except IntegrityError:  # its twin came at the same moment
            standing = BulkJob.objects.get(id=id)
        else:
            BulkItem.objects.bulk_create(
                BulkItem(job=job, place=place, application_id=line["id"], revision=line.get("revision"))
                for place, line in enumerate(lines)
            )
            publish(topic="bulk.due", key=id, body={"place": 0}, now=now)
            return job
    if standing.sha256 != digest:
        raise job_id_taken()
    return standing


def _refuse_doubles(ids: Sequence[UUID]) -> None:
    detail = {"id": "Permohonan ini sudah tercantum di atas.", "en": "This application is in the list already."}
    doubles = [place for place, each in enumerate(ids) if each in ids[:place]]
    if doubles:
        raise invalid([FieldError(f"/applications/{place}/id", "duplicate", detail) for place in doubles])


@transaction.atomic
def do_next(event: OutboxEvent, now: datetime) -> None:
    """Do the item that `event` names, and ask for the one after it. Done before, it changes nothing."""
    job = BulkJob.objects.select_for_update(of=("self",)).filter(id=event.key).first()
    place: int = event.body["place"]
    if job is None or job.done + job.refused != place:
        return
    item = job.items.get(place=place)
    try:
        with transaction.atomic():
            _do(job, item, now)
        item.state = BulkItem.State.DONE
        job.done += 1
    except _AWAY:
        raise
    except Exception as error:  # noqa: BLE001 - whatever one application's own action raises holds up no other
        item.state, item.problem = BulkItem.State.REFUSED, _kept(error, item)
        job.refused += 1
    item.save(update_fields=["state", "number", "problem"])
    job.state = BulkJob.State.RUNNING
    if place + 1 < job.total:
        publish(topic="bulk.due", key=job.id, body={"place": place + 1}, now=now)
    else:
        job.state, job.finished_at = BulkJob.State.DONE, now
    job.save(update_fields=["state", "done", "refused", "finished_at"])


def _do(job: BulkJob, item: BulkItem, now: datetime) -> None:
    """Take the action as who asked may now, whatever they were when they asked.

    :raises Problem: as the single action does.
    """
    officer = User.objects.filter(id=job.ordered_by_id, is_active=True).first()
    roles = memberships_of(officer.id) if officer else {}
    found = Application.objects.filter(id=item.application_id, agency_id__in=list(roles)).exclude(state=DRAFT)
    application = found.select_related("agency").select_for_update(of=("self",)).first()
    if officer is None or application is None:
        raise Missing
    item.number = application.number or ""
    if item.revision is not None:
        require_match(str(item.revision), str(application.revision))
    version, state = version_of(application.version_id), application.state
    transition = version.definition.workflow.transition(job.action, application.state)
    if transition is not None and transition.documents:
        raise documents_asked(job.action)
    held = roles[application.agency_id]
    act(
        application_id=application.id,
        actor_id=officer.id,
        roles=held,
        action=job.action,
        reason=job.reason,
        reason_code=job.reason_code,
        basis=job.basis,
        now=now,
    )
    note_reading(
        application_id=application.id,
        applicant_id=application.applicant_id,
        number=item.number,
        agency_code=application.agency.code,
        agency_name=application.agency.name,
        reader_id=officer.id,
        reader_name=officer.full_name,
        roles=held,
        what="decision",
        why=step_of(version, state),
        now=now,
    )


def _kept(error: Exception, item: BulkItem) -> dict[str, Any]:
    """Return a refusal as an item keeps it, in both languages."""
    if isinstance(error, Problem):
        problem = error
    else:
        logger.exception("An item of a bulk job failed: %s", item.pk)
        problem = unexpected()
    return {
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "errors": [{"pointer": each.pointer, "code": each.code, "detail": each.detail} for each in problem.errors],
    }
