"""Files that were given before and may be taken over into a draft."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from services.applications.api import examples
from services.applications.api.resident import lock, own
from services.applications.api.serializers import LENT, LENT_HELP, ApplicationOut, FileOut, FileSourceOut
from services.applications.city_time import city_day
from services.applications.models import DRAFT
from services.applications.operations.drafts import not_a_draft
from services.applications.operations.reuse_files import Chosen, take_over_files
from services.applications.queries.behalf import reached_services
from services.applications.queries.detail import body_of
from services.applications.queries.file_offers import file_offer_line, file_offers
from superapp.http.conditional import if_match, json_response, require_match
from superapp.http.exact import Exact
from superapp.http.language import request_language


class OfferingOut(FileSourceOut):
    """The application that a file was handed in with."""

    handed_in_by = serializers.CharField(allow_null=True, help_text="Who submitted it.")


class FileOfferOut(serializers.Serializer[dict[str, object]]):
    requirement = serializers.CharField(help_text="Id of the required document of this draft that it would answer.")
    title = serializers.CharField()
    document_type = serializers.CharField(help_text="Which paper it is, at whatever agency.")
    file = FileOut(help_text="Downloaded at `applications/{source.application}/files/{file.id}/`.")
    source = OfferingOut()  # type: ignore[assignment]  # a field, not the argument
    given_at = serializers.DateTimeField(help_text="When it was uploaded first.")
    age_days = serializers.IntegerField()
    status = serializers.ChoiceField(choices=LENT, help_text=LENT_HELP)


class FileOffersOut(serializers.Serializer[dict[str, object]]):
    offers = FileOfferOut(many=True, help_text="By requirement, newest first, five of each at most.")


class TakenFileIn(Exact):
    requirement = serializers.CharField(max_length=60)
    file = serializers.UUIDField(help_text="`file.id` of the offer.")
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="As it was offered.")


class TakeFilesIn(Exact):
    take = serializers.ListField(child=TakenFileIn(), allow_empty=False, max_length=40)

    def validate_take(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse two files for one requirement.

        :raises ValidationError: at the second.
        """
        names = [each["requirement"] for each in value]
        twice = {place for place, name in enumerate(names) if name in names[:place]}
        if twice:
            detail = serializers.ErrorDetail(gettext("One file for each required document."), "twice")
            raise serializers.ValidationError({str(place): {"requirement": [detail]} for place in sorted(twice)})
        return value


class FileOffers(APIView):
    """Files that were given before."""

    required_scopes = acting_scopes = ["applications"]
    problem_statuses = {"GET": (409,), "POST": (409, 412, 422, 428)}

    @extend_schema(
        operation_id="applications_file_offers",
        summary="Files given before that my draft may take over",
        description=(
            "For each required document with a `document_type`: what the applicant handed in for that type in other "
            "applications, at any agency, that fits here. Each with where it comes from, how old it is and what became "
            "of it. Nothing is taken over by itself."
        ),
        tags=["applications"],
        responses={200: FileOffersOut},
        examples=[examples.FILE_OFFERS],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        now, language = timezone.now(), request_language(request)
        row = own(id, request)
        if row.state != DRAFT:
            raise not_a_draft(row.state)
        actor = caller(request).actor
        found = file_offers(
            row.version,
            row.answers,
            applicant_id=caller(request).id,
            services=None if actor is None else reached_services(actor),
            today=city_day(now),
            standing={each["requirement"]: each["sha256"] for each in row.files},
        )
        return json_response(request, {"offers": [file_offer_line(row.version, each, language, now) for each in found]})

    @extend_schema(
        operation_id="applications_take_files",
        summary="Take offered files over into my draft",
        description=(
            "Each is named with the SHA-256 that was shown: what changed or went meanwhile is refused (409 "
            "`offer_changed`), and 422 names a requirement that does not take this kind or size. Nothing is uploaded; "
            "a file that stood there gives way. The application keeps where each comes from (`reused_files`), and the "
            "access log of the one that lent it has a line."
        ),
        tags=["applications"],
        request=TakeFilesIn,
        responses={200: ApplicationOut},
        examples=[examples.TAKE_FILES_IN, examples.APPLICATION],
    )
    @if_match
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = TakeFilesIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        own(id, request)  # also moves the draft to the version where it belongs
        person = caller(request)
        with transaction.atomic():
            application = lock(id, request)
            require_match(request, str(application.revision))
            take_over_files(
                application=application,
                chosen=[
                    Chosen(each["requirement"], each["file"], each["sha256"]) for each in wanted.validated_data["take"]
                ],
                actor=person.actor,
                doer_id=person.doer_id,
                doer_name=person.doer_name,
                now=timezone.now(),
            )
            row = own(id, request)
        return json_response(request, body_of(row, request_language(request)), etag=str(row.revision))
