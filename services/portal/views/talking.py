"""Messages between a resident and the agency that has their application."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from services.applications.api.talk import TextIn
from services.applications.operations.talk import mark_read, write_to_office
from services.applications.queries.detail import Row
from services.applications.queries.talk import message_line, messages_of
from services.pages.manners import checked, person_id, refusals, told_as_page
from services.portal.own import own
from superapp.http.problems import Problem

_MOST = 20


def talk_of(row: Row) -> dict[str, Any]:
    """Return the latest messages, the first of them first, and whether one may be written; what is shown is read."""
    if row.submitted_at is None:
        return {}
    rows = messages_of(row.id, limit=_MOST, after=None, before=None)
    if any(each.from_office and each.read_at is None for each in rows):
        mark_read(application_id=row.id, by_office=False, now=timezone.now())
    return {"talk": [message_line(each) for each in reversed(rows)], "may_write": not row.end}


@require_POST
@login_required
@told_as_page
def write(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write to the agency; refused, say why on the page of the application."""
    own(request, id)
    me = person_id(request)
    try:
        said = checked(TextIn, {"text": request.POST.get("text", "").strip()})
        write_to_office(application_id=id, applicant_id=me, text=said["text"], doer_id=me, now=timezone.now())
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        messages.error(request, " ".join(refusals(problem)))
    else:
        messages.success(request, _("Sent to the agency."))
    return HttpResponseRedirect(reverse("track", args=[id]) + "#messages")
