"""At the counter: proposed mandates whose papers an officer compares."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from accounts.mandates import operations, queries
from accounts.mandates.api.serializers import MandateOut
from accounts.mandates.api.views import MANDATE
from accounts.mandates.models import Ending, Mandate, Relation
from services.agencies.operations import find_mandates
from services.agencies.queries import named_memberships_of
from superapp.http.conditional import json_response
from superapp.http.exact import Exact
from superapp.http.problems import Missing, Problem

# Which office keeps the register in which the relation stands.
_KEEPERS = {"DISDUKCAPIL": (Relation.CHILD, Relation.GUARDIAN), "DPMPTSP": (Relation.COMPANY,)}
_WAITING = OpenApiExample(
    "A mother and her child",
    value={
        "id": "4b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
        "kind": "child",
        "principal": "Aisyah Putri",
        "agent": "Siti Aminah",
        "created_at": "2026-11-24T09:00:00+08:00",
        "expires_at": "2037-03-14T00:00:00+08:00",
    },
    response_only=True,
    status_codes=["200"],
)
_END = OpenApiExample(
    "She married", value={"ground": "married", "reason": "Kutipan akta nikah 0123/045/II/2026"}, request_only=True
)
_CONFIRM = OpenApiExample("The NIK on the family card", value={"number": "6471015403190001"}, request_only=True)


class WaitingOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Relation.values)
    principal = serializers.CharField()
    agent = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class ConfirmIn(Exact):
    number = serializers.RegexField(r"\A[0-9]{13,16}\Z", help_text="The NIK (child) or NIB (company) on the papers.")


class CounterEndIn(Exact):
    ground = serializers.ChoiceField(
        choices=["married", "guardian", "other"],
        help_text="The child married; somebody else became the guardian; another reason.",
    )
    reason = serializers.CharField(min_length=5, max_length=500, help_text="The papers seen. Both sides read it.")


_ENDINGS = {"married": Ending.MARRIED, "guardian": Ending.GUARDIAN, "other": Ending.OFFICER}


def _posts(request: Request) -> dict[str, dict[str, Any]]:
    """Return the kinds of mandates that this officer may confirm, each with the post by which they may.

    :raises Problem: 403 for everybody else.
    """
    held = named_memberships_of(caller(request).id)
    posts = {kind.value: post for post in held for kind in _KEEPERS.get(post["agency"]["code"], ())}
    if not posts:
        raise Problem(
            status=403,
            code="not_staff",
            detail={
                "id": "Hanya petugas Disdukcapil (keluarga) dan DPMPTSP (perusahaan).",
                "en": "Only staff of the population office (families) and the licensing office (companies).",
            },
        )
    return posts


def _lines(request: Request, mandates: list[Mandate]) -> HttpResponse:
    results = [
        {
            "id": each.id,
            "kind": each.kind,
            "principal": each.principal.full_name,
            "agent": each.agent.full_name if each.agent else "",
            "created_at": each.created_at,
            "expires_at": each.expires_at,
        }
        for each in mandates
    ]
    return json_response(request, {"next": None, "previous": None, "results": WaitingOut(results, many=True).data})


class CounterView(APIView):
    """For officers whose post has to do with mandates; `posts` are the kinds that they may see, each with the post."""

    required_scopes = ["office"]
    posts: dict[str, dict[str, Any]]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.posts = _posts(request)


class WaitingMandates(CounterView):
    """Mandates that wait for an officer."""

    @extend_schema(
        operation_id="office_mandates",
        summary="Proposed mandates, and renewals, whose papers an officer must compare",
        description="The oldest 100.",
        tags=["office"],
        responses={200: WaitingOut(many=True)},
        examples=[_WAITING],
    )
    def get(self, request: Request) -> HttpResponse:
        return _lines(request, queries.waiting_for_officer(list(self.posts)))


class ConfirmMandate(CounterView):
    """The papers are right."""

    problem_statuses = (409,)

    @extend_schema(
        operation_id="office_mandate_confirm",
        summary="Confirm a mandate after comparing the papers",
        description="Not one's own. Both sides are told.",
        tags=["office"],
        request=ConfirmIn,
        responses={200: MandateOut},
        examples=[_CONFIRM, MANDATE],
    )
    def post(self, request: Request, mandate_id: UUID) -> HttpResponse:
        wanted = ConfirmIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            mandate = operations.confirm(
                mandate_id=mandate_id,
                officer_id=caller(request).id,
                number=wanted.validated_data["number"],
                kinds=list(self.posts),
                now=timezone.now(),
            )
        except Mandate.DoesNotExist:
            raise Missing from None
        line = queries.line_of(mandate, caller(request).id, now=timezone.now())
        return json_response(request, MandateOut(line).data)


class FindMandates(CounterView):
    """Who may act for whom, by the number on the papers."""

    @extend_schema(
        operation_id="office_mandates_find",
        summary="The open mandates for a child or a company, by the number on its papers",
        description="The number stands in the body, where no log keeps it. The reading is noted for whom it concerns.",
        tags=["office"],
        request=ConfirmIn,
        responses={200: WaitingOut(many=True)},
        examples=[_CONFIRM, _WAITING],
    )
    def post(self, request: Request) -> HttpResponse:
        wanted = ConfirmIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        officer = caller(request)
        found = find_mandates(
            number=wanted.validated_data["number"],
            officer_id=officer.id,
            officer_name=officer.full_name,
            posts=self.posts,
            now=timezone.now(),
        )
        return _lines(request, found)


class EndMandate(CounterView):
    """The papers say that it is over."""

    @extend_schema(
        operation_id="office_mandate_end",
        summary="End a mandate at the counter, with the reason",
        description="Not one's own. Both sides are told the reason. A child who married leaves everybody's power: all "
        "mandates for the child end (UU 1/1974 Pasal 47 and 50). Ended before, it stays as it was.",
        tags=["office"],
        request=CounterEndIn,
        responses={200: MandateOut},
        examples=[_END, MANDATE],
    )
    def post(self, request: Request, mandate_id: UUID) -> HttpResponse:
        wanted = CounterEndIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            mandate = operations.end_at_counter(
                mandate_id=mandate_id,
                officer_id=caller(request).id,
                kinds=list(self.posts),
                ending=_ENDINGS[wanted.validated_data["ground"]],
                reason=wanted.validated_data["reason"],
                now=timezone.now(),
            )
        except Mandate.DoesNotExist:
            raise Missing from None
        line = queries.line_of(mandate, caller(request).id, now=timezone.now())
        return json_response(request, MandateOut(line).data)
