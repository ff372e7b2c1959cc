"""The survey of satisfaction: an applicant answers it, everybody reads what many answers add up to."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from services.agencies.api.views import YEAR, year_of
from services.agencies.models import Agency
from services.agencies.queries import agency_by_code
from services.applications.api.resident import own
from services.applications.city_time import city_day
from services.applications.operations.satisfaction import rate, survey_of
from services.applications.queries.satisfaction import satisfaction_of
from services.applications.skm import ELEMENTS, HIGHEST, LOWEST, questions
from superapp.http.conditional import json_response
from superapp.http.exact import Exact
from superapp.http.language import request_language
from superapp.http.problems import Missing

_SCORE: dict[str, Any] = {"min_value": LOWEST, "max_value": HIGHEST}
ScoresIn = type(
    "ScoresIn",
    (Exact,),
    {"__module__": __name__} | {key: serializers.IntegerField(**_SCORE) for key in ELEMENTS},
)


class RatingIn(Exact):
    read_back = frozenset({"open_until", "questions", "answered_at"})

    scores = ScoresIn(help_text="1 (worst) to 4 (best) for each of the nine elements.")
    words = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


class AnswerOut(serializers.Serializer[dict[str, object]]):
    score = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the property


class QuestionOut(serializers.Serializer[dict[str, object]]):
    key = serializers.ChoiceField(choices=list(ELEMENTS))
    title = serializers.CharField()
    question = serializers.CharField()
    answers = AnswerOut(many=True)


class SurveyOut(serializers.Serializer[dict[str, object]]):
    open_until = serializers.DateTimeField(
        allow_null=True,
        help_text="Until when it may be answered or changed; null without a decision.",
    )
    questions = QuestionOut(many=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    scores = serializers.DictField(child=serializers.IntegerField(), allow_null=True)
    words = serializers.CharField(allow_null=True)


class IndexOut(serializers.Serializer[dict[str, object]]):
    """All null where too few answered."""

    respondents = serializers.IntegerField(allow_null=True)
    index = serializers.FloatField(allow_null=True, help_text="IKM, 25 to 100.")
    grade = serializers.ChoiceField(choices=["A", "B", "C", "D"], allow_null=True)
    method = serializers.CharField(allow_null=True)
    elements = serializers.DictField(
        child=serializers.FloatField(), allow_null=True, help_text="Mean score (NRR) of each element, 1 to 4."
    )


class ServiceIndexOut(IndexOut):
    service = serializers.CharField()


class AgencyIndexOut(IndexOut):
    year = serializers.IntegerField()
    least = serializers.IntegerField(help_text="Fewer answers than this are not told.")
    services = ServiceIndexOut(many=True)


_SCORES = dict.fromkeys(ELEMENTS, 3) | {"time": 4}
_INDEX = {
    "respondents": 214,
    "index": 81.25,
    "grade": "B",
    "method": "25 x sum(NRR x 1/9)",
    "elements": dict.fromkeys(ELEMENTS, 3.25),
}
_SURVEY = OpenApiExample(
    "Answered",
    value={
        "open_until": "2026-12-09T10:00:00+08:00",
        "questions": questions("id")[:1],
        "answered_at": "2026-11-25T10:00:00+08:00",
        "scores": _SCORES,
        "words": "Cepat, terima kasih.",
    },
    response_only=True,
    status_codes=["200", "201"],
)


class MySatisfaction(APIView):
    """What I think of it."""

    required_scopes = acting_scopes = ["applications"]
    problem_statuses = {"PUT": (409,)}

    @extend_schema(
        operation_id="applications_survey",
        summary="The survey of satisfaction for my application, and my answer",
        description="Nine elements (PermenPANRB 14/2017), each by its key. Open for 90 days after the decision.",
        tags=["applications"],
        responses={200: SurveyOut},
        examples=[_SURVEY],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        own(id, request)
        return self._answer(request, id)

    @extend_schema(
        operation_id="applications_rate",
        summary="Answer the survey, or change the answer",
        description="Once for each application; for 14 days it may be changed. Officers never see who answered what.",
        tags=["applications"],
        request=RatingIn,
        responses={200: SurveyOut, 201: SurveyOut},
        examples=[
            OpenApiExample("Content", value={"scores": _SCORES, "words": "Cepat, terima kasih."}, request_only=True),
            _SURVEY,
        ],
    )
    def put(self, request: Request, id: UUID) -> HttpResponse:
        own(id, request)
        wanted = RatingIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        _answer, first = rate(application_id=id, **wanted.validated_data, now=timezone.now())
        return self._answer(request, id, status=201 if first else 200)

    def _answer(self, request: Request, id: UUID, *, status: int = 200) -> HttpResponse:
        return json_response(request, survey_of(id, language=request_language(request)), status=status)


class AgencySatisfaction(APIView):
    """What residents think of an agency."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="agencies_satisfaction",
        summary="How satisfied applicants were with an agency and its services in a year",
        description="The index (IKM) of PermenPANRB 14/2017. Months whose answers "
        "can be changed no more (14 days after their end), in parts of at least ten: nobody's own can be told.",
        tags=["agencies"],
        parameters=[YEAR],
        responses={200: AgencyIndexOut},
        examples=[
            OpenApiExample(
                "A year",
                value={"year": 2026, "least": 10, **_INDEX, "services": [{"service": "akta-kelahiran", **_INDEX}]},
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        today = city_day(timezone.now())
        try:
            agency = agency_by_code(code)
        except Agency.DoesNotExist:
            raise Missing from None
        return json_response(request, satisfaction_of(agency.pk, year=year_of(request), today=today))
