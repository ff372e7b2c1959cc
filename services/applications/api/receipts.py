"""Receipts: fetched again by whom they were given to, checked by anybody."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.mandates.models import Relation
from services.applications.api import examples
from services.applications.api.resident import own
from services.applications.api.serializers import ServiceRef
from services.applications.city_time import moment
from services.applications.queries.receipts import submission_of, verified
from services.applications.receipts import MOST, NotGenuine, public_keys
from services.catalogue.api.serializers import AgencyRef
from superapp.http.conditional import json_response
from superapp.http.exact import Exact
from superapp.http.language import request_language
from superapp.http.problems import FieldError, Missing, Problem, invalid


class ReceiptOut(serializers.Serializer[dict[str, object]]):
    submission = serializers.IntegerField(help_text="1 is the first; each correction that was sent is a further one.")
    submitted_at = serializers.DateTimeField()
    receipt = serializers.CharField(help_text="Compact JWS (EdDSA), the same bytes each time.")


class ReceiptIn(Exact):
    receipt = serializers.CharField(max_length=MOST)


class DeadlineRule(serializers.Serializer[dict[str, object]]):
    days = serializers.IntegerField()
    working = serializers.BooleanField(help_text="Working days; else calendar days.")
    basis = serializers.CharField(help_text="Law and article.")


class VerifiedReceiptOut(serializers.Serializer[dict[str, object]]):
    number = serializers.CharField()
    service = ServiceRef()
    agency = AgencyRef()
    version = serializers.IntegerField()
    version_sha256 = serializers.CharField(help_text="Of the service's definition, as it was then.")
    content_sha256 = serializers.CharField(help_text="Of answers and files (the guide tells how to count it).")
    submission = serializers.IntegerField()
    latest = serializers.BooleanField(help_text="No correction was sent since.")
    submitted_at = serializers.DateTimeField()
    due_on = serializers.DateField(allow_null=True, help_text="As it was on that day; null while the clock stood.")
    deadline = DeadlineRule()
    on_behalf_of = serializers.ChoiceField(
        choices=Relation.values, allow_null=True, help_text="By which kind of mandate somebody acted for the applicant."
    )


class KeyOut(serializers.Serializer[dict[str, object]]):
    kty = serializers.CharField()
    crv = serializers.CharField()
    use = serializers.CharField()
    alg = serializers.CharField()
    kid = serializers.CharField()
    x = serializers.CharField()


class KeysOut(serializers.Serializer[dict[str, object]]):
    keys = KeyOut(many=True)


class MyReceipt(APIView):
    """The receipt of what I handed in."""

    required_scopes = acting_scopes = ["applications"]

    @extend_schema(
        operation_id="applications_receipt",
        summary="The signed receipt of what I handed in",
        description=(
            "Of the latest submission, or of the one that `submission` names. It says number, service, the hashes "
            "of the definition and of answers and files, when it came in, and by when the law owes an answer. "
            "404 for a draft."
        ),
        tags=["applications"],
        parameters=[OpenApiParameter("submission", int, description="1 is the first; without it, the latest.")],
        responses={200: ReceiptOut},
        examples=[examples.RECEIPT],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        own(id, request)
        kept = submission_of(id, _submission(request))
        if kept is None or kept.receipt is None:
            raise Missing
        body = {"submission": kept.number, "submitted_at": moment(kept.submitted_at), "receipt": kept.receipt}
        return json_response(request, body)


def _submission(request: Request) -> int | None:
    asked = request.GET.get("submission")
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 4):
        detail = {"id": "Angka mulai dari 1.", "en": "A number from 1."}
        raise invalid([FieldError("/submission", "invalid", detail)])
    return int(asked)


class Keys(APIView):
    """The keys that receipts are checked with."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="receipts_keys",
        summary="The public keys that receipts are checked with (JWK Set)",
        description="The one that signs, and those that did: a receipt is checked without asking the platform.",
        tags=["applications"],
        auth=[],
        responses={200: KeysOut},
        examples=[examples.RECEIPT_KEYS],
    )
    def get(self, request: Request) -> HttpResponse:
        return json_response(request, {"keys": public_keys()})


class Verify(APIView):
    """Is this receipt genuine?"""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_scope = "verify"
    problem_statuses = (422,)

    @extend_schema(
        operation_id="receipts_verify",
        summary="Verify a receipt",
        description=(
            "For anybody to whom it was shown. It names nobody. 422 `receipt_not_genuine` for one that was not "
            "given here."
        ),
        tags=["applications"],
        auth=[],
        request=ReceiptIn,
        responses={200: VerifiedReceiptOut},
        examples=[examples.RECEIPT_IN, examples.VERIFIED_RECEIPT],
    )
    def post(self, request: Request) -> HttpResponse:
        wanted = ReceiptIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            found = verified(wanted.validated_data["receipt"], request_language(request))
        except NotGenuine:
            raise _not_genuine() from None
        return json_response(request, found)


def _not_genuine() -> Problem:
    detail = {
        "id": "Tanda terima ini tidak diterbitkan oleh platform ini.",
        "en": "This receipt was not given by this platform.",
    }
    return Problem(
        status=422, code="receipt_not_genuine", detail=detail, errors=[FieldError("/receipt", "not_genuine", detail)]
    )
