"""Legal holds of an application, and who answers for its archive."""

from collections.abc import Mapping, Set
from typing import Final
from uuid import UUID

from services.applications.models import LegalHold
from services.catalogue.versions import Version

KEEPERS: Final = frozenset({"head", "admin"})


def keeps(version: Version, roles: Mapping[UUID, Set[str]]) -> bool:
    """Return whether somebody with these roles heads or administers the agency that answers for applications of it."""
    return not KEEPERS.isdisjoint(roles.get(version.agency_id, frozenset()))


def holds_of(application_id: UUID) -> list[LegalHold]:
    """Return every hold of an application, lifted ones too, the first first."""
    found = LegalHold.objects.filter(application_id=application_id).select_related("placed_by", "lifted_by")
    return list(found.order_by("placed_at", "pk"))
