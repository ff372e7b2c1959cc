"""What a draft may be filled in with, and taking it over."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from services.applications.api import examples
from services.applications.api.resident import draft_body, lock, own
from services.applications.api.serializers import DraftOut, OffersOut, TakeIn
from services.applications.models import DRAFT
from services.applications.offers import Offers, body_of_offers, offers_for
from services.applications.operations.drafts import not_a_draft
from services.applications.operations.reuse import take_over
from superapp.http.conditional import if_match, json_response, require_match
from superapp.http.language import request_language


class Prefill(APIView):
    """Facts that are known already."""

    required_scopes = acting_scopes = ["applications"]
    problem_statuses = {"GET": (409,), "POST": (409, 412, 428)}

    @extend_schema(
        operation_id="applications_prefill",
        summary="What my draft may be filled in with",
        description=(
            "Facts that the account, the population registry or the agency knows of the applicant, each with its "
            "source and age. Nothing is filled in by itself. What cannot be had now is named in `unavailable`; its "
            "field is filled in by hand."
        ),
        tags=["applications"],
        responses={200: OffersOut},
        examples=[examples.OFFERS],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        now = timezone.now()
        row, found = self._found(request, id)
        return json_response(request, body_of_offers(row, found, request_language(request), now))

    @extend_schema(
        operation_id="applications_take_over",
        summary="Take offered facts over into my draft",
        description=(
            "Each is named with the value that was shown: what changed meanwhile is refused (409 `offer_changed`). The "
            "answers keep where they come from (`reused`), and `me/access-log/` has a receipt."
        ),
        tags=["applications"],
        request=TakeIn,
        responses={200: DraftOut},
        examples=[examples.TAKE_IN, examples.DRAFT],
    )
    @if_match
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = TakeIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        chosen = {each["pointer"].removeprefix("/answers"): each["value"] for each in wanted.validated_data["take"]}
        _row, found = self._found(request, id)
        person = caller(request)
        with transaction.atomic():
            application = lock(id, request)
            require_match(request, str(application.revision))
            evaluation = take_over(
                application=application,
                offers=found.offers,
                chosen=chosen,
                doer_id=person.doer_id,
                doer_name=person.doer_name,
                now=timezone.now(),
            )
            body = draft_body(request, id, evaluation)
        return json_response(request, body, etag=str(application.revision))

    def _found(self, request: Request, id: UUID) -> tuple[Any, Offers]:
        """Return the draft and what is offered for it; asked before any row is locked.

        :raises Missing: when it is not theirs. :raises Problem: 409 when no longer a draft.
        """
        row = own(id, request)
        if row.state != DRAFT:
            raise not_a_draft(row.state)
        person = caller(request)
        return row, offers_for(row, applicant_id=person.id, assurance=person.assurance, now=timezone.now())
