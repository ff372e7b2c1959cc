"""Answer templates: an agency's admins word them, its staff use them."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.bearer import caller
from services.agencies.api.admins import administered_by, agency_among
from services.applications.api.office import OfficeView, service_among
from services.applications.city_time import moment
from services.applications.models import AnswerTemplate, AnswerWording
from services.applications.operations.templates import (
    PLACEHOLDERS,
    filled,
    reword_template,
    withdraw_template,
    write_template,
)
from services.applications.queries.templates import SAMPLE, templates_of, values_of, wording_for
from superapp.http.conditional import if_match, json_response
from superapp.http.exact import Exact
from superapp.http.idempotency import idempotent
from superapp.http.problems import FieldError, Missing, invalid

_NAMES = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)


class TitleTexts(Exact):
    id = serializers.CharField(max_length=120)
    en = serializers.CharField(max_length=120)


class BodyTexts(Exact):
    id = serializers.CharField(max_length=1500, help_text=f"May hold {_NAMES}.")
    en = serializers.CharField(max_length=1500)


class WordingIn(Exact):
    read_back = frozenset({"id", "agency", "service", "key", "version", "author", "at", "versions"})

    title = TitleTexts()
    body = BodyTexts()


class TemplateIn(WordingIn):
    read_back = frozenset()

    key = serializers.SlugField(max_length=40)
    agency = serializers.CharField(required=False, default="", max_length=30, help_text="Code; needed of who has two.")
    service = serializers.SlugField(
        required=False, allow_null=True, default=None, max_length=80, help_text="Only for this service."
    )


class TemplateOut(serializers.Serializer[dict[str, Any]]):
    id = serializers.UUIDField()
    agency = serializers.CharField()
    service = serializers.CharField(allow_null=True)
    key = serializers.CharField()
    version = serializers.IntegerField()
    title = TitleTexts()
    body = BodyTexts()
    author = serializers.CharField()
    at = serializers.DateTimeField()


class TemplatesOut(serializers.Serializer[dict[str, Any]]):
    results = TemplateOut(many=True)
    placeholders = serializers.DictField(child=serializers.DictField(child=serializers.CharField()))


class OldWording(serializers.Serializer[dict[str, Any]]):
    version = serializers.IntegerField()
    title = TitleTexts()
    body = BodyTexts()
    author = serializers.CharField()
    at = serializers.DateTimeField()


class TemplateInFull(TemplateOut):
    versions = OldWording(many=True, help_text="Every wording, the latest first.")


class FilledOut(serializers.Serializer[dict[str, Any]]):
    title = TitleTexts()
    body = BodyTexts()


_TEXTS = {
    "title": {"id": "Foto buram", "en": "Blurred photo"},
    "body": {
        "id": "Foto pada {number} tidak terbaca. Mohon unggah lagi.",
        "en": "The photo of {number} cannot be read. Please hand it in again.",
    },
}
_ONE: dict[str, Any] = {
    "id": "5f7a3d0e-93d6-4a2e-8f2b-6f0a1c2d3e4f",
    "agency": "DISDUKCAPIL",
    "service": None,
    "key": "foto-buram",
    "version": 2,
    **_TEXTS,
    "author": "Dewi Lestari",
    "at": "2026-11-25T09:12:03+08:00",
}
_OLD = {name: _ONE[name] for name in ("version", "title", "body", "author", "at")}
_IN = OpenApiExample("A blurred photo", value={"key": "foto-buram"} | _TEXTS, request_only=True)
_WORDS_IN = OpenApiExample("Other words", value=_TEXTS, request_only=True)
_OUT = OpenApiExample("A template", value=_ONE, response_only=True, status_codes=["200", "201"])
_FULL = OpenApiExample(
    "A template with its wordings", value=_ONE | {"versions": [_OLD]}, response_only=True, status_codes=["200"]
)
_LIST = OpenApiExample(
    "Templates",
    value={"results": [_ONE], "placeholders": {"number": {"id": "nomor permohonan", "en": "the number"}}},
    response_only=True,
    status_codes=["200"],
)
_FILLED = OpenApiExample("Filled in", value=_TEXTS, response_only=True, status_codes=["200"])


class Templates(OfficeView):
    """Those of my agencies; their admins add to them."""

    problem_statuses = {"POST": (409,)}

    @extend_schema(
        operation_id="office_templates_list",
        summary="The answer templates of my agencies",
        tags=["office"],
        parameters=[OpenApiParameter("service", str, description="Only those that fit this service.")],
        responses={200: TemplatesOut},
        examples=[_LIST],
    )
    def get(self, request: Request) -> HttpResponse:
        slug = request.GET.get("service", "")
        if "\x00" in slug or len(slug) > 80:
            detail = {"id": "Layanan tidak dikenal.", "en": "There is no such service."}
            raise invalid([FieldError("/service", "invalid", detail)])
        rows = templates_of(list(self.roles), slug=slug)
        placeholders = {name: dict(words) for name, words in PLACEHOLDERS.items()}
        return json_response(request, {"results": [_line(each) for each in rows], "placeholders": placeholders})

    @extend_schema(
        operation_id="office_templates_write",
        summary="Word an answer template",
        description=f"For all services of my agency, or for one. Its body may hold {_NAMES}.",
        tags=["office"],
        request=TemplateIn,
        responses={201: TemplateOut},
        examples=[_IN, _OUT],
    )
    @idempotent(required=False)
    def post(self, request: Request) -> HttpResponse:
        agencies = administered_by(request)
        wanted = TemplateIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        agency = agency_among(agencies, values["agency"])
        service = service_among(agency, values["service"])
        template = write_template(
            agency=agency,
            service=service,
            key=values["key"],
            texts=_texts(values),
            author_id=caller(request).id,
            now=timezone.now(),
        )
        return json_response(request, _line(_latest(template.id, [agency.pk])), status=201)


class OneTemplate(OfficeView):
    """One of them; their admins give it other words, or take it out of use."""

    @extend_schema(
        operation_id="office_templates_read",
        summary="An answer template with every wording it had",
        tags=["office"],
        responses={200: TemplateInFull},
        examples=[_FULL],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        wording = _latest(id, list(self.roles))
        old = wording.template.wordings.select_related("author").order_by("-number")
        body = _line(wording) | {"versions": [_wording(each) for each in old]}
        return json_response(request, body, etag=str(wording.number))

    @extend_schema(
        operation_id="office_templates_reword",
        summary="Give an answer template other words; the old are kept",
        tags=["office"],
        request=WordingIn,
        responses={200: TemplateOut},
        examples=[_WORDS_IN, _OUT],
    )
    @if_match
    def put(self, request: Request, id: UUID) -> HttpResponse:
        agency_ids = [each.pk for each in administered_by(request)]
        wanted = WordingIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            template = reword_template(
                id=id,
                agency_ids=agency_ids,
                texts=_texts(wanted.validated_data),
                revision=request.META.get("HTTP_IF_MATCH"),
                author_id=caller(request).id,
                now=timezone.now(),
            )
        except AnswerTemplate.DoesNotExist:
            raise Missing from None
        return json_response(request, _line(_latest(id, agency_ids)), etag=str(template.number))

    @extend_schema(
        operation_id="office_templates_withdraw",
        summary="Take an answer template out of use",
        tags=["office"],
        responses={204: None},
    )
    @if_match
    def delete(self, request: Request, id: UUID) -> HttpResponse:
        agency_ids = [each.pk for each in administered_by(request)]
        try:
            withdraw_template(
                id=id,
                agency_ids=agency_ids,
                revision=request.META.get("HTTP_IF_MATCH"),
                now=timezone.now(),
            )
        except AnswerTemplate.DoesNotExist:
            raise Missing from None
        return Response(status=204)


class PreviewTemplate(OfficeView):
    """How it reads with made-up values."""

    @extend_schema(
        operation_id="office_templates_preview",
        summary="An answer template as it reads for a made-up application",
        tags=["office"],
        responses={200: FilledOut},
        examples=[_FILLED],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        wording = _latest(id, list(self.roles))
        return json_response(request, _filled(wording, {code: dict(SAMPLE[code]) for code in SAMPLE}))


class TemplateForApplication(OfficeView):
    """How it reads for an application: for a reason, a correction or a message."""

    @extend_schema(
        operation_id="office_application_template",
        summary="An answer template filled in for an application",
        description="To be read, changed and sent as a reason, a correction's message or a message. The resident sees "
        "that the application was read.",
        tags=["office"],
        responses={200: FilledOut},
        examples=[_FILLED],
    )
    def get(self, request: Request, id: UUID, template_id: UUID) -> HttpResponse:
        row = self.found(id)
        try:
            wording = wording_for(template_id, version=row.version)
        except AnswerWording.DoesNotExist:
            raise Missing from None
        self.note(row, "application")
        return json_response(request, _filled(wording, {code: values_of(row, code) for code in ("id", "en")}))


def _latest(id: UUID, agency_ids: list[UUID]) -> AnswerWording:
    found = templates_of(agency_ids).filter(template_id=id).first()
    if found is None:
        raise Missing
    return found


def _texts(values: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {name: dict(values[name]) for name in ("title", "body")}


def _filled(wording: AnswerWording, values: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {"title": wording.title, "body": {code: filled(wording.body[code], values[code]) for code in ("id", "en")}}


def _line(wording: AnswerWording) -> dict[str, Any]:
    template = wording.template
    return {
        "id": str(template.id),
        "agency": template.agency.code,
        "service": template.service.slug if template.service else None,
        "key": template.key,
    } | _wording(wording)


def _wording(wording: AnswerWording) -> dict[str, Any]:
    return {
        "version": wording.number,
        "title": wording.title,
        "body": wording.body,
        "author": wording.author.full_name,
        "at": moment(wording.at),
    }
