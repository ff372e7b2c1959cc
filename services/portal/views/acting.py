"""What the workflow leaves to the resident, on the page of their application: explain, confirm, dispute, take back."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from services.applications.operations.reasons import owes_reason
from services.applications.operations.staging import stage_file
from services.applications.operations.transitions import act, available, blocked_by
from services.applications.queries.action_files import asked_with, staged_by
from services.applications.queries.detail import Row
from services.catalogue.queries import local
from services.pages.manners import count_upload, page_language, person_id, refusals, told_as_page
from services.portal.own import own
from superapp.http.problems import Problem

_RESIDENT: Final = frozenset({"resident"})
_MEND: Final = frozenset({400, 403, 409, 412, 413, 415, 422})
_FILE: Final = "file:"


def actions_of(request: HttpRequest, row: Row) -> list[dict[str, Any]]:
    """Return what this person may do with their application now, in words."""
    if row.submitted_at is None or row.end:
        return []
    offered = available(row, actor_id=person_id(request), roles=_RESIDENT)
    blocked = blocked_by(row, row.version, offered, timezone.now()) if offered else {}
    asks = any(each.documents for each in offered)
    staged = list(staged_by(row.id, person_id(request), timezone.now())) if asks else []
    return [
        {
            "action": each.action,
            "label": local(dict(each.label), page_language()),
            "reason": owes_reason(each, row.version),
            "codes": [{"code": code.code, "label": local(dict(code.label), page_language())} for code in
                      each.reason_codes],
            "ends": bool(row.version.definition.workflow.states[each.target].end),
            "blocked": local(blocked.get(each.action, {}), page_language()),
            "documents": asked_with(each, staged, page_language(), url=""),
        }
        for each in offered
    ]  # fmt: skip


@require_POST
@login_required
@told_as_page
def take(request: HttpRequest, id: UUID, action: str) -> HttpResponse:
    """Hand in the files that came with an action, and take it; refused, say why on the page of the application.

    What was handed in then waits for the next try.
    """
    own(request, id)
    try:
        for name, upload in request.FILES.items():
            if name.startswith(_FILE) and not isinstance(upload, list):
                count_upload(request)
                stage_file(
                    application_id=id, actor_id=person_id(request), roles=_RESIDENT, action=action,
                    document=name.removeprefix(_FILE)[:60], upload=upload, now=timezone.now(),
                )  # fmt: skip
        act(
            application_id=id, actor_id=person_id(request), roles=_RESIDENT, action=action,
            reason=request.POST.get("reason", "")[:2000], reason_code=request.POST.get("reason_code", "")[:60],
            if_match=f'"{request.POST.get("revision", "")[:20]}"', now=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        if problem.status not in _MEND:
            raise
        messages.error(request, " ".join(refusals(problem)))
    else:
        messages.success(request, _("Done."))
    return HttpResponseRedirect(reverse("track", args=[id]))
