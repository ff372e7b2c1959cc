"""Reading answer templates, and what stands for their placeholders."""

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from django.db.models import F, Q, QuerySet

from services.applications.models import AnswerWording
from services.applications.queries.detail import Row, day_in_words, told_due
from services.catalogue.versions import Version

# Shown to who words a template and has no application at hand.
SAMPLE: Final[Mapping[str, Mapping[str, str]]] = {
    "id": {
        "number": "BPN-7K3M-2Q9F-0",
        "service": "Akta Kelahiran",
        "agency": "Dinas Kependudukan dan Pencatatan Sipil",
        "due_on": "26 November 2026",
        "applicant": "Siti Aminah",
    },
    "en": {
        "number": "BPN-7K3M-2Q9F-0",
        "service": "Birth certificate",
        "agency": "Dinas Kependudukan dan Pencatatan Sipil",
        "due_on": "26 November 2026",
        "applicant": "Siti Aminah",
    },
}


def templates_of(agency_ids: Collection[UUID], *, slug: str = "") -> QuerySet[AnswerWording]:
    """Return the latest wording of each template in use, by agency and key; with `slug` those that fit that service."""
    found = AnswerWording.objects.filter(
        template__agency_id__in=agency_ids, template__withdrawn_at=None, number=F("template__number")
    )
    if slug:
        found = found.filter(Q(template__service=None) | Q(template__service__slug=slug))
    return found.select_related("template__agency", "template__service", "author").order_by(
        "template__agency__code", "template__key", "template_id"
    )


def wording_for(id: UUID, *, version: Version) -> AnswerWording:
    """Return the latest wording of a template that may be used for an application under `version`.

    :raises AnswerWording.DoesNotExist: when there is none, or it is another agency's or service's.
    """
    return templates_of([version.agency_id], slug=version.slug).get(template_id=id)


def values_of(row: Row, language: str) -> dict[str, str]:
    """Return what stands for each placeholder."""
    due_on = told_due(row.due_on, row.paused_on)
    return {
        "number": row.number or "",
        "service": row.version.text("title", language),
        "agency": row.version.agency_name,
        "due_on": day_in_words(due_on, language) if due_on else "-",
        "applicant": row.applicant_name,
    }
