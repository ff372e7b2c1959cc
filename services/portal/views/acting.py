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
from services.applications.operations.transitions import act, available, blocked_by
from services.applications.queries.detail import Row
from services.catalogue.queries import local
from services.pages.manners import page_language, person_id, told_as_page
from services.portal.own import own
from superapp.http.problems import Problem, localized

_RESIDENT: Final = frozenset({"resident"})
_MEND: Final = frozenset({403, 409, 412, 422})


def actions_of(request: HttpRequest, row: Row) -> list[dict[str, Any]]:
    """Return what this person may do with their application now, in words."""
    if row.submitted_at is None or row.end:
        return []
    offered = available(row, actor_id=person_id(request), roles=_RESIDENT)
    blocked = blocked_by(row, row.version, offered, timezone.now()) if offered else {}
    return [
        {
            "action": each.action,
            "label": local(dict(each.label), page_language()),
            "reason": owes_reason(each, row.version),
            "codes": [{"code": code.code, "label": local(dict(code.label), page_language())} for code in
                      each.reason_codes],
            "ends": bool(row.version.definition.workflow.states[each.target].end),
            "blocked": local(blocked.get(each.action, {}), page_language()),
            "in_app": bool(each.documents),
        }
        for each in offered
    ]  # fmt: skip


@require_POST
@login_required
@told_as_page
def take(request: HttpRequest, id: UUID, action: str) -> HttpResponse:
    """Take an action of the workflow; refused, say why on the page of the application."""
    own(request, id)
    try:
        act(
            application_id=id, actor_id=person_id(request), roles=_RESIDENT, action=action,
            reason=request.POST.get("reason", "")[:2000], reason_code=request.POST.get("reason_code", "")[:60],
            if_match=f'"{request.POST.get("revision", "")[:20]}"', now=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        if problem.status not in _MEND:
            raise
        said = [localized(each.detail, page_language()) for each in problem.errors]
        messages.error(request, " ".join(said) or localized(problem.detail, page_language()))
    else:
        messages.success(request, _("Done."))
    return HttpResponseRedirect(reverse("track", args=[id]))
