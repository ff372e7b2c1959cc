"""What I agreed to."""

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from accounts.privacy.api import examples
from accounts.privacy.api.serializers import ConsentOut
from accounts.privacy.operations.connections import withdraw_consent
from accounts.privacy.queries.consents import consent_line, consents_of
from accounts.provider.models import Consent
from superapp.http.conditional import json_response
from superapp.http.problems import Missing


class Consents(APIView):
    """What I agreed to."""

    required_scopes: ClassVar[list[str]] = ["account"]

    @extend_schema(
        operation_id="consents_list",
        summary="What I agreed to at apps and sites, in the words that I saw",
        description="`purposes/` explains each purpose, those that rest on no consent among them.",
        tags=["me"],
        responses={200: ConsentOut(many=True)},
        examples=[examples.CONSENT],
    )
    def get(self, request: Request) -> HttpResponse:
        results = [consent_line(each) for each in consents_of(caller(request).id)]
        return json_response(request, {"next": None, "previous": None, "results": results})


class OneConsent(APIView):
    """One receipt of mine."""

    required_scopes: ClassVar[list[str]] = ["account"]
    problem_statuses: ClassVar[tuple[int, ...]] = (409,)

    @extend_schema(
        operation_id="consents_withdraw",
        summary="Withdraw a consent",
        description=(
            "The app's or site's tokens end at once (UU 27/2022, art. 9 and 40), and it is told. 409 "
            "`not_withdrawable` where the processing rests on another ground."
        ),
        tags=["me"],
        responses={204: None},
    )
    def delete(self, request: Request, id: UUID) -> HttpResponse:
        try:
            withdraw_consent(person_id=caller(request).id, consent_id=id, now=timezone.now())
        except Consent.DoesNotExist:
            raise Missing from None
        return HttpResponse(status=204)
