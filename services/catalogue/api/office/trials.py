"""For OPD admins: golden cases of one of my services, and trying a new version on its applications."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.queries import names_of
from services.catalogue.api.office import trial_examples as examples
from services.catalogue.api.office.base import TAGS, ServicesView, name_of, when
from services.catalogue.api.office.trial_serializers import CaseIn, CaseOut, ReplayIn, ReplayOut
from services.catalogue.models import GoldenCase, Replay, Service
from services.catalogue.operations import cases, trials
from services.catalogue.queries.authoring import draft_of, open_publication
from services.catalogue.queries.trying import (
    case_of,
    failure_in_words,
    latest_replay,
    module_fees_in_words,
    page_of_cases,
)
from services.definitions import content_hash
from superapp.http.conditional import if_match, json_response
from superapp.http.idempotency import idempotent
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import Missing, localized


def _case_body(row: GoldenCase, author: str) -> dict[str, Any]:
    drifts = row.offered is not None and content_hash(row.offered) != row.sha256
    return {
        "id": row.name,
        "sha256": row.sha256,
        "origin": row.origin,
        "author": author,
        "updated_at": when(row.updated_at),
        "content": row.content,
        "offered": row.offered if drifts else None,
    }


class GoldenCases(ServicesView):
    """What must become of made-up applications."""

    @extend_schema(
        operation_id="office_cases_list",
        summary="The golden cases of a service, by name",
        description="Made-up applications with what must become of each under every version. They are run by "
        "`check/`, by a replay, and whenever something is published.",
        tags=TAGS,
        parameters=PAGE,
        responses={200: CaseOut(many=True)},
        examples=[examples.CASE],
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        service, asked = self.found(slug), read_page(request, [str])
        rows = page_of_cases(service, limit=asked.limit + 1, after=asked.after, before=asked.before)
        names = names_of({row.author for row in rows if row.author})
        body = page_of(
            request,
            asked,
            rows,
            key=lambda row: [row.name],
            line=lambda row: _case_body(row, names.get(row.author, "") if row.author else ""),
        )
        return json_response(request, body)


class OneGoldenCase(ServicesView):
    """One of them."""

    problem_statuses = {"PUT": (409,)}

    @extend_schema(
        operation_id="office_case_read",
        summary="A golden case",
        tags=TAGS,
        responses={200: CaseOut},
        examples=[examples.CASE],
    )
    def get(self, request: Request, slug: str, name: str) -> HttpResponse:
        return _told(request, _one(self.found(slug), name))

    @extend_schema(
        operation_id="office_case_save",
        summary="Write a golden case",
        description="A new one, or over one that was read (`If-Match`). All of it is made up: a NIK or family card "
        "number begins with 99, which no province has, so that it is nobody's. Format: schemas/golden-cases.json.",
        tags=TAGS,
        request=CaseIn,
        responses={200: CaseOut, 201: CaseOut},
        examples=[examples.CASE_IN, examples.CASE],
    )
    @if_match
    def put(self, request: Request, slug: str, name: str) -> HttpResponse:
        wanted = CaseIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        service = self.found(slug)
        is_new = not GoldenCase.objects.filter(service=service, name=name, is_removed=False).exists()
        row = cases.save_case(
            service=service,
            name=name,
            content=wanted.initial_data["content"],
            if_match=request.META.get("HTTP_IF_MATCH"),
            **self.does(),
        )
        return _told(request, row, status=201 if is_new else 200)

    @extend_schema(
        operation_id="office_case_remove",
        summary="Remove a golden case",
        description="One that the service's module brings does not come back by itself.",
        tags=TAGS,
        responses={204: None},
    )
    @if_match
    def delete(self, request: Request, slug: str, name: str) -> HttpResponse:
        match = request.META.get("HTTP_IF_MATCH")
        cases.remove_case(service=self.found(slug), name=name, if_match=match, **self.does())
        return HttpResponse(status=204)


def _one(service: Service, name: str) -> GoldenCase:
    try:
        return case_of(service, name)
    except GoldenCase.DoesNotExist:
        raise Missing from None


def _told(request: Request, row: GoldenCase, *, status: int = 200) -> HttpResponse:
    body = _case_body(row, name_of(row.author) if row.author else "")
    return json_response(request, body, etag=row.sha256, status=status)


class Replays(ServicesView):
    """Trying it before it is published."""

    problem_statuses = {"POST": (422,)}

    @extend_schema(
        operation_id="office_replay_read",
        summary="How far the replay asked for last is, and what it found",
        description="404 when none was asked for. `stale`: what was tried is no longer what would be published. The "
        "report counts applications by what would be otherwise; it names at most ten of each and holds nothing that "
        "residents wrote.",
        tags=TAGS,
        responses={200: ReplayOut},
        examples=[examples.REPLAY],
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        service = self.found(slug)
        found = latest_replay(service)
        if found is None:
            raise Missing
        return json_response(request, _replay_body(service, found, self.language))

    @extend_schema(
        operation_id="office_replay_ask",
        summary="Try a draft on golden cases, the latest applications and the open drafts of its service",
        description="A worker does it; follow `Location`. While the same is being tried, asking again returns that; "
        "another content that was being tried is given up.",
        tags=TAGS,
        request=ReplayIn,
        responses={202: ReplayOut},
        examples=[examples.REPLAY_IN, examples.REPLAY_ASKED],
    )
    @idempotent(required=True)
    def post(self, request: Request, slug: str) -> HttpResponse:
        wanted = ReplayIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        service = self.found(slug)
        asked = trials.ask_for_replay(service=service, **wanted.validated_data, **self.does())
        response = json_response(request, _replay_body(service, asked, self.language), status=202)
        response.headers["Location"] = f"{settings.BASE_URL}/api/v1/office/services/{slug}/replay/"
        return response


def _replay_body(service: Service, replay: Replay, language: str) -> dict[str, Any]:
    return {
        "id": str(replay.pk),
        "service": service.slug,
        "source": replay.source,
        "sha256": replay.sha256,
        "against": replay.against.number if replay.against else None,
        "applications": replay.applications,
        "state": replay.state,
        "done": replay.done,
        "total": replay.total,
        "asked_by": name_of(replay.asked_by),
        "asked_at": when(replay.asked_at),
        "finished_at": when(replay.finished_at),
        "stale": _is_stale(service, replay),
        "failure": _failure_body(replay, language),
        "report": _report_body(replay.report, language) if replay.report else None,
    }


def _failure_body(replay: Replay, language: str) -> dict[str, Any] | None:
    if replay.state != Replay.State.FAILED:
        return None
    failure: dict[str, Any] = replay.cursor["failure"]
    return failure | {"text": localized(failure_in_words(replay), language)}


def _module_fees(report: dict[str, Any], language: str) -> dict[str, Any]:
    found: dict[str, Any] = report.get("module_fees", {"submitted": 0, "applications": []})
    return found | {"text": localized(module_fees_in_words(found["submitted"]), language) if found["submitted"] else ""}


def _is_stale(service: Service, replay: Replay) -> bool:
    """Return whether what was tried is no longer what would be published."""
    if replay.against_id != service.current_id:
        return True
    if replay.source == "draft":
        written = draft_of(service) or open_publication(service)
        return written is None or written.sha256 != replay.sha256
    offer = getattr(service, "offer", None)
    return replay.source == "module" and (offer is None or offer.sha256 != replay.sha256)


def _report_body(report: dict[str, Any], language: str) -> dict[str, Any]:
    causes = sorted(
        report["causes"].values(),
        key=lambda each: (-each["submitted"] - each["drafts"], each["kind"], each["pointer"], each["code"]),
    )
    return {
        "cases_passed": sum(each["passed"] for each in report["cases"]),
        "cases": [_case_result(each, language) for each in report["cases"]],
        "submitted": report["submitted"],
        "drafts": report["drafts"],
        "kinds": [{"kind": kind, **counts} for kind, counts in sorted(report["kinds"].items())],
        "causes": [each | {"text": localized(each["text"], language)} for each in causes],
        "more_causes": report["more_causes"],
        "module_fees": _module_fees(report, language),
    }


def _case_result(result: dict[str, Any], language: str) -> dict[str, Any]:
    differences = [each | {"text": localized(each["text"], language)} for each in result["differences"]]
    return result | {"title": localized(result["title"], language), "differences": differences}
