"""What an agency's admin did to its clients, as part of what is held of them. The history itself is the agency's."""

from collections.abc import Iterator
from uuid import UUID

from accounts.privacy.portable import Part, Section
from services.connectors.models import Change


def export(person_id: UUID) -> Iterator[Part]:
    """Yield what the person did to agencies' clients."""
    done = Change.objects.filter(actor_id=person_id).order_by("at", "pk")
    lines = done.values("id", "registration__client__client_id", "what", "at").iterator(chunk_size=500)
    yield Section("client_changes", {"id": "Perubahan klien oleh Anda", "en": "Clients changed by you"}, lines)
