"""What becomes of a publication that waits: approved, refused, taken back, published when its day has come."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from services.catalogue.models import Change, Origin, Publication, Service
from services.catalogue.operations.drafts import put_back
from services.catalogue.operations.publishing import go
from services.catalogue.operations.releasing import lock_catalogue, note
from services.catalogue.queries.authoring import OPEN_STATES
from superapp.http.problems import Missing, Problem

logger = logging.getLogger(__name__)
State = Publication.State


@transaction.atomic
def approve(*, service: Service, actor_id: UUID, reason: str, now: datetime) -> Publication:
    """Agree to a publication that somebody else wrote: it is published, or waits for its date.

    :raises Problem: 404 when none waits for it; 403 `own_work` for who wrote or asked for it.
    """
    lock_catalogue()
    publication = _waiting(service, State.AWAITING)
    _require_another(publication, actor_id)
    publication.approved_by = actor_id
    note(
        service, Change.What.APPROVED, actor_id=actor_id, now=now, reason=reason,
        values={"publication": str(publication.pk), "sha256": publication.sha256},
    )  # fmt: skip
    go(publication, actor_id=actor_id, now=now)
    return publication


@transaction.atomic
def refuse(*, service: Service, actor_id: UUID, reason: str, now: datetime) -> Publication:
    """Refuse a publication that waits for a second admin; what was written is a draft again.

    :raises Problem: 404 when none waits; 403 `own_work` for who wrote or asked for it: they take it back.
    """
    lock_catalogue()
    publication = _waiting(service, State.AWAITING)
    _require_another(publication, actor_id)
    _end(publication, State.REFUSED, Change.What.REFUSED, actor_id=actor_id, reason=reason, now=now)
    return publication


@transaction.atomic
def take_back(*, service: Service, actor_id: UUID, reason: str, now: datetime) -> Publication:
    """Take back a publication that waits for its date or a second admin; what was written is a draft again.

    :raises Problem: 404 when none waits: it was published, or taken back before.
    """
    lock_catalogue()
    publication = _waiting(service, *OPEN_STATES)
    _end(publication, State.CANCELLED, Change.What.CANCELLED, actor_id=actor_id, reason=reason, now=now)
    return publication


def publish_due(*, now: datetime) -> int:
    """Publish all whose date has come, however late; return how many. Any number of workers may do it at once.

    One that can no longer be published is told as failed and is a draft again: it holds up no other.
    """
    due = Publication.objects.filter(state=State.SCHEDULED, effective_from__lte=now).order_by("effective_from", "pk")
    return sum(_publish_one(id, now) for id in due.values_list("pk", flat=True))


def _publish_one(publication_id: UUID, now: datetime) -> bool:
    with transaction.atomic():
        lock_catalogue()
        publication = _with_service().filter(pk=publication_id, state=State.SCHEDULED).first()
        if publication is None:
            return False  # another worker was here, or it was taken back
        try:
            with transaction.atomic():
                go(publication, actor_id=None, now=now)
        except Problem as error:
            logger.error("planned publication %s of %s: %s", publication.pk, publication.service.slug, error.code)
            _end(publication, State.FAILED, Change.What.FAILED, actor_id=None, reason=error.code, now=now)
            return False
    return True


def _with_service() -> QuerySet[Publication]:
    return Publication.objects.select_related("service__agency", "service__current", "previous")


def _waiting(service: Service, *states: State) -> Publication:
    found = _with_service().filter(service=service, state__in=states).first()
    if found is None:
        raise Missing
    return found


def _require_another(publication: Publication, actor_id: UUID) -> None:
    if actor_id in (publication.requested_by, *publication.editors):
        raise Problem(
            status=403,
            code="own_work",
            detail={
                "id": "Yang menulis atau meminta penerbitan tidak dapat menyetujuinya sendiri.",
                "en": "Who wrote it or asked for it cannot approve it.",
            },
        )


def _end(
    publication: Publication,
    state: State,
    what: Change.What,
    *,
    actor_id: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    publication.state = state
    publication.save(update_fields=["state"])
    values = {"publication": str(publication.pk), "sha256": publication.sha256}
    note(publication.service, what, actor_id=actor_id, now=now, reason=reason, values=values)
    put_back(
        publication.service,
        publication.content,
        base=publication.previous,
        origin=Origin(publication.origin),
        actor_id=actor_id or publication.requested_by,
        editors=publication.editors,
        now=now,
    )
