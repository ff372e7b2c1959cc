"""A person decides between what a module brings and what the agency wrote itself."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction

from services.catalogue.models import Change, ModuleOffer, Origin, Publication, Service
from services.catalogue.operations.drafts import begin_draft, draft_exists
from services.catalogue.operations.publishing import Wish, fresh, refused, request
from services.catalogue.operations.releasing import lock_catalogue, note
from services.catalogue.queries.authoring import draft_of
from superapp.http.problems import Missing

Decision = Literal["take", "keep", "merge"]


@transaction.atomic
def resolve(
    *, service: Service, decision: Decision, sha256: str, wish: Wish, actor_id: UUID, now: datetime
) -> Publication | None:
    """Take the module's definition (it is published as `wish` says), keep the agency's own until the module's changes
    again, or merge: begin a draft over the version that stands, in which the admin takes over what they want.

    `sha256` is of the offer that was seen. Returns the publication of `take`.

    :raises Problem: 404 where no module brings it; 409 `offer_changed`, `no_drift`, `draft_exists`; as `publish_draft`.
    """
    lock_catalogue()
    service = fresh(service)
    offer = ModuleOffer.objects.select_for_update().filter(service=service).first()
    if offer is None or service.current is None:
        raise Missing
    if offer.sha256 != sha256:
        raise refused("offer_changed", "Definisi modul sudah berubah lagi.", "The module's definition changed again.")
    if offer.sha256 == service.current.sha256:
        raise refused("no_drift", "Keduanya sama.", "Both are the same.")
    if draft_of(service) and decision == "merge":
        raise draft_exists()
    said = {"decision": decision, "sha256": offer.sha256, "standing": service.current.sha256}
    note(service, Change.What.RESOLVED, actor_id=actor_id, now=now, reason=wish.reason, values=said)
    offer.decided_sha256 = offer.sha256
    offer.save(update_fields=["decided_sha256"])
    if decision == "merge":
        begin_draft(service=service, number=None, actor_id=actor_id, now=now)
    if decision != "take":
        return None
    return request(service, offer.content, wish, origin=Origin.MODULE, editors=[actor_id], actor_id=actor_id, now=now)
