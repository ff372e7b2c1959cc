"""For OPD admins: publishing one of my services, its versions and its history."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.queries import names_of
from services.catalogue.api.office import examples
from services.catalogue.api.office.base import TAGS, ServicesView, publication_body, when
from services.catalogue.api.office.serializers import (
    PublicationOut,
    PublishIn,
    RollBackIn,
    ServiceChangeOut,
    VersionLine,
    WhyIn,
    WhyNotIn,
)
from services.catalogue.models import Change, Publication, ServiceVersion
from services.catalogue.operations import publishing, waiting
from services.catalogue.operations.publishing import Wish
from services.catalogue.queries.authoring import history_of, open_publication, versions_of
from superapp.http.conditional import if_match, json_response
from superapp.http.idempotency import idempotent
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import Missing

_DONE_OR_WAITING = {201: PublicationOut, 202: PublicationOut}


def published(request: Request, publication: Publication) -> HttpResponse:
    """Answer with what became of a wish to publish: 201 done, 202 waiting."""
    status = 201 if publication.state == Publication.State.PUBLISHED else 202
    return json_response(request, publication_body(publication), status=status)


class Publish(ServicesView):
    """Publishing a draft."""

    problem_statuses = (409, 422)

    @extend_schema(
        operation_id="office_publish",
        summary="Publish a draft, at once or on a date",
        description="The draft is used up. 202 when it waits: for its date, or for a second admin where the agency "
        "asks for two. A first version needs nothing chosen; for a later one say what residents' drafts do. Its golden "
        "cases must hold (409 `cases_differ`), and a breaking or legal change needs a finished replay of this content "
        "(409 `replay_needed`), unless the differences are accepted with a reason.",
        tags=TAGS,
        request=PublishIn,
        responses=_DONE_OR_WAITING,
        examples=[examples.PUBLISH, examples.PUBLICATION],
    )
    @if_match
    @idempotent(required=True)
    def post(self, request: Request, slug: str) -> HttpResponse:
        service = self.found(slug)
        wanted = PublishIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        made = publishing.publish_draft(
            service=service,
            if_match=request.META.get("HTTP_IF_MATCH"),
            wish=Wish(**wanted.validated_data),
            **self.does(),
        )
        return published(request, made)


class RollBack(ServicesView):
    """Going back."""

    problem_statuses = (409, 422)

    @extend_schema(
        operation_id="office_roll_back",
        summary="Publish an earlier version's content again, as the next version",
        tags=TAGS,
        request=RollBackIn,
        responses=_DONE_OR_WAITING,
        examples=[examples.ROLL_BACK, examples.PUBLICATION],
    )
    @idempotent(required=True)
    def post(self, request: Request, slug: str) -> HttpResponse:
        service = self.found(slug)
        wanted = RollBackIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        said = dict(wanted.validated_data)
        number = said.pop("to")
        made = publishing.roll_back(service=service, number=number, wish=Wish(**said), **self.does())
        return published(request, made)


class Versions(ServicesView):
    """What was published."""

    @extend_schema(
        operation_id="office_versions",
        summary="A service's versions, latest first, and what became of each",
        tags=TAGS,
        parameters=PAGE,
        responses={200: VersionLine(many=True)},
        examples=[examples.VERSION],
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        service, asked = self.found(slug), read_page(request, [str])
        rows = versions_of(service, limit=asked.limit + 1, after=_digits(asked.after), before=_digits(asked.before))
        people = {each for row in rows for each in (row.published_by, row.approved_by) if each}
        names = names_of(people)
        body = page_of(
            request,
            asked,
            rows,
            key=lambda row: [str(row.number)],
            line=lambda row: _version_line(row, slug, names),
        )
        return json_response(request, body)


def _digits(key: Any) -> Any:
    """Return a place in the list; the first one for a cursor that was made up."""
    return key if key and key[0].isascii() and key[0].isdigit() and len(key[0]) < 10 else None


def _version_line(row: ServiceVersion, slug: str, names: Any) -> dict[str, Any]:
    life = row.life
    return {
        "number": row.number,
        "sha256": row.sha256,
        "origin": row.origin,
        "change_class": row.change_class or None,
        "chosen_class": row.chosen_class or None,
        "drafts_policy": row.drafts_policy,
        "effective_from": when(row.effective_from),
        "published_at": when(row.published_at),
        "published_by": names.get(row.published_by, ""),
        "approved_by": names.get(row.approved_by, "") if row.approved_by else None,
        "superseded_at": when(life.superseded_at),
        "retired_at": when(life.retired_at),
        "cut_off_at": when(life.cut_off_at),
        "url": f"{settings.BASE_URL}/api/v1/services/{slug}/versions/{row.number}/",
    }


class ServiceHistory(ServicesView):
    """What was done to it."""

    @extend_schema(
        operation_id="office_service_history",
        summary="What was done to a service, by whom, when and why, latest first",
        tags=TAGS,
        parameters=PAGE,
        responses={200: ServiceChangeOut(many=True)},
        examples=[examples.CHANGE],
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        service, asked = self.found(slug), read_page(request, [str])
        rows = history_of(service, limit=asked.limit + 1, after=_digits(asked.after), before=_digits(asked.before))
        names = names_of({row.actor_id for row in rows if row.actor_id})
        body = page_of(request, asked, rows, key=lambda row: [str(row.pk)], line=lambda row: _change_line(row, names))
        return json_response(request, body)


def _change_line(row: Change, names: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "what": row.what,
        "version": row.version,
        "by": names.get(row.actor_id, "") if row.actor_id else "",
        "at": when(row.at),
        "reason": row.reason,
        "values": row.values,
    }


class OpenPublication(ServicesView):
    """What waits."""

    @extend_schema(
        operation_id="office_publication",
        summary="The publication that waits for its date or for a second admin",
        description="404 when none waits.",
        tags=TAGS,
        responses={200: PublicationOut},
        examples=[examples.PUBLICATION],
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        found = open_publication(self.found(slug))
        if found is None:
            raise Missing
        return json_response(request, publication_body(found))


class Unschedule(ServicesView):
    """Taking it back."""

    @extend_schema(
        operation_id="office_unschedule",
        summary="Take back a publication that waits",
        description="What was written is a draft again, unless another was begun meanwhile.",
        tags=TAGS,
        request=WhyIn,
        responses={200: PublicationOut},
        examples=[examples.WHY, examples.PUBLICATION],
    )
    @idempotent(required=True)
    def post(self, request: Request, slug: str) -> HttpResponse:
        made = waiting.take_back(service=self.found(slug), reason=why(request), **self.does())
        return json_response(request, publication_body(made))


class Approve(ServicesView):
    """The second pair of eyes."""

    problem_statuses = (422,)

    @extend_schema(
        operation_id="office_approve",
        summary="Agree to a publication that somebody else wrote",
        tags=TAGS,
        request=WhyIn,
        responses=_DONE_OR_WAITING,
        examples=[examples.WHY, examples.PUBLICATION],
    )
    @idempotent(required=True)
    def post(self, request: Request, slug: str) -> HttpResponse:
        return published(request, waiting.approve(service=self.found(slug), reason=why(request), **self.does()))


class Refuse(ServicesView):
    """Not like this."""

    @extend_schema(
        operation_id="office_refuse",
        summary="Refuse a publication that waits for a second admin, with the reason",
        tags=TAGS,
        request=WhyNotIn,
        responses={200: PublicationOut},
        examples=[examples.WHY, examples.PUBLICATION],
    )
    @idempotent(required=True)
    def post(self, request: Request, slug: str) -> HttpResponse:
        wanted = WhyNotIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        reason = wanted.validated_data["reason"]
        return json_response(
            request, publication_body(waiting.refuse(service=self.found(slug), reason=reason, **self.does()))
        )


def why(request: Request) -> str:
    """Return the reason that was given, if any."""
    wanted = WhyIn(data=request.data)
    wanted.is_valid(raise_exception=True)
    return str(wanted.validated_data["reason"])
