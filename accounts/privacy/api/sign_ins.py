"""`me/sessions/` and `me/sign-ins/`: where I am signed in, and when I was."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from accounts.privacy.operations.sign_ins import disown, sign_out, sign_out_others
from accounts.privacy.queries.sign_ins import behind, history_line, history_of, sessions_of
from accounts.sign_in.models import Ending, SignIn
from superapp.http.conditional import json_response
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import Missing


class AppOfSession(serializers.Serializer[dict[str, Any]]):
    id = serializers.CharField()
    name = serializers.CharField()


class _SignInLine(serializers.Serializer[dict[str, Any]]):
    id = serializers.UUIDField()
    device = serializers.CharField(help_text="Browser and system, as the browser says.")
    address = serializers.IPAddressField(allow_null=True)
    methods = serializers.ListField(child=serializers.CharField(), help_text="As in `amr` (RFC 8176).")
    methods_in_words = serializers.ListField(child=serializers.CharField())
    began_at = serializers.DateTimeField()


class SessionOut(_SignInLine):
    """A browser in which the person is signed in."""

    seen_at = serializers.DateTimeField(help_text="To within five minutes.")
    current = serializers.BooleanField(help_text="The sign-in that the asking token came of.")
    apps = AppOfSession(many=True, help_text="Apps and sites that were given tokens in it.")


class SignInOut(_SignInLine):
    """A sign-in, lasting or over; or tries that failed."""

    failed = serializers.IntegerField(
        help_text="0 for a sign-in; else how many tries from this browser failed within an hour."
    )
    latest_at = serializers.DateTimeField(help_text="When the latest of these tries failed.")
    ended_at = serializers.DateTimeField(allow_null=True)
    ending = serializers.ChoiceField(choices=Ending.choices, allow_null=True)
    ending_in_words = serializers.CharField(allow_null=True)


_LINE = {
    "id": "5b1f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
    "device": "Chrome di Android",
    "address": "203.0.113.7",
    "methods": ["otp", "sms"],
    "methods_in_words": ["kode", "SMS"],
    "began_at": "2026-11-25T10:40:51+08:00",
}
_SESSION = OpenApiExample(
    "A telephone",
    value=_LINE
    | {"seen_at": "2026-11-25T11:02:10+08:00", "current": True, "apps": [{"id": "app", "name": "Aplikasi warga"}]},
    response_only=True,
    status_codes=["200"],
)
_SIGN_IN = OpenApiExample(
    "Over",
    value=_LINE
    | {
        "failed": 0,
        "latest_at": "2026-11-25T10:40:51+08:00",
        "ended_at": "2026-11-25T12:00:00+08:00",
        "ending": "remote",
        "ending_in_words": "Anda keluar dari perangkat lain",
    },
    response_only=True,
    status_codes=["200"],
)


def _behind(request: Request) -> tuple[UUID | None, UUID | None]:
    return behind(request.META["HTTP_AUTHORIZATION"].partition(" ")[2].strip())


class Sessions(APIView):
    """Where I am signed in."""

    required_scopes: ClassVar[list[str]] = ["account"]

    @extend_schema(
        operation_id="sessions_list",
        summary="Browsers in which you are signed in",
        tags=["me"],
        responses={200: SessionOut(many=True)},
        examples=[_SESSION],
    )
    def get(self, request: Request) -> HttpResponse:
        _family, current = _behind(request)
        results = sessions_of(caller(request).id, current=current, now=timezone.now())
        return json_response(request, {"next": None, "previous": None, "results": results})


class OneSession(APIView):
    """One browser in which I am signed in."""

    required_scopes: ClassVar[list[str]] = ["account"]

    @extend_schema(
        operation_id="sessions_end",
        summary="Sign out a browser from afar",
        description="It is a stranger's at its next request; the tokens that came of it end, and their sites are told.",
        tags=["me"],
        responses={204: None},
    )
    def delete(self, request: Request, id: UUID) -> HttpResponse:
        try:
            sign_out(person_id=caller(request).id, sign_in_id=id, now=timezone.now())
        except SignIn.DoesNotExist:
            raise Missing from None
        return HttpResponse(status=204)


class OtherSessions(APIView):
    """All browsers but this one."""

    required_scopes: ClassVar[list[str]] = ["account"]

    @extend_schema(
        operation_id="sessions_end_others",
        summary="Sign out everywhere else",
        description="The sign-in that the asking token came of stays.",
        tags=["me"],
        request=None,
        responses={204: None},
    )
    def post(self, request: Request) -> HttpResponse:
        family, sign_in = _behind(request)
        sign_out_others(person_id=caller(request).id, but=sign_in, family=family, now=timezone.now())
        return HttpResponse(status=204)


class SignIns(APIView):
    """When I signed in."""

    required_scopes: ClassVar[list[str]] = ["account"]

    @extend_schema(
        operation_id="sign_ins_list",
        summary="Your sign-ins of the past 400 days, and failed tries",
        description="Tries at your account that failed stand among them for 90 days, the latest 50 lines.",
        tags=["me"],
        parameters=PAGE,
        responses={200: SignInOut(many=True)},
        examples=[_SIGN_IN],
    )
    def get(self, request: Request) -> HttpResponse:
        asked = read_page(request, [datetime, UUID])
        rows = history_of(caller(request).id, limit=asked.limit + 1, after=asked.after, before=asked.before)
        body = page_of(request, asked, rows, key=lambda each: (each.began_at, each.pk), line=history_line)
        return json_response(request, body)


class NotMe(APIView):
    """This was not me."""

    required_scopes: ClassVar[list[str]] = ["account"]

    @extend_schema(
        operation_id="sign_ins_not_me",
        summary='Say "this was not me"',
        description="Ends that sign-in, all others but yours, and all tokens but yours; the password stops working, "
        "and you are told what to check. Said again, it changes nothing.",
        tags=["me"],
        request=None,
        responses={204: None},
    )
    def post(self, request: Request, id: UUID) -> HttpResponse:
        family, sign_in = _behind(request)
        try:
            disown(person_id=caller(request).id, sign_in_id=id, but=sign_in, family=family, now=timezone.now())
        except SignIn.DoesNotExist:
            raise Missing from None
        return HttpResponse(status=204)
