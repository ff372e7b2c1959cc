"""One action on the ticked lines of the queue: choose it, order it, look what became of each."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from services.applications.api.bulk import BulkIn
from services.applications.models import DRAFT, Application, BulkJob
from services.applications.operations.bulk import order
from services.applications.operations.reasons import decides, owes_reason
from services.applications.operations.transitions import decides_for_another
from services.applications.queries.bulk import job_body, job_of
from services.applications.queries.detail import state_label
from services.catalogue.queries import local
from services.catalogue.versions import Version, version_of
from services.definitions import Transition
from services.office.work.staff import Roles, for_staff
from services.pages.manners import checked, page_language, person_id, refusals, typed_text
from superapp.http.problems import Missing, Problem

_MOST = 100  # as many as a page of the queue may hold
_LOOK_AGAIN = 3  # seconds


@require_POST
@for_staff
def choose(request: HttpRequest, roles: Roles) -> HttpResponse:
    """Show what may be done with the ticked applications at once; sent with an action, have it done."""
    if "action" not in request.POST:
        return _page(request, roles)
    said = {name: typed_text(request, name, None) for name in ("id", "action", "reason", "reason_code", "basis")}
    try:
        wanted = checked(BulkIn, said | {"applications": [_as_seen(request, each) for each in _ticked(request)]})
        job = order(
            id=wanted.pop("id", None) or uuid4(), ordered_by=person_id(request), wanted=wanted, now=timezone.now()
        )
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        return _page(request, roles, refused=refusals(problem), typed=said)
    return HttpResponseRedirect(reverse("work-bulk-job", args=[job.id]))


def _ticked(request: HttpRequest) -> list[str]:
    return list(dict.fromkeys(request.POST.getlist("pick")))[:_MOST]


def _as_seen(request: HttpRequest, id: str) -> dict[str, str | None]:
    """Return an application with the revision that the page showed: one that moved on since is left alone."""
    return {"id": id, "revision": request.POST.get(f"revision:{id}") or None}


def _page(request: HttpRequest, roles: Roles, **said: Any) -> HttpResponse:
    found = _found(_ticked(request), roles)
    shown = {"lines": [_line(each) for each in found], "actions": _actions(found, roles), "here": reverse("work-queue")}
    return render(request, "office/work/bulk.html", shown | said)


def _found(ticked: list[str], roles: Roles) -> list[Application]:
    """Return the ticked ones that lie where this person works, in the order of the list."""
    try:
        places = {UUID(each): place for place, each in enumerate(ticked)}
    except ValueError:
        raise Missing from None
    found = Application.objects.filter(id__in=places, agency_id__in=list(roles), end="").exclude(state=DRAFT)
    return sorted(found, key=lambda each: places[each.id])


def _line(application: Application) -> dict[str, Any]:
    version, language = version_of(application.version_id), page_language()
    return {
        "id": application.id,
        "revision": application.revision,
        "number": application.number,
        "title": version.text("title", language),
        "state": state_label(version, application.state, language),
    }


def _actions(found: list[Application], roles: Roles) -> list[dict[str, Any]]:
    """Return what the definitions let this person do with any of these, with how many; each is judged when it is done.

    What asks for documents is done one by one.
    """
    actions: dict[str, dict[str, Any]] = {}
    for application in found:
        version, language = version_of(application.version_id), page_language()
        for each in version.definition.workflow.available(application.state, roles[application.agency_id]):
            if each.documents or decides_for_another(application.agency_id, version, each):
                continue
            known = actions.setdefault(each.action, _choice(each, version, language))
            known["count"] += 1
            known["codes"] |= {code.code: local(dict(code.label), language) for code in each.reason_codes}
    return list(actions.values())


def _choice(action: Transition, version: Version, language: str) -> dict[str, Any]:
    """Return an action as the page offers it; each has the id under which it would be ordered."""
    return {
        "action": action.action,
        "job": uuid4(),
        "label": local(dict(action.label), language),
        "count": 0,
        "codes": {},
        "reason": owes_reason(action, version),
        "decides": decides(action, version),
    }


@require_safe
@for_staff
def job(request: HttpRequest, roles: Roles, id: UUID) -> HttpResponse:  # noqa: ARG001 - given by `for_staff`
    """Show how far an order of mine is, and what became of each application; until it is done the page looks again."""
    try:
        body = job_body(job_of(id, person_id(request)), page_language())
    except BulkJob.DoesNotExist:
        raise Missing from None
    response = render(request, "office/work/bulk_job.html", {"job": body, "gone": body["done"] + body["refused"]})
    if body["state"] != BulkJob.State.DONE:
        response.headers["Refresh"] = str(_LOOK_AGAIN)
    return response
