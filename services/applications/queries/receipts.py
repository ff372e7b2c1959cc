"""Receipts as they were given, and what a presented one says."""

from typing import Any
from uuid import UUID

from services.applications.models import Submission
from services.applications.receipts import NotGenuine, read
from services.catalogue.models import ServiceVersion
from services.catalogue.versions import version_of


def receipt_of(application_id: UUID, *, submission: int | None = None) -> str | None:
    """Return the receipt of a submission, of the latest one unless it is named; None where there is none."""
    kept = submission_of(application_id, submission)
    return kept.receipt if kept else None


def submission_of(application_id: UUID, submission: int | None) -> Submission | None:
    """Return one submission without its content, the latest unless it is named. The caller has checked who asks."""
    found = Submission.objects.filter(application_id=application_id)
    if submission is not None:
        found = found.filter(number=submission)
    return found.only("number", "submitted_at", "receipt").order_by("-number").first()


def verified(receipt: str, language: str) -> dict[str, Any]:
    """Return what a receipt says, and whether a later one took its place.

    :raises NotGenuine: for one that was not signed here, or whose submission is not kept here.
    """
    claims = read(receipt)
    if Submission.objects.filter(id=claims["jti"], receipt=receipt).first() is None:
        raise NotGenuine
    version = version_of(
        ServiceVersion.objects.values_list("id", flat=True).get(
            content__service=claims["service"], sha256=claims["version_sha256"], number=claims["version"]
        )
    )
    later = Submission.objects.filter(application_id=claims["application"], number__gt=claims["submission"])
    told = ("number", "version", "version_sha256", "content_sha256", "submission", "submitted_at", "due_on", "deadline")
    return {name: claims[name] for name in told} | {
        "service": {"slug": version.slug, "title": version.text("title", language)},
        "agency": {"code": version.agency_code, "name": version.agency_name},
        "latest": not later.exists(),
        "on_behalf_of": claims["on_behalf_of"]["kind"] if "on_behalf_of" in claims else None,
    }
