"""For OPD admins: my services, and writing the next version of one."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from services.catalogue.api.office import examples
from services.catalogue.api.office.base import TAGS, ServicesView, draft_body, fault_body, line_of, result_body
from services.catalogue.api.office.serializers import (
    BeginDraftIn,
    DiffOut,
    DraftCheckOut,
    DraftContentIn,
    DraftPreviewOut,
    NewServiceIn,
    OwnServiceLine,
    PreviewIn,
    ServiceDraftOut,
)
from services.catalogue.models import Service, ServiceDraft, ServiceVersion
from services.catalogue.operations import drafts
from services.catalogue.operations.drafts import unsound
from services.catalogue.queries import local
from services.catalogue.queries.authoring import Checked, checked, draft_of, page_of_services
from services.catalogue.queries.preview import preview_of
from services.catalogue.queries.trying import results_of
from services.definitions import Definition
from services.definitions.cases import CaseResult
from services.definitions.changes import Change, changes_between, class_of
from superapp.http.conditional import if_match, json_response
from superapp.http.idempotency import idempotent
from superapp.http.language import request_language
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import FieldError, Missing, invalid, localized
from superapp.http.rendering import JsonOnceParser


class OwnServices(ServicesView):
    """My agency's services."""

    parser_classes = (JsonOnceParser,)
    problem_statuses = {"POST": (409,)}

    @extend_schema(
        operation_id="office_services_list",
        summary="My agency's services, by name in addresses",
        tags=TAGS,
        parameters=PAGE,
        responses={200: OwnServiceLine(many=True)},
        examples=[examples.LINE],
    )
    def get(self, request: Request) -> HttpResponse:
        asked = read_page(request, [str])
        rows = page_of_services(self.agency_ids, limit=asked.limit + 1, after=asked.after, before=asked.before)
        body = page_of(request, asked, rows, key=lambda row: [row.slug], line=lambda row: line_of(row, self.language))
        return json_response(request, body)

    @extend_schema(
        operation_id="office_services_create",
        summary="Begin a new service of my agency",
        description="It has a draft and no version: residents do not see it before it is published. The name in "
        "addresses stays for ever.",
        tags=TAGS,
        request=NewServiceIn,
        responses={201: ServiceDraftOut},
        examples=[examples.NEW, examples.DRAFT],
    )
    @idempotent(required=True)
    def post(self, request: Request) -> HttpResponse:
        wanted = NewServiceIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        said = wanted.validated_data
        agency = self.agency_named(said["agency"])
        made = drafts.create_service(agency=agency, slug=said["service"], content=said.get("content"), **self.does())
        return _told(request, made, status=201)


def _told(request: Request, draft: ServiceDraft, *, status: int = 200) -> HttpResponse:
    return json_response(request, draft_body(draft, request_language(request)), etag=str(draft.revision), status=status)


class DraftView(ServicesView):
    """For what is done with a draft."""

    def drafted(self, slug: str) -> ServiceDraft:
        """Return the service's draft.

        :raises Problem: 404 when there is none, or the service is not of this person's agencies.
        """
        service = self.found(slug)
        draft = draft_of(service)
        if draft is None:
            raise Missing
        draft.service = service
        return draft


