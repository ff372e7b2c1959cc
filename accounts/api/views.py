"""`me/`: the person who asks."""

from typing import ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts import operations, queries
from accounts.api.serializers import MeIn, MeOut
from accounts.bearer import caller
from superapp.http.conditional import json_response

_ME = OpenApiExample(
    "Me",
    value={
        "id": "0193b2a4-7c1e-7d52-9a43-0a4bb3f5c1de",
        "full_name": "Siti Aminah",
        "email": "siti@balikpapan.example",
        "phone": "+6281234567890",
        "phone_verified": True,
        "language": "id",
        "assurance": "verified",
        "actor": None,
    },
    response_only=True,
)
_CHANGE = OpenApiExample("Change", value={"full_name": "Siti Aminah", "language": "en"}, request_only=True)


class Me(APIView):
    """The person whose token this is."""

    required_scopes: ClassVar[list[str]] = ["account"]
    acting_scopes: ClassVar[dict[str, list[str]]] = {"GET": ["profile"]}
    problem_statuses: ClassVar[dict[str, tuple[int, ...]]] = {"PATCH": (409,)}

    @extend_schema(
        operation_id="me_read",
        summary="Your own account",
        description="With a token in which you act for another: that person, and you as the `actor`.",
        tags=["me"],
        responses={200: MeOut},
        examples=[_ME],
    )
    def get(self, request: Request) -> HttpResponse:
        user, actor = queries.person(caller(request).id), caller(request).actor
        told = dict(MeOut(user, context={"actor": actor}).data)
        if actor is not None:
            told |= {"email": None, "phone": None}  # who acts for somebody need not know how they are reached
        return json_response(request, told)

    @extend_schema(
        operation_id="me_change",
        summary="Change your name or language",
        description="Only what is sent changes. An e-mail address or phone number is changed on the account "
        "pages, where the new one is proved. A name that was proved is not changed here (409 `name_is_proved`): "
        "ask for its correction at `me/data-requests/`.",
        tags=["me"],
        request=MeIn,
        responses={200: MeOut},
        examples=[_ME, _CHANGE],
    )
    def patch(self, request: Request) -> HttpResponse:
        wanted = MeIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        user = operations.update_person(person_id=caller(request).id, **wanted.validated_data)
        return json_response(request, MeOut(user).data)
