"""Pages of what must agree between answers: the checks of a form, each in words, changed one by one."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from services.definitions.editing import Gone, agreement_of, can_be_edited
from services.office.authoring.desk import Content, Desk, on_desk
from services.office.authoring.editing import act, edit
from services.office.authoring.forms.agreements import AgreementForm, can_show, check_at
from services.office.authoring.logic_words import rule_in_words


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def checks(desk: Desk) -> HttpResponse:
    """Show what must agree between answers, with a form for one more; a POST adds it, or removes one."""
    then = reverse("desk-checks", args=[desk.service.slug])
    if desk.request.POST.get("action") == "remove":
        number = desk.request.POST.get("number", "")
        return act(desk, lambda content: _without_check(content, number), then=then)
    content = desk.draft().content
    listed = content.get("form", {}).get("checks", []) if can_be_edited(content) else []
    shown = [_line(each, content, desk.language) for each in listed]
    return edit(desk, lambda data, content: AgreementForm(data, content=content), "checks", then=then, here="checks",
                checks=shown)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def check(desk: Desk) -> HttpResponse:
    """Change one check."""
    number = desk.request.GET.get("nomor", "")

    def make(data: Any, content: Mapping[str, Any]) -> AgreementForm:
        if not number.isdecimal() or len(number) > 3:
            raise Gone(number)
        return AgreementForm(data, content=content, number=int(number))

    return edit(desk, make, "part", then=reverse("desk-checks", args=[desk.service.slug]), here="checks",
                heading=_("Check"))  # fmt: skip


def _line(check: Mapping[str, Any], content: Mapping[str, Any], language: str) -> dict[str, Any]:
    said = agreement_of(check)
    return {
        "message": check.get("message", {}).get(language, ""),
        "rule": rule_in_words(check.get("rule"), content),
        "editable": said is not None and can_show(said, content),
    }


def _without_check(content: Mapping[str, Any], number: str) -> Content:
    if not number.isdecimal() or len(number) > 3:
        raise Gone(number)
    check_at(content, int(number))
    kept = [each for place, each in enumerate(content["form"]["checks"]) if place != int(number)]
    form = {key: value for key, value in content["form"].items() if key != "checks"}
    return dict(content) | {"form": form | ({"checks": kept} if kept else {})}
