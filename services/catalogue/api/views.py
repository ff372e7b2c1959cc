"""The catalogue for everybody: bytes kept in process, told by ETag, the same for strangers and residents."""

from functools import cache
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from services.catalogue.api import examples
from services.catalogue.api.serializers import ServiceDetail, ServiceLine, VersionOut
from services.catalogue.models import Service, ServiceVersion
from services.catalogue.queries import Filters, get_version, service_answer, service_page
from services.catalogue.shelf import Answer
from services.definitions import canonical_json, service_definition_schema
from services.definitions.cases import golden_cases_schema
from services.definitions.vectors import vectors_as_written
from superapp.http.conditional import etag_of, unless_held
from superapp.http.language import request_language
from superapp.http.pagination import read_limit
from superapp.http.parameters import PAGE
from superapp.http.problems import FieldError, Missing, Problem

_MOST_LETTERS = 100
# A phone that has it shows a publication within a minute: half of it without asking, half while it asks.
_FOR_A_MINUTE = "public, max-age=30, stale-while-revalidate=30"
_FOR_A_DAY = "public, max-age=86400"
_FOR_EVER = "public, max-age=31536000, immutable"


class PublicView(APIView):
    """Open to strangers; a token, good or bad, is not even read."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class Services(PublicView):
    """All services."""

    @extend_schema(
        operation_id="services_list",
        summary="Find a service of any agency",
        description=(
            "Open services, best match first, else by title. `q` understands Indonesian word forms and slips of the "
            "keyboard. What is true of all filters at once is found."
        ),
        tags=["services"],
        auth=[],
        parameters=[
            OpenApiParameter("q", {"type": "string", "maxLength": _MOST_LETTERS}, description="Words to look for."),
            OpenApiParameter("agency", str, description="Code of an agency."),
            OpenApiParameter("category", str),
            OpenApiParameter("life_event", str, description="Such as `kelahiran`."),
            *PAGE,
        ],
        responses={200: ServiceLine(many=True)},
        examples=[examples.LINE],
    )
    def get(self, request: Request) -> HttpResponse:
        asked = request.GET
        filters = Filters(
            q=_words(asked.get("q", "")),
            agency=asked.get("agency", ""),
            category=asked.get("category", ""),
            life_event=asked.get("life_event", ""),
            cursor=asked.get("cursor", ""),
            limit=read_limit(request),
        )
        return ready(request, service_page(filters, language=request_language(request)))


def _words(q: str) -> str:
    q = " ".join(q.split())
    if len(q) > _MOST_LETTERS:
        detail = {"id": f"Paling banyak {_MOST_LETTERS} huruf.", "en": f"At most {_MOST_LETTERS} characters."}
        error = FieldError("/q", "max_length", detail)
        raise Problem(status=400, code="invalid_parameter", detail=detail, errors=[error])
    return q


class OneService(PublicView):
    """One service."""

    @extend_schema(
        operation_id="services_read",
        summary="One service: what it asks, costs, and by when it answers",
        tags=["services"],
        auth=[],
        responses={200: ServiceDetail},
        examples=[examples.DETAIL],
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        try:
            answer = service_answer(slug, language=request_language(request))
        except Service.DoesNotExist:
            raise Missing from None
        return ready(request, answer)


class OneVersion(PublicView):
    """One published version."""

    @extend_schema(
        operation_id="services_version",
        summary="One published definition, with its form",
        description="Immutable: keep it for ever. `sha256` is of the canonical JSON of `content`.",
        tags=["services"],
        auth=[],
        responses={200: VersionOut},
        examples=[examples.VERSION],
    )
    def get(self, request: Request, slug: str, number: int) -> HttpResponse:
        try:
            version = get_version(slug=slug, number=number)
        except (ServiceVersion.DoesNotExist, OverflowError):
            raise Missing from None
        body = canonical_json(
            {
                "service": slug,
                "number": version.number,
                "sha256": version.sha256,
                "published_at": version.published_at.isoformat(),
                "content": version.content,
            }
        )
        return ready(request, Answer(body, version.sha256), cache_control=_FOR_EVER)


class DefinitionSchema(PublicView):
    """The language of definitions."""

    @extend_schema(
        operation_id="schemas_service_definition",
        summary="JSON Schema of a service definition",
        description="For editors: point a YAML file's `$schema` here and it is completed and checked as you type.",
        tags=["services"],
        auth=[],
        responses={(200, "application/schema+json"): OpenApiTypes.OBJECT},
        examples=[examples.DEFINITION_SCHEMA],
    )
    def get(self, request: Request) -> HttpResponse:
        return ready(request, _schema(), media_type="application/schema+json")


class GoldenCasesSchema(PublicView):
    """The language of golden cases."""

    @extend_schema(
        operation_id="schemas_golden_cases",
        summary="JSON Schema of a service's golden cases",
        description="For editors: of a file `cases/<service>.yaml` beside a module's definitions; one case is its "
        "`#/$defs/case`.",
        tags=["services"],
        auth=[],
        responses={(200, "application/schema+json"): OpenApiTypes.OBJECT},
        examples=[examples.CASES_SCHEMA],
    )
    def get(self, request: Request) -> HttpResponse:
        return ready(request, _cases_schema(), media_type="application/schema+json")


class EngineVectors(PublicView):
    """By which a client checks itself."""

    @extend_schema(
        operation_id="schemas_vectors_engine",
        summary="Test vectors: what every engine makes of answers",
        description="Definitions, and cases under them: the day, the answers sent, and what is expected: answers kept, "
        "pointers hidden, `[pointer, code]` of each problem, values computed, the fee, documents asked. An app that "
        "judges answers by itself runs them among its tests.",
        tags=["services"],
        auth=[],
        responses={200: OpenApiTypes.OBJECT},
        examples=[examples.ENGINE_VECTORS],
    )
    def get(self, request: Request) -> HttpResponse:
        return ready(request, _vectors(), cache_control=_FOR_A_DAY)


@cache
def _vectors() -> Answer:
    body = vectors_as_written()
    return Answer(body, etag_of(body))


@cache
def _schema() -> Answer:
    body = canonical_json(service_definition_schema())
    return Answer(body, etag_of(body))


@cache
def _cases_schema() -> Answer:
    body = canonical_json(golden_cases_schema())
    return Answer(body, etag_of(body))


def ready(
    request: Any, answer: Answer, *, cache_control: str = _FOR_A_MINUTE, media_type: str = "application/json"
) -> HttpResponse:
    """Answer with kept bytes, or 304 to who has them."""
    response = unless_held(request, answer.etag, lambda: HttpResponse(answer.body, content_type=media_type))
    response.headers["Cache-Control"] = cache_control
    response.headers["Vary"] = "Accept-Language"
    return response
