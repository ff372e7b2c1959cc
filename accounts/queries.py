"""Who is known."""

from uuid import UUID

from accounts.models import User


def person(person_id: UUID) -> User:
    """Return the person of this id."""
    return User.objects.get(pk=person_id)