class Draft(DraftView):
    """The next version of one of my services."""

    parser_classes = (JsonOnceParser,)
    problem_statuses = {"POST": (409,)}

    @extend_schema(
        operation_id="office_draft_read",
        summary="The draft of a service",
        tags=TAGS,
        responses={200: ServiceDraftOut},
        examples=[examples.DRAFT],
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        return _told(request, self.drafted(slug))

    @extend_schema(
        operation_id="office_draft_begin",
        summary="Begin a draft from the version that stands, or from an earlier one",
        tags=TAGS,
        request=BeginDraftIn,
        responses={201: ServiceDraftOut},
        examples=[examples.BEGIN, examples.DRAFT],
    )
    @idempotent(required=True)
    def post(self, request: Request, slug: str) -> HttpResponse:
        wanted = BeginDraftIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        number = wanted.validated_data.get("from")
        drafts.begin_draft(service=self.found(slug), number=number, **self.does())
        return _told(request, self.drafted(slug), status=201)

    @extend_schema(
        operation_id="office_draft_save",
        summary="Save a draft",
        description="Sound or not: what is wrong is told in `faults`. Only what does harm is refused with its place: "
        "a pattern or rule that works without end, a `$ref` out of the document, more than a form may hold, a key that "
        "comes twice.",
        tags=TAGS,
        request=DraftContentIn,
        responses={200: ServiceDraftOut},
        examples=[examples.CONTENT, examples.DRAFT],
    )
    @if_match
    def put(self, request: Request, slug: str) -> HttpResponse:
        return self._save(request, slug, whole=True)

    @extend_schema(
        operation_id="office_draft_change",
        summary="Save a part of a draft",
        description="Merges `content` into the draft (RFC 7396): null removes, lists are replaced as a whole.",
        tags=TAGS,
        request=DraftContentIn,
        responses={200: ServiceDraftOut},
        examples=[examples.PATCH, examples.DRAFT],
    )
    @if_match
    def patch(self, request: Request, slug: str) -> HttpResponse:
        return self._save(request, slug, whole=False)

    def _save(self, request: Request, slug: str, *, whole: bool) -> HttpResponse:
        wanted = DraftContentIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        drafts.save_draft(
            service=self.found(slug),
            if_match=request.META.get("HTTP_IF_MATCH"),
            content=wanted.initial_data["content"],
            whole=whole,
            base=wanted.validated_data.get("base"),
            **self.does(),
        )
        return _told(request, self.drafted(slug))

    @extend_schema(
        operation_id="office_draft_discard",
        summary="Throw a draft away",
        tags=TAGS,
        responses={204: None},
    )
    @if_match
    def delete(self, request: Request, slug: str) -> HttpResponse:
        drafts.discard_draft(service=self.found(slug), if_match=request.META.get("HTTP_IF_MATCH"), **self.does())
        return HttpResponse(status=204)


class Check(DraftView):
    """Whether it may be published."""

    @extend_schema(
        operation_id="office_draft_check",
        summary="Whether a draft may be published, what that would change, and what its golden cases say",
        tags=TAGS,
        responses={200: DraftCheckOut},
        examples=[examples.CHECK],
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        draft = self.drafted(slug)
        current = draft.service.current
        found = checked(draft.content, current)
        body = {
            "service": slug,
            "revision": draft.revision,
            "sha256": draft.sha256,
            "sound": found.definition is not None,
            "faults": [fault_body(each.pointer, each.message, each.hint, self.language) for each in found.faults],
            "base": draft.base.number if draft.base else None,
            "current": current.number if current else None,
            "change_class": found.change_class,
            "changes": [told_of(each, self.language) for each in found.changes],
            "cases": [result_body(each, self.language) for each in _results(draft.service, found)],
        }
        return json_response(request, body)


def _results(service: Service, found: Checked) -> list[CaseResult]:
    return results_of(service, found.definition) if found.definition else []


def told_of(change: Change, language: str) -> dict[str, Any]:
    """Return a change as the API tells it."""
    return {
        "pointer": change.pointer,
        "code": change.code,
        "text": localized(change.text, language),
        "change_class": change.change_class,
        "field": change.field,
        "document": change.document,
    }


class Preview(DraftView):
    """Trying it out."""

    problem_statuses = (422,)

    @extend_schema(
        operation_id="office_draft_preview",
        summary="What a resident would see of a draft with some answers",
        description="Nothing is kept.",
        tags=TAGS,
        request=PreviewIn,
        responses={200: DraftPreviewOut},
        examples=[examples.PREVIEW_IN, examples.PREVIEW],
    )
    def post(self, request: Request, slug: str) -> HttpResponse:
        wanted = PreviewIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        found = checked(self.drafted(slug).content, None)
        if found.definition is None:
            raise unsound(found)
        shown = preview_of(found.definition, wanted.initial_data["answers"], today=timezone.localdate())
        language = self.language
        body = {
            "visible": shown.visible,
            "hidden": shown.hidden,
            "required": shown.required,
            "answers": shown.answers,
            "problems": [
                {"pointer": each.pointer, "code": each.code, "detail": localized(each.detail, language)}
                for each in shown.problems
            ],
            "fee": {"amount": shown.fee.amount, "basis": shown.fee.basis} if shown.fee else None,
            "documents": [{"id": each.id, "title": local(each.title, language)} for each in shown.documents],
        }
        return json_response(request, body)


class Diff(ServicesView):
    """What changed."""

    problem_statuses = (422,)

    @extend_schema(
        operation_id="office_diff",
        summary="What changed between two versions, or the draft, in words",
        tags=TAGS,
        parameters=[
            OpenApiParameter("from", str, description="A version's number, or `draft`; the version that stands."),
            OpenApiParameter("to", str, description="A version's number, or `draft`; the draft."),
        ],
        responses={200: DiffOut},
        examples=[examples.DIFF],
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        service = self.found(slug)
        standing = str(service.current.number) if service.current else "draft"
        old, new = request.GET.get("from") or standing, request.GET.get("to") or "draft"
        changes = changes_between(_side(service, old, "/from"), _side(service, new, "/to"))
        body = {
            "service": slug,
            "old": old,
            "new": new,
            "change_class": class_of(changes),
            "changes": [told_of(each, self.language) for each in changes],
        }
        return json_response(request, body)


def _side(service: Service, named: str, pointer: str) -> Definition:
    """Return a version by its number, or the draft.

    :raises Problem: 404 without it; 422 for a draft that is not sound yet.
    """
    if named == "draft":
        draft = draft_of(service)
        if draft is None:
            raise Missing
        found = checked(draft.content, None)
        if found.definition is None:
            raise unsound(found)
        return found.definition
    if not (named.isascii() and named.isdigit() and len(named) < 10):
        detail = {"id": "Nomor versi, atau draft.", "en": "A version's number, or draft."}
        raise invalid([FieldError(pointer, "invalid", detail)])
    version = ServiceVersion.objects.filter(service=service, number=int(named)).first()
    if version is None:
        raise Missing
    return Definition(version.content, version.sha256)
