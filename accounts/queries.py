"""Who is known."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User


def person(person_id: UUID) -> User:
    """Return the person of this id."""
    return User.objects.get(pk=person_id)


def staff_roles(person_id: UUID) -> list[str]:
    """Return the roles that a person holds for the city (`STAFF_ROLES_OF`); empty for a resident."""
    return list(import_string(settings.STAFF_ROLES_OF)(person_id))


def works_for_the_city(person_id: UUID) -> bool:
    """Return whether the person holds a role at an agency, or runs the platform."""
    return bool(staff_roles(person_id)) or User.objects.filter(pk=person_id, is_staff=True).exists()


def names_of(person_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Return people's names by id."""
    return dict(User.objects.filter(pk__in=person_ids).values_list("pk", "full_name"))
