"""The versions under which decisions are objected to: made of those that were decided under, when first needed.

They stand beside the catalogue: their service has no current version and a name that no address can hold, so nobody
finds, begins, writes or exports it; what is filed under it goes through a decided application alone.
"""

from datetime import datetime

from django.db import transaction

from services.catalogue.models import Service, ServiceVersion, VersionLife
from services.catalogue.queries.objecting import MARK
from services.catalogue.versions import Version, version_of


@transaction.atomic
def objecting_version(version: Version, *, now: datetime) -> Version:
    """Return the version for objections to decisions under `version`, one for each; it has `objection`."""
    definition = version.definition.objecting()
    decided = Service.objects.get(pk=version.service_id)
    root = decided.slug.partition(MARK)[2] or str(decided.pk)
    service, _made = Service.objects.get_or_create(
        slug=f"{definition.kind}{MARK}{root}", defaults={"agency_id": version.agency_id}
    )
    Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    standing = ServiceVersion.objects.filter(service=service, number=version.number).first()
    if standing is None:
        standing = ServiceVersion.objects.create(
            service=service,
            number=version.number,
            sha256=definition.sha256,
            content=definition.content,
            published_at=now,
        )
        VersionLife.objects.create(version=standing)
    return version_of(standing.pk)
