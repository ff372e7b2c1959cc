"""What all of an agency's services share: who may call, and how a service is told."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any
from uuid import UUID

from accounts.queries import names_of
from services.agencies.api.admins import AgencyAdminView
from services.catalogue.models import Publication, Service, ServiceDraft
from services.catalogue.queries import local
from services.catalogue.queries.authoring import service_of
from services.definitions.cases import CaseResult
from services.definitions.telling import told
from superapp.http.language import request_language
from superapp.http.problems import Missing, localized

TAGS = ["office services"]


class ServicesView(AgencyAdminView):
    """For OPD admins; each sees the services of their agency and no others."""

    def found(self, slug: str) -> Service:
        """Return the service.

        :raises Problem: 404 when there is none at this person's agencies.
        """
        try:
            return service_of(slug, self.agency_ids)
        except Service.DoesNotExist:
            raise Missing from None

    @property
    def language(self) -> str:
        """Return the reader's language."""
        return request_language(self.request)


def when(at: Any) -> str | None:
    """Return a time as the API writes it."""
    return at.astimezone(UTC).isoformat() if at else None


def state_of(service: Service) -> str:
    """Return `new` (never published), `open`, `closed` (its module is gone) or `retired`."""
    if service.current_id is None:
        return "new"
    if service.retired_at:
        return "retired"
    return "open" if service.is_open else "closed"


def drift_of(service: Service) -> str:
    """Return `none`, `ours` (it differs from the module's on purpose) or `open` (a person has to decide)."""
    offer = getattr(service, "offer", None)
    if offer is None or service.current is None or offer.sha256 == service.current.sha256:
        return "none"
    return "ours" if offer.decided_sha256 == offer.sha256 else "open"


def line_of(service: Service, language: str) -> dict[str, Any]:
    """Return a service as the list shows it."""
    draft: ServiceDraft | None = getattr(service, "draft", None)
    waiting: list[Publication] = service.open_publications  # type: ignore[attr-defined]  # prefetched by the query
    content = service.current.content if service.current else draft.content if draft else {}
    title = content.get("title")
    return {
        "service": service.slug,
        "title": local(title, language) if isinstance(title, Mapping) else "",
        "agency": {"code": service.agency.code, "name": service.agency.name},
        "state": state_of(service),
        "version": service.current.number if service.current else None,
        "draft": {"revision": draft.revision, "sound": not draft.faults} if draft else None,
        "publication": {"state": waiting[0].state, "effective_from": when(waiting[0].effective_from)}
        if waiting
        else None,
        "drift": drift_of(service),
    }


def draft_body(draft: ServiceDraft, language: str) -> dict[str, Any]:
    """Return a draft in full, its faults in `language`."""
    current = draft.service.current
    return {
        "service": draft.service.slug,
        "agency": {"code": draft.service.agency.code, "name": draft.service.agency.name},
        "base": draft.base.number if draft.base else None,
        "current": current.number if current else None,
        "revision": draft.revision,
        "sha256": draft.sha256,
        "origin": draft.origin,
        "author": name_of(draft.author),
        "updated_at": when(draft.updated_at),
        "sound": not draft.faults,
        "faults": [fault_body(each["pointer"], each["message"], each["hint"], language) for each in draft.faults],
        "content": draft.content,
    }


def fault_body(pointer: str, message: str, hint: str, language: str) -> dict[str, str]:
    """Return what is wrong with a draft; what has no words in `language` stands in English."""
    here = told(message, hint, language)
    return {"pointer": pointer, "message": here.message, "hint": here.hint or hint}


def publication_body(publication: Publication) -> dict[str, Any]:
    """Return a publication, without its content."""
    names = names_of({each for each in (publication.requested_by, publication.approved_by) if each})
    return {
        "id": str(publication.pk),
        "service": publication.service.slug,
        "state": publication.state,
        "version": publication.version.number if publication.version else None,
        "sha256": publication.sha256,
        "change_class": publication.change_class or None,
        "chosen_class": publication.chosen_class or None,
        "drafts_policy": publication.drafts_policy,
        "effective_from": when(publication.effective_from),
        "cut_off_at": when(publication.cut_off_at),
        "requested_by": names.get(publication.requested_by, ""),
        "requested_at": when(publication.requested_at),
        "approved_by": names.get(publication.approved_by, "") if publication.approved_by else None,
        "reason": publication.reason,
        "differences_accepted": publication.differences_accepted,
    }


def result_body(result: CaseResult, language: str) -> dict[str, Any]:
    """Return what came of a golden case."""
    return {
        "id": result.case.id,
        "title": local(result.case.title, language),
        "passed": result.passed,
        "differences": [
            {
                "pointer": each.pointer,
                "text": localized(each.text, language),
                "expected": each.expected,
                "found": each.found,
            }
            for each in result.differences
        ],
    }


def name_of(person_id: UUID) -> str:
    """Return a person's name; empty when their account was erased."""
    return names_of({person_id}).get(person_id, "")
