"""Letting an agency's module read an application in its own pages and endpoints, which notes it."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from accounts.models import User
from services.agencies.queries import memberships_of
from services.applications.hooks import snapshot_of
from services.applications.models import Application
from services.applications.operations.behalf import require_reach
from services.applications.operations.reading import MAX_WHY, note_reading, step_of
from services.applications.queries.detail import Row, get_office_row, get_row
from services.module_api import Snapshot, View


def read_for_module(reader: Any, view: View, application_id: UUID, *, why: str) -> Snapshot:
    """Return what a module's view shows `reader`: their own application; in a view for staff, one of their agency.

    `reader` is the request's user, of a session or of a token.

    :raises Http404: when it is neither, or the service is another module's. :raises ValueError: for a longer `why`.
    """
    if len(why) > MAX_WHY:
        raise ValueError(f"`why` has at most {MAX_WHY} characters.")
    if getattr(reader, "pk", None) is None:
        raise Http404
    row = _own(reader, application_id)
    roles: frozenset[str] = frozenset()
    if row is None and view.for_staff:
        held = memberships_of(reader.pk)
        row = _of_agency(application_id, list(held))
        roles = held[row.agency_id] if row else roles
    if row is None or row.version.module != view.module:
        raise Http404
    if roles:
        _note(row, reader, roles, why)
    return _snapshot(row, applicant_id=row.applicant_id or reader.pk)


def _own(reader: Any, application_id: UUID) -> Row | None:
    try:
        row = get_row(application_id, applicant_id=reader.pk)
    except Application.DoesNotExist:
        return None
    require_reach(getattr(reader, "actor", None), row.version)
    return row


def _of_agency(application_id: UUID, agency_ids: list[UUID]) -> Row | None:
    try:
        return get_office_row(application_id, agency_ids=agency_ids)
    except Application.DoesNotExist:
        return None


def _note(row: Row, reader: Any, roles: frozenset[str], why: str) -> None:
    assert row.applicant_id  # noqa: S101 - the office's query reads it
    assert row.place  # noqa: S101 - and this, too
    note_reading(
        application_id=row.id,
        applicant_id=row.applicant_id,
        number=row.number or "",
        agency_code=row.place.agency_code,
        agency_name=row.place.agency_name,
        reader_id=reader.pk,
        reader_name=reader.full_name,
        roles=roles,
        what="application",
        why=why or step_of(row.version, row.state),
        now=timezone.now(),
    )


def _snapshot(row: Row, *, applicant_id: UUID) -> Snapshot:
    name, assurance = User.objects.values_list("full_name", "assurance").get(pk=applicant_id)
    return snapshot_of(
        application_id=row.id,
        version=row.version,
        number=row.number,
        state=row.state,
        answers=row.answers,
        files=sorted(row.files, key=lambda each: str(each["requirement"])),
        applicant_id=applicant_id,
        applicant_name=name,
        assurance=assurance,
        submitted_at=row.submitted_at,
    )
