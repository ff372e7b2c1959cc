"""Marking what happened as read."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from services.applications.api import examples
from services.applications.api.resident import own
from services.applications.operations.marks import mark_read
from superapp.http.conditional import json_response
from superapp.http.exact import Exact


class ReadIn(Exact):
    news = serializers.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, help_text="As it was shown; without it, all that there is."
    )


class NewsOut(serializers.Serializer[dict[str, object]]):
    news = serializers.IntegerField()
    unread = serializers.IntegerField()


class Read(APIView):
    """I have looked at it."""

    required_scopes = acting_scopes = ["applications"]

    @extend_schema(
        operation_id="applications_mark_read",
        summary="I have looked at what happened",
        description=(
            "Up to `news` as it was shown, so that what came meanwhile stays unread. Never goes back; sent again it "
            "changes nothing. Fetching an application does not mark it: an app fetches ahead. Who acts for another "
            "has marks of their own."
        ),
        tags=["applications"],
        request=ReadIn,
        responses={200: NewsOut},
        examples=[examples.READ_IN, examples.NEWS],
    )
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = ReadIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        own(id, request)
        happened, unread = mark_read(
            application_id=id, person_id=caller(request).doer_id, news=wanted.validated_data.get("news")
        )
        return json_response(request, {"news": happened, "unread": unread})
