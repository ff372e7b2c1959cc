"""Objecting to a decision: an application of its own, linked to the decided one. An appeal objects to an objection."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.bearer import Actor
from services.applications.models import Application
from services.applications.operations.behalf import require_reach
from services.applications.operations.drafts import id_taken, require_assurance
from services.applications.operations.recording import record
from services.applications.queries.behalf import sealed_trace_of
from services.applications.queries.objections import Standing, standing_of
from services.catalogue.operations.objecting import objecting_version
from services.catalogue.versions import version_of
from superapp.http.problems import Problem


def not_objectable(standing: Standing) -> Problem:
    """Return 409: why this cannot be objected to; where an objection stands, which."""
    assert standing.why is not None  # noqa: S101 - told where it may not
    members = {"objection": str(standing.objection)} if standing.objection else {}
    return Problem(status=409, code=standing.code, detail=standing.why, members=members)


@transaction.atomic
def begin_objection(
    *, id: UUID, application_id: UUID, applicant_id: UUID, assurance: str, actor: Actor | None, now: datetime
) -> tuple[Application, bool]:
    """Begin an objection, as a draft under this id, to what was decided; return it, and whether it is new.

    The same id again returns what stands. It is filled in, given files and submitted as every draft.

    :raises Application.DoesNotExist: when the decided one is not theirs. :raises Problem: 409 when it may not be
        objected to, with why, or the id is taken; 403 as for a draft.
    """
    decided = Application.objects.select_for_update(of=("self",)).get(id=application_id, applicant_id=applicant_id)
    standing = Application.objects.filter(id=id).first()
    if standing is None:
        try:
            with transaction.atomic():
                return _begun(id, decided, applicant_id, assurance, actor, now), True
        except IntegrityError:  # begun under another at the same moment
            standing = Application.objects.get(id=id)
    if standing.applicant_id != applicant_id or standing.objects_to_id != decided.id:
        raise id_taken()
    return standing, False


def _begun(
    id: UUID, decided: Application, applicant_id: UUID, assurance: str, actor: Actor | None, now: datetime
) -> Application:
    version = version_of(decided.version_id)
    may = standing_of(decided, version, now=now)
    if may.until is None:
        raise not_objectable(may)
    target = objecting_version(version, now=now)
    require_reach(actor, target)
    require_assurance(has=assurance, version=target)
    return Application.objects.create(
        id=id,
        applicant_id=applicant_id,
        service_id=target.service_id,
        version_id=target.id,
        agency_id=target.agency_id,
        objects_to=decided,
        created_at=now,
        updated_at=now,
    )


def require_objectable(application_id: UUID, *, objection_id: UUID, now: datetime) -> Application:
    """Return what an objection objects to, its row locked, if that may still be done.

    :raises Problem: 409 with why not.
    """
    decided = Application.objects.select_for_update(of=("self",)).get(id=application_id)
    may = standing_of(decided, version_of(decided.version_id), now=now, but=objection_id)
    if may.until is None:
        raise not_objectable(may)
    return decided


def note_filed(decided: Application, objection_id: UUID, *, doer_id: UUID, behalf: Actor | None, now: datetime) -> None:
    """Write into the history of what was decided that it is objected to; the objection was submitted just now."""
    number = Application.objects.values_list("number", flat=True).get(id=objection_id)
    record(
        decided,
        type="objection_filed",
        actor_id=doer_id,
        actor_role="resident",
        data={"objection": str(objection_id), "number": number} | sealed_trace_of(behalf, decided.applicant_id),
        now=now,
    )
    decided.revision += 1
    decided.updated_at = now
    decided.save(update_fields=["revision", "updated_at"])
