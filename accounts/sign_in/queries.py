"""Reading sign-ins."""

from uuid import UUID

from django.http import HttpRequest

from accounts.sign_in.models import SignIn

SESSION_KEY = "sign_in"


def current_id(request: HttpRequest) -> UUID | None:
    """Return the id of the sign-in that this browser's session belongs to; it may have ended meanwhile."""
    kept = request.session.get(SESSION_KEY)
    return UUID(kept) if kept else None


def current(request: HttpRequest) -> SignIn | None:
    """Return this browser's sign-in while it lasts."""
    kept = current_id(request)
    return SignIn.objects.filter(pk=kept, ended_at=None).first() if kept else None


def lasts(sign_in_id: UUID | None, person_id: UUID) -> bool:
    """Return whether this is a sign-in of that person which has not ended."""
    if sign_in_id is None:
        return False
    return SignIn.objects.filter(pk=sign_in_id, person_id=person_id, ended_at=None).exists()
