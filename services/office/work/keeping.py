"""Legal holds on the page of an application: for who answers for its archive."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from services.applications.api.holds import HoldReasonIn
from services.applications.models import Application, LegalHold
from services.applications.operations.holds import lift_hold, place_hold
from services.applications.queries.holds import holds_of, keeps
from services.office.work.staff import Case
from services.pages.manners import checked
from superapp.http.problems import Missing


def shown_of(case: Case) -> dict[str, Any]:
    """Return the holds, for who may see them."""
    return {"keeps": True, "holds": holds_of(case.row.id)} if keeps(case.row.version, case.roles) else {}


def place(case: Case) -> None:
    """Place a hold, with its reason."""
    reason = _reason(case)
    try:
        place_hold(
            application_id=case.row.id, reason=reason, actor_id=case.me, roles=case.roles, now=timezone.now()
        )  # fmt: skip
    except Application.DoesNotExist:
        raise Missing from None


def lift(case: Case) -> None:
    """Lift a hold, with the reason for it."""
    reason = _reason(case)
    try:
        hold_id = UUID(case.text("hold", 36))
        lift_hold(
            application_id=case.row.id, hold_id=hold_id, reason=reason, actor_id=case.me, roles=case.roles,
            now=timezone.now(),
        )  # fmt: skip
    except (LegalHold.DoesNotExist, ValueError):
        raise Missing from None


def _reason(case: Case) -> str:
    reason: str = checked(HoldReasonIn, {"reason": case.text("reason")})["reason"]
    return reason
