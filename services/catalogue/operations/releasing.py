"""The one place where a definition becomes an immutable version under which residents apply."""

import uuid
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q

from services.catalogue.models import (
    Change,
    DraftsPolicy,
    Origin,
    Revision,
    Service,
    ServiceVersion,
    VersionLife,
)
from services.definitions import Definition
from services.events.operations import publish as tell


def lock_catalogue() -> None:
    """Let one publication run at a time, until the caller's transaction ends; also makes the row at first use."""
    Revision.objects.get_or_create(id=1)
    Revision.objects.select_for_update().get(id=1)


def move_revision() -> None:
    """Tell every process's shelf that what it holds is old."""
    Revision.objects.filter(id=1).update(token=uuid.uuid4())


def note(
    service: Service,
    what: Change.What,
    *,
    actor_id: UUID | None,
    now: datetime,
    version: int | None = None,
    reason: str = "",
    values: dict[str, Any] | None = None,
) -> None:
    """Write one line of a service's history."""
    Change.objects.create(
        service=service, what=what, actor_id=actor_id, at=now, version=version, reason=reason, values=values or {}
    )


def release(
    service: Service,
    definition: Definition,
    *,
    origin: Origin,
    now: datetime,
    module: str | None = None,
    change_class: str = "",
    chosen_class: str = "",
    drafts_policy: str = DraftsPolicy.CARRY_ON,
    effective_from: datetime | None = None,
    published_by: UUID | None = None,
    approved_by: UUID | None = None,
    cut_off_at: datetime | None = None,
    reason: str = "",
) -> ServiceVersion:
    """Make `definition` the service's next version and the one that new applications are made under.

    The caller holds `lock_catalogue()` and has read `service` since. What follows for drafts, and telling residents
    of a cut-off date, is for those who hear `service.published` and `service.cut_off_set` from the outbox.
    """
    previous = service.current
    highest = service.versions.aggregate(highest=Max("number"))["highest"] or 0
    version = ServiceVersion.objects.create(
        service=service,
        number=highest + 1,
        sha256=definition.sha256,
        content=definition.content,
        published_at=now,
        origin=origin,
        change_class=change_class,
        chosen_class=chosen_class or change_class,
        drafts_policy=drafts_policy,
        effective_from=effective_from,
        published_by=published_by,
        approved_by=approved_by,
    )
    VersionLife.objects.create(version=version)
    if previous:
        VersionLife.objects.update_or_create(version=previous, defaults={"superseded_at": now})
    _stand(service, version, definition, module)
    move_revision()
    said = {
        "origin": str(origin),
        "sha256": version.sha256,
        "change_class": version.chosen_class,
        "drafts_policy": str(drafts_policy),
        "approved_by": str(approved_by) if approved_by else None,
        "effective_from": effective_from.isoformat() if effective_from else None,
    }
    note(
        service, Change.What.PUBLISHED, actor_id=published_by, now=now, version=version.number, reason=reason,
        values=said,
    )  # fmt: skip
    if previous:
        _tell_of(version, previous, now)
    if cut_off_at:
        cut_off(service, at=cut_off_at, actor_id=published_by, reason=reason, now=now, but=version)
    return version


def _tell_of(version: ServiceVersion, previous: ServiceVersion, now: datetime) -> None:
    """Tell of a version that takes another's place: drafts were begun under that one."""
    tell(
        topic="service.published",
        key=version.service_id,
        body={
            "service": version.service.slug,
            "version": str(version.id),
            "number": version.number,
            "previous": str(previous.id),
            "change_class": version.chosen_class,
            "drafts_policy": str(version.drafts_policy),
        },
        now=now,
    )


def cut_off(
    service: Service,
    *,
    at: datetime | None,
    actor_id: UUID | None,
    reason: str,
    now: datetime,
    but: ServiceVersion | None = None,
) -> None:
    """Set the moment after which drafts under its versions, all `but` one, cannot be submitted; None: never."""
    lives = VersionLife.objects.filter(~Q(version=but) if but else Q(), version__service=service)
    lives.update(cut_off_at=at, reminded_at=None)
    said = {"at": at.isoformat() if at else None, "but": but.number if but else None}
    note(service, Change.What.CUT_OFF, actor_id=actor_id, now=now, reason=reason, values=said)
    tell(
        topic="service.cut_off_set",
        key=service.id,
        body={"service": service.slug, "at": said["at"], "but": str(but.id) if but else None},
        now=now,
    )


def _stand(service: Service, version: ServiceVersion, definition: Definition, module: str | None) -> None:
    """Make `version` the one under which new applications are made."""
    service.current = version
    if module is not None:
        service.module = module
    service.is_open, service.retired_at = True, None
    service.category = definition.content.get("category", "")
    service.life_events = definition.content.get("life_events", [])
    service.search_text = search_text_of(definition)
    service.save(update_fields=["current", "module", "is_open", "retired_at", "category", "life_events", "search_text"])


def search_text_of(definition: Definition) -> str:
    """Return the words by which a service is found: slug, title, summary, key words, in both languages."""
    content = definition.content
    words = [definition.slug.replace("-", " ")]
    for field in ("title", "summary"):
        words.extend(str(text) for text in content.get(field, {}).values())
    words.extend(content.get("keywords", []))
    words.extend(event.replace("-", " ") for event in content.get("life_events", []))
    return "\n".join(words)
