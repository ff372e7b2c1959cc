"""Taking facts over into a draft: only what the resident saw and said yes to, and with a receipt."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from services.applications.models import Application
from services.applications.offers import Offer, reused_line
from services.applications.operations.drafts import save_answers
from services.catalogue.versions import version_of
from services.definitions import Evaluation
from services.definitions.values import patch_of
from superapp.http.merging import merge_patch
from superapp.http.problems import FieldError, Problem


def offer_changed(pointers: Sequence[str]) -> Problem:
    """Return the refusal to take over what is not offered, or not with this value any more."""
    detail = {"id": "Data ini tidak lagi ditawarkan seperti itu.", "en": "This is not offered like that any more."}
    return Problem(
        status=409,
        code="offer_changed",
        detail={
            "id": "Sebagian data sudah berubah atau tidak tersedia lagi. Muat ulang tawarannya.",
            "en": "Some of it changed or cannot be had any more. Load the offers again.",
        },
        errors=[FieldError(pointer, "offer_changed", detail) for pointer in pointers],
    )


def take_over(
    *,
    application: Application,
    offers: Sequence[Offer],
    chosen: Mapping[str, Any],
    doer_id: UUID,
    doer_name: str,
    now: datetime,
) -> Evaluation:
    """Write the chosen facts, by pointer with the value that was shown, into a draft whose row the caller has locked.

    The draft keeps which answer is whose fact, and the applicant's access log who took it over, and for what.

    :raises Problem: 409 `offer_changed` naming each that is not offered so; 409 when no longer a draft.
    """
    offered = {each.pointer: each for each in offers}
    wrong = [pointer for pointer, value in chosen.items() if not _is_offered(offered.get(pointer), value)]
    if wrong:
        raise offer_changed([f"/take/{list(chosen).index(pointer)}" for pointer in wrong])
    patch: dict[str, Any] = {}
    for pointer, value in chosen.items():
        patch = merge_patch(patch, patch_of(pointer, value))
    lines = {pointer: reused_line(offered[pointer], by=doer_id, now=now) for pointer in chosen}
    application.reused = (application.reused or {}) | lines
    application.save(update_fields=["reused"])
    evaluation = save_answers(application=application, patch=patch, now=now)
    names = sorted(offered[pointer].name for pointer in chosen)
    note_taken(application, "facts", names, about=application.id, doer_id=doer_id, doer_name=doer_name, now=now)
    return evaluation


def _is_offered(offer: Offer | None, value: Any) -> bool:
    return offer is not None and type(offer.fact.value) is type(value) and offer.fact.value == value


def note_taken(
    application: Application,
    what: str,
    names: Sequence[str],
    *,
    about: UUID,
    number: str = "",
    doer_id: UUID,
    doer_name: str,
    now: datetime,
) -> None:
    """Leave the receipt where the applicant sees who read what of theirs; `about` is the application that lent it."""
    version = version_of(application.version_id)
    import_string(settings.READING_NOTED_BY)(
        person_id=application.applicant_id,
        reader_id=doer_id,
        reader_name=doer_name,
        reader_role="resident",
        what=what,
        now=now,
        agency_code=version.agency_code,
        agency_name=version.agency_name,
        why=f"{version.text('title', 'id')}: {', '.join(names)}"[:300],
        about=about,
        number=number,
    )
