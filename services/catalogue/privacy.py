"""What an agency's admin did to its services, as part of what is held of them. The history itself is the agency's."""

from collections.abc import Iterator
from uuid import UUID

from accounts.privacy.portable import Part, Section
from services.catalogue.models import Change


def export(person_id: UUID) -> Iterator[Part]:
    """Yield what the person did to agencies' services."""
    done = Change.objects.filter(actor_id=person_id).order_by("pk")
    lines = done.values("id", "service__slug", "what", "version", "reason", "at").iterator(chunk_size=500)
    yield Section("service_changes", {"id": "Perubahan layanan oleh Anda", "en": "Services changed by you"}, lines)
