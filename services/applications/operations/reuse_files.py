"""Taking files over into a draft: only what the resident saw and said yes to, without an upload, with a receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from accounts.bearer import Actor
from services.applications.city_time import city_day, moment
from services.applications.models import DRAFT, Application
from services.applications.operations.drafts import not_a_draft
from services.applications.operations.files import attach_standing
from services.applications.operations.reuse import note_taken, offer_changed
from services.applications.queries.behalf import reached_services
from services.applications.queries.file_offers import FileOffer, file_offers, kept_source
from services.catalogue.versions import version_of
from services.documents.models import StoredFile


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody said yes to: a file that was offered for a requirement, with the SHA-256 that was shown."""

    requirement: str
    file_id: UUID
    sha256: str


def take_over_files(
    *,
    application: Application,
    chosen: Sequence[Chosen],
    actor: Actor | None,
    doer_id: UUID,
    doer_name: str,
    now: datetime,
) -> None:
    """Attach the chosen files to a draft whose row the caller has locked, one for a requirement; said again, nothing.

    The draft keeps where each comes from, and the access log of the application that lent it who took it over.

    :raises Problem: 409 `offer_changed` naming each that is not offered so; 409 when no longer a draft; 422
        `unfit_file` naming each requirement that does not take this kind or size.
    """
    if application.state != DRAFT:
        raise not_a_draft(application.state)
    version = version_of(application.version_id)
    found = file_offers(
        version,
        application.answers,
        applicant_id=application.applicant_id,
        services=None if actor is None else reached_services(actor),
        today=city_day(now),
        files=[each.file_id for each in chosen],
    )
    offered = {Chosen(each.requirement, each.file_id, each.sha256): each for each in found}
    if wrong := [place for place, each in enumerate(chosen) if each not in offered]:
        raise offer_changed([f"/take/{place}" for place in wrong])
    taken = [(f"/take/{place}", offered[each]) for place, each in enumerate(chosen)]
    new = [each for each in taken if not _stands(application, each[1])]
    for pointer, offer in sorted(new, key=lambda each: each[1].stored_id):  # one order of locks for all
        try:
            attach_standing(
                application=application,
                requirement=offer.requirement,
                file_id=offer.stored_id,
                now=now,
                receipt=_receipt(offer, by=doer_id, now=now),
                pointer=f"{pointer}/requirement",
            )
        except StoredFile.DoesNotExist:
            raise offer_changed([pointer]) from None
    titles = {each.id: each.title["id"] for each in version.definition.requirements}
    lent = sorted((offer for _pointer, offer in new), key=lambda each: (each.application_id, each.requirement))
    for source_id, group in groupby(lent, key=lambda each: each.application_id):
        offers = list(group)
        names = [titles[each.requirement] for each in offers]
        note_taken(
            application, "reused_file", names, about=source_id, number=offers[0].number,
            doer_id=doer_id, doer_name=doer_name, now=now,
        )  # fmt: skip


def _stands(application: Application, offer: FileOffer) -> bool:
    """Return whether this very offer was taken over already."""
    receipt = (application.reused_files or {}).get(offer.requirement)
    return receipt is not None and (receipt["source"]["application"], receipt["sha256"]) == (
        str(offer.application_id),
        offer.sha256,
    )


def _receipt(offer: FileOffer, *, by: UUID, now: datetime) -> dict[str, Any]:
    return {
        "document_type": offer.document_type,
        "sha256": offer.sha256,
        "source": kept_source(offer),
        "given_at": moment(offer.given_at),
        "status": offer.status,
        "taken_at": moment(now),
        "by": str(by),
    }
