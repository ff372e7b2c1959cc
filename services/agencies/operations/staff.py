"""An agency's units, and who works in which; and the end of somebody's work there. Who did it is kept with it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from services.agencies.models import Agency, Membership, Role, StaffChange, Unit
from services.events.operations import publish
from superapp.http.problems import FieldError, Missing, Problem, invalid


@transaction.atomic
def make_unit(*, agency: Agency, code: str, name: str, actor_id: UUID, now: datetime) -> Unit:
    """Give an agency a unit.

    :raises Problem: 409 when it has one of this code.
    """
    try:
        with transaction.atomic():
            unit = Unit.objects.create(agency=agency, code=code, name=name)
    except IntegrityError:
        detail = {"id": "Kode unit ini sudah ada.", "en": "There is a unit of this code already."}
        raise Problem(
            status=409, code="unit_taken", detail=detail, errors=[FieldError("/code", "unit_taken", detail)]
        ) from None
    values = {"name": {"from": None, "to": name}}
    _note(agency, StaffChange.What.UNIT_MADE, values, unit=code, actor_id=actor_id, now=now)
    return unit


@transaction.atomic
def change_unit(
    *, agency: Agency, code: str, name: str | None, closed: bool | None, actor_id: UUID, now: datetime
) -> Unit:
    """Rename a unit, close it to what is handed over, or open it again. What lies there stays.

    :raises Missing: when the agency has none of this code.
    """
    unit = (
        Unit.objects.select_for_update(of=("self",)).select_related("agency").filter(agency=agency, code=code).first()
    )
    if unit is None:
        raise Missing
    values: dict[str, Any] = {}
    if name is not None and name != unit.name:
        values["name"] = {"from": unit.name, "to": name}
        unit.name = name
    if closed is not None and closed != (was_closed := unit.closed_at is not None):
        values["closed"] = {"from": was_closed, "to": closed}
        unit.closed_at = now if closed else None
    if values:
        unit.save(update_fields=["name", "closed_at"])
        _note(agency, StaffChange.What.UNIT_CHANGED, values, unit=code, actor_id=actor_id, now=now)
    return unit


@transaction.atomic
def place_in_unit(*, agency: Agency, person_id: UUID, code: str | None, actor_id: UUID, now: datetime) -> None:
    """Have a member of an agency's staff work in one of its units, or in none.

    :raises Missing: when they do not work there. :raises Problem: 400 for a unit that the agency does not have open.
    """
    unit = Unit.objects.filter(agency=agency, code=code, closed_at=None).first() if code else None
    if code and unit is None:
        detail = {"id": "OPD ini tidak punya unit itu.", "en": "The agency has no such unit."}
        raise invalid([FieldError("/unit", "unknown", detail)])
    held = Membership.objects.select_for_update(of=("self",)).filter(agency=agency, user_id=person_id)
    before = list(held.order_by("pk").values_list("unit_id", "unit__code"))
    if not before:
        raise Missing
    if all(unit_id == (unit and unit.pk) for unit_id, _code in before):
        return
    held.update(unit=unit)
    values = {"unit": {"from": before[0][1], "to": code or None}}
    _note(agency, StaffChange.What.PLACED, values, person_id=person_id, actor_id=actor_id, now=now)


@transaction.atomic
def end_work(*, agency: Agency, person_id: UUID, actor_id: UUID, now: datetime) -> None:
    """End somebody's work at an agency: every role there. What was assigned to them goes back (`staff.left`).

    :raises Missing: when they do not work there. :raises Problem: 409 for the last admin.
    """
    held = list(Membership.objects.select_for_update().filter(agency=agency).order_by("pk"))
    roles = {each.role for each in held if each.user_id == person_id}
    if not roles:
        raise Missing
    if Role.ADMIN in roles and not any(each.role == Role.ADMIN and each.user_id != person_id for each in held):
        detail = {"id": "OPD harus punya seorang admin.", "en": "An agency must have an admin."}
        raise Problem(status=409, code="last_admin", detail=detail)
    Membership.objects.filter(agency=agency, user_id=person_id).delete()
    values = {"roles": {"from": sorted(roles), "to": []}}
    _note(agency, StaffChange.What.ENDED, values, person_id=person_id, actor_id=actor_id, now=now)
    publish(topic="staff.left", key=agency.pk, body={"person": str(person_id), "by": str(actor_id)}, now=now)


def _note(
    agency: Agency,
    what: StaffChange.What,
    values: dict[str, Any],
    *,
    actor_id: UUID,
    now: datetime,
    unit: str = "",
    person_id: UUID | None = None,
) -> None:
    StaffChange.objects.create(
        agency=agency, what=what, unit=unit, person_id=person_id, values=values, actor_id=actor_id, at=now
    )
