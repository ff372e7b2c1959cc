"""The end of a service, or of drafts under earlier versions; and opening it again."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from services.catalogue.models import Change, Service, VersionLife
from services.catalogue.operations.drafts import publication_open
from services.catalogue.operations.publishing import fresh, refused
from services.catalogue.operations.releasing import cut_off, lock_catalogue, move_revision, note
from services.catalogue.queries.authoring import OPEN_STATES
from services.events.operations import publish as tell
from superapp.http.problems import FieldError, Problem, invalid


def _never_published() -> Problem:
    return refused("never_published", "Layanan ini belum pernah terbit.", "It was never published.")


def _require_ahead(at: datetime | None, now: datetime) -> None:
    if at is not None and at <= now:
        detail = {"id": "Waktu ini sudah lewat.", "en": "This moment has passed."}
        raise invalid([FieldError("/cut_off_at", "past", detail)])


@transaction.atomic
def retire(*, service: Service, cut_off_at: datetime | None, reason: str, actor_id: UUID, now: datetime) -> None:
    """Take no new applications any more. What was submitted goes on; drafts may be submitted until `cut_off_at`.

    :raises Problem: 400 for a moment that has passed; 409 `never_published`, `service_retired`, `publication_open`.
    """
    lock_catalogue()
    service = fresh(service)
    _require_ahead(cut_off_at, now)
    if service.current is None:
        raise _never_published()
    if service.retired_at is not None:
        raise refused("service_retired", "Layanan ini sudah dihentikan.", "It is retired already.")
    if service.publications.filter(state__in=OPEN_STATES).exists():
        raise publication_open()
    service.is_open, service.retired_at = False, now
    service.save(update_fields=["is_open", "retired_at"])
    VersionLife.objects.update_or_create(version=service.current, defaults={"retired_at": now})
    note(service, Change.What.RETIRED, actor_id=actor_id, now=now, version=service.current.number, reason=reason)
    tell(topic="service.retired", key=service.pk, body={"service": service.slug}, now=now)
    if cut_off_at is not None:
        cut_off(service, at=cut_off_at, actor_id=actor_id, reason=reason, now=now)
    move_revision()


@transaction.atomic
def reopen(*, service: Service, reason: str, actor_id: UUID, now: datetime) -> None:
    """Take applications again under the version that stood; a cut-off date of that version is lifted.

    :raises Problem: 409 `not_retired`.
    """
    lock_catalogue()
    service = fresh(service)
    if service.retired_at is None or service.current is None:
        raise refused("not_retired", "Layanan ini tidak dihentikan.", "It is not retired.")
    service.is_open, service.retired_at = True, None
    service.save(update_fields=["is_open", "retired_at"])
    VersionLife.objects.filter(version=service.current).update(retired_at=None, cut_off_at=None, reminded_at=None)
    note(service, Change.What.REOPENED, actor_id=actor_id, now=now, version=service.current.number, reason=reason)
    move_revision()


@transaction.atomic
def set_cut_off(*, service: Service, at: datetime | None, reason: str, actor_id: UUID, now: datetime) -> None:
    """Set or lift the end for drafts: all of a retired service, those under earlier versions of one that is open.

    :raises Problem: 400 for a moment that has passed; 409 `never_published`.
    """
    lock_catalogue()
    service = fresh(service)
    _require_ahead(at, now)
    if service.current is None:
        raise _never_published()
    spared = None if service.retired_at else service.current
    cut_off(service, at=at, actor_id=actor_id, reason=reason, now=now, but=spared)


def remind_of_cut_offs(*, now: datetime, ahead: timedelta) -> int:
    """Have residents reminded, once, of every cut-off date that comes within `ahead`. Return for how many versions."""
    with transaction.atomic():
        due = VersionLife.objects.select_for_update(skip_locked=True).filter(
            cut_off_at__gt=now, cut_off_at__lte=now + ahead, reminded_at=None
        )
        found = list(due.select_related("version__service").order_by("cut_off_at", "pk"))
        for life in found:
            assert life.cut_off_at  # noqa: S101 - the filter says so
            body = {
                "service": life.version.service.slug,
                "version": str(life.version_id),
                "at": life.cut_off_at.isoformat(),
            }
            tell(topic="service.cut_off_near", key=life.version.service_id, body=body, now=now)
            life.reminded_at = now
            life.save(update_fields=["reminded_at"])
    return len(found)
