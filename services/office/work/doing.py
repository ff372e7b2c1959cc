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
from services.applications.operations.reopening import reopen
from services.applications.operations.transitions import act
from services.office.work import keeping, moving, planning
from services.office.work.one import page
from services.office.work.staff import Case, on_case
from services.office.work.wording import put_in
from services.pages.handing_in import hand_in
from services.pages.manners import refusals
from superapp.http.problems import Problem

_MEND: Final = frozenset({400, 403, 409, 412, 413, 415, 422})
_MOST_MARKS: Final = 100


def _claim(case: Case) -> None:
    handling.claim(application_id=case.row.id, doer=case.doer(), now=timezone.now())


def _release(case: Case) -> None:
    handling.release(application_id=case.row.id, doer=case.doer(), now=timezone.now())


def _act(case: Case) -> None:
    """Hand in the files that came with it, then take the action; refused, what was handed in waits for the next try."""
    hand_in(case.request, application_id=case.row.id, roles=case.my_roles, action=case.text("action", 60))
    act(
        application_id=case.row.id, actor_id=case.me, roles=case.my_roles, action=case.text("action", 60),
        reason=case.text("reason"), reason_code=case.text("reason_code", 60), basis=case.text("basis", 300),
        if_match=case.seen, now=timezone.now(),
    )  # fmt: skip


def _ask(case: Case) -> None:
    marked = case.request.POST.getlist("mark")[:_MOST_MARKS]
    items = [Item(each, case.text(f"code:{each}", 40), case.text(f"words:{each}", 500)) for each in marked]
    ask_correction(
        application_id=case.row.id, actor_id=case.me, role=highest(case.my_roles), items=items,
        message=case.text("message"), now=timezone.now(),
    )  # fmt: skip


def _cancel(case: Case) -> None:
    cancel_correction(
        application_id=case.row.id, actor_id=case.me, role=highest(case.my_roles), reason=case.text("reason"),
        now=timezone.now(),
    )  # fmt: skip


def _reopen(case: Case) -> None:
    reopen(
        application_id=case.row.id, actor_id=case.me, roles=case.my_roles, reason=case.text("reason"),
        if_match=case.seen, now=timezone.now(),
    )  # fmt: skip


def _note(case: Case) -> None:
    if text := case.text("text"):
        talk.write_note(application_id=case.row.id, text=text, mentions=(), doer=case.doer(), now=timezone.now())


def _message(case: Case) -> None:
    if text := case.text("text"):
        talk.write_to_resident(application_id=case.row.id, text=text, doer=case.doer(), now=timezone.now())


_DECIDING: Final = (_act, planning.plan, _ask, _cancel, _reopen)
# After these it may lie elsewhere, or no more with who did it.
_LEAVES: Final = ("act", "release", "assign", "hand-over", "give-back")
_DOES: Final[Mapping[str, tuple[Callable[[Case], None], Promise]]] = {
    "claim": (_claim, _("It is in your hands.")),
    "release": (_release, _("It waits for somebody else.")),
    "assign": (moving.assign, _("It is in your colleague's hands.")),
    "hand-over": (moving.hand_over, _("Handed over.")),
    "give-back": (moving.give_back, _("Sent back.")),
    "reopen": (_reopen, _("Open again. A clock of its own has begun.")),
    "hold": (keeping.place, _("Held. Nothing of it is destroyed while this stands.")),
    "lift": (keeping.lift, _("The hold is lifted.")),
    "act": (_act, _("Done.")),
    "visit": (planning.plan, _("Planned. The resident is told.")),
    "ask": (_ask, _("Asked. The clock stands until the resident sends it back.")),
    "cancel": (_cancel, _("Taken back. The clock goes on.")),
    "note": (_note, _("Noted. Only colleagues read it.")),
    "message": (_message, _("Sent to the resident.")),
}


@require_POST
@on_case
def do(case: Case) -> HttpResponse:
    """Do what was asked for; refused, show the page again with why, and with what was typed."""
    asked = case.request.POST.get("do", "")
    if "fill" in case.request.POST:
        case.note("application")
        return page(case, typed=put_in(case, _typed(case)))
    what, said = _DOES.get(asked, (None, ""))
    if what is None:
        return HttpResponseRedirect(reverse("work-application", args=[case.row.id]))
    if what in _DECIDING:
        case.note("decision")
    try:
        what(case)
    except Problem as problem:
        if problem.status not in _MEND:
            raise
        return page(case, refused=refusals(problem), typed=_typed(case))
    messages.success(case.request, str(said))
    if asked in _LEAVES:
        return HttpResponseRedirect(reverse("work-queue"))
    return HttpResponseRedirect(reverse("work-application", args=[case.row.id]))


_KEPT: Final = ("do", "action", "reason", "reason_code", "message", "text", "basis", "assignee", "place", "answer_in",
                "hold", "template", *planning.TYPED)  # fmt: skip


def _typed(case: Case) -> dict[str, Any]:
    """Return what was typed and ticked, for the page to show it again."""
    ticked = case.request.POST.getlist("mark")[:_MOST_MARKS]
    marks = {each: {"code": case.text(f"code:{each}", 40), "words": case.text(f"words:{each}", 500)} for each in ticked}
    typed: dict[str, Any] = {name: case.text(name) for name in _KEPT}
    return typed | {"do": typed["do"] or case.text("form", 10), "marks": marks}
