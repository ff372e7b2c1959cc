"""A person's work for the city as part of what is held of them. Its end is not here: erasure waits for it."""

from collections.abc import Iterator
from uuid import UUID

from accounts.privacy.portable import Part, Section
from services.agencies.models import Membership


def export(person_id: UUID) -> Iterator[Part]:
    """Yield the roles that the person holds."""
    held = Membership.objects.filter(user_id=person_id).order_by("agency__code", "role")
    lines = held.values("id", "agency__code", "agency__name", "role")
    yield Section("roles", {"id": "Peran Anda sebagai petugas", "en": "Your roles as staff"}, lines)
