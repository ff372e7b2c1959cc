"""What an officer does with an application: takes it in hand, decides, asks for corrections, writes."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from services.applications.operations import handling, talk
from services.applications.operations.corrections import Item, ask_correction, cancel_correction
from services.applications.operations.reading import highest
from services.applications.operations.staging import stage_file
from services.applications.operations.transitions import act
from services.office.work.one import page
from services.office.work.staff import Case, on_case
from services.pages.manners import page_language
from superapp.http.problems import Problem, localized

_MEND: Final = frozenset({400, 403, 409, 412, 413, 415, 422})
_FILE: Final = "file:"
_LONGEST: Final = 2000


def _text(case: Case, name: str) -> str:
    return case.request.POST.get(name, "").strip()[:_LONGEST]


def _claim(case: Case) -> None:
    handling.claim(application_id=case.row.id, doer=case.doer(), now=timezone.now())


def _release(case: Case) -> None:
    handling.release(application_id=case.row.id, doer=case.doer(), now=timezone.now())


def _act(case: Case) -> None:
    """Hand in the files that came with it, then take the action; refused, what was handed in waits for the next try."""
    for name, upload in case.request.FILES.items():
        if name.startswith(_FILE) and not isinstance(upload, list):
            stage_file(
                application_id=case.row.id, actor_id=case.me, roles=case.my_roles, action=_text(case, "action")[:60],
                document=name.removeprefix(_FILE)[:60], upload=upload, now=timezone.now(),
            )  # fmt: skip
    act(
        application_id=case.row.id, actor_id=case.me, roles=case.my_roles, action=_text(case, "action")[:60],
        reason=_text(case, "reason"), reason_code=_text(case, "reason_code")[:60], basis=_text(case, "basis")[:300],
        if_match=case.seen, now=timezone.now(),
    )  # fmt: skip


def _ask(case: Case) -> None:
    marked = case.request.POST.getlist("mark")[:100]
    items = [Item(each, _text(case, f"code:{each}")[:40], _text(case, f"words:{each}")[:500]) for each in marked]
    ask_correction(
        application_id=case.row.id, actor_id=case.me, role=highest(case.my_roles), items=items,
        message=_text(case, "message"), now=timezone.now(),
    )  # fmt: skip


def _cancel(case: Case) -> None:
    cancel_correction(
        application_id=case.row.id, actor_id=case.me, role=highest(case.my_roles), reason=_text(case, "reason"),
        now=timezone.now(),
    )  # fmt: skip


def _note(case: Case) -> None:
    if text := _text(case, "text"):
        talk.write_note(application_id=case.row.id, text=text, mentions=(), doer=case.doer(), now=timezone.now())


def _message(case: Case) -> None:
    if text := _text(case, "text"):
        talk.write_to_resident(application_id=case.row.id, text=text, doer=case.doer(), now=timezone.now())


_DECIDING: Final = (_act, _ask, _cancel)
_DOES: Final[Mapping[str, tuple[Callable[[Case], None], Promise]]] = {
    "claim": (_claim, _("It is in your hands.")),
    "release": (_release, _("It waits for somebody else.")),
    "act": (_act, _("Done.")),
    "ask": (_ask, _("Asked. The clock stands until the resident sends it back.")),
    "cancel": (_cancel, _("Taken back. The clock goes on.")),
    "note": (_note, _("Noted. Only colleagues read it.")),
    "message": (_message, _("Sent to the resident.")),
}


@require_POST
@on_case
def do(case: Case) -> HttpResponse:
    """Do what was asked for; refused, show the page again with why, and with what was typed."""
    what, said = _DOES.get(case.request.POST.get("do", ""), (None, ""))
    if what is None:
        return HttpResponseRedirect(reverse("work-application", args=[case.row.id]))
    if what in _DECIDING:
        case.note("decision")
    try:
        what(case)
    except Problem as problem:
        if problem.status not in _MEND:
            raise
        told = [localized(each.detail, page_language()) for each in problem.errors]
        return page(case, refused=told or [localized(problem.detail, page_language())], typed=_typed(case))
    messages.success(case.request, str(said))
    if case.request.POST.get("do") in ("act", "release"):
        return HttpResponseRedirect(reverse("work-queue"))
    return HttpResponseRedirect(reverse("work-application", args=[case.row.id]))


def _typed(case: Case) -> dict[str, Any]:
    """Return what was typed, for the page to show it again."""
    return {name: case.request.POST.get(name, "") for name in ("do", "action", "reason", "message", "text", "basis")}
