"""For OPD admins: retiring one of my services, opening it again, an end for drafts."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from services.catalogue.api.office import examples
from services.catalogue.api.office.base import TAGS, ServicesView, line_of
from services.catalogue.api.office.serializers import CutOffIn, OwnServiceLine, RetireIn, WhyNotIn
from services.catalogue.operations import ending
from services.catalogue.queries.authoring import one_line
from superapp.http.conditional import json_response
from superapp.http.idempotency import idempotent


class EndingView(ServicesView):
    """For what answers with the service as the list shows it."""

    def line(self, request: Request, slug: str) -> HttpResponse:
        """Answer with the service as it stands."""
        return json_response(request, line_of(one_line(slug, self.agency_ids), self.language))


class Retire(EndingView):
    """Its end."""

    problem_statuses = (409,)

    @extend_schema(
        operation_id="office_retire",
        summary="Take no new applications any more",
        description="What was submitted goes on to its end; drafts may be submitted until `cut_off_at`.",
        tags=TAGS,
        request=RetireIn,
        responses={200: OwnServiceLine},
        examples=[examples.RETIRE, examples.LINE],
    )
    @idempotent(required=True)
    def post(self, request: Request, slug: str) -> HttpResponse:
        service = self.found(slug)
        wanted = RetireIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        said = wanted.validated_data
        ending.retire(service=service, cut_off_at=said.get("cut_off_at"), reason=said["reason"], **self.does())
        return self.line(request, slug)


class Reopen(EndingView):
    """Its new beginning."""

    problem_statuses = (409,)

    @extend_schema(
        operation_id="office_reopen",
        summary="Take applications again under the version that stood",
        tags=TAGS,
        request=WhyNotIn,
        responses={200: OwnServiceLine},
        examples=[examples.WHY, examples.LINE],
    )
    @idempotent(required=True)
    def post(self, request: Request, slug: str) -> HttpResponse:
        wanted = WhyNotIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        ending.reopen(service=self.found(slug), reason=wanted.validated_data["reason"], **self.does())
        return self.line(request, slug)


class CutOff(EndingView):
    """An end for drafts."""

    problem_statuses = (409,)

    @extend_schema(
        operation_id="office_cut_off",
        summary="Set or lift the moment after which drafts cannot be submitted",
        description="Of a retired service all drafts, of an open one those under earlier versions. Residents are told.",
        tags=TAGS,
        request=CutOffIn,
        responses={200: OwnServiceLine},
        examples=[examples.RETIRE, examples.LINE],
    )
    @idempotent(required=True)
    def post(self, request: Request, slug: str) -> HttpResponse:
        service = self.found(slug)
        wanted = CutOffIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        said = wanted.validated_data
        ending.set_cut_off(service=service, at=said["cut_off_at"], reason=said["reason"], **self.does())
        return self.line(request, slug)
