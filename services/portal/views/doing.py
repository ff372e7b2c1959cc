"""What a resident does on the page of their application: takes an action, writes to the agency."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from services.applications.api.talk import TextIn
from services.applications.operations.talk import write_to_office
from services.applications.operations.transitions import act
from services.pages.handing_in import hand_in
from services.pages.manners import checked, person_id, refusals, told_as_page, typed_text
from services.portal.own import own
from services.portal.views.acting import RESIDENT
from services.portal.views.tracking import page
from superapp.http.problems import Problem

_MEND: Final = frozenset({400, 403, 409, 412, 413, 415, 422})
_TYPED: Final = ("reason", "reason_code", "text")


@require_POST
@never_cache
@login_required
@told_as_page
def take(request: HttpRequest, id: UUID, action: str) -> HttpResponse:
    """Hand in the files that came with an action, and take it; refused, the files wait for the next try."""

    def do() -> None:
        hand_in(request, application_id=id, roles=RESIDENT, action=action)
        act(
            application_id=id, actor_id=person_id(request), roles=RESIDENT, action=action,
            reason=typed_text(request, "reason", 2000), reason_code=request.POST.get("reason_code", "")[:60],
            if_match=f'"{request.POST.get("revision", "")[:20]}"', now=timezone.now(),
        )  # fmt: skip

    return _done(request, id, do, said=_("Done."), typing={"action": action})


@require_POST
@never_cache
@login_required
@told_as_page
def write(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write to the agency."""

    def do() -> None:
        me, said = person_id(request), checked(TextIn, {"text": typed_text(request, "text", None)})
        write_to_office(application_id=id, applicant_id=me, text=said["text"], doer_id=me, now=timezone.now())

    return _done(request, id, do, said=_("Sent to the agency."), at="#messages")


def _done(
    request: HttpRequest, id: UUID, do: Callable[[], None], *, said: str, typing: dict[str, str] | None = None,
    at: str = "",
) -> HttpResponse:  # fmt: skip
    """Do it and say so; refused, show the page of the application with why, and with what was typed."""
    own(request, id)
    try:
        do()
    except Problem as problem:
        if problem.status not in _MEND:
            raise
        typed = {name: request.POST.get(name, "") for name in _TYPED} | (typing or {})
        return page(request, own(request, id), refused=refusals(problem), typed=typed)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("track", args=[id]) + at)
