"""Trying a service's form: what is asked, judged in the browser as the server would; nothing is sent."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from services.agencies.queries import districts
from services.catalogue.shelf import current_shelf
from services.pages.manners import page_language
from services.portal.queries import service_detail


@require_safe
def try_form(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a published service's form to whoever wants to see it before applying."""
    entry, service = current_shelf().entries.get(slug), service_detail(slug, language=page_language())
    if entry is None or service is None:
        raise Http404
    return render(request, "portal/form.html", {"service": service, "shown": shown_of(entry.definition.content)})


def shown_of(content: Any) -> dict[str, Any]:
    """Return what `SuperappForm.mount` takes to show a definition's form, for `json_script`."""
    parts = {name: content[name] for name in ("form", "requirements", "fee") if name in content}
    return {"definition": parts, "today": timezone.localdate().isoformat(), "regions": _regions()}


def _regions() -> list[dict[str, Any]]:
    return [
        {
            "code": district.code,
            "name": district.name,
            "subdistricts": [{"code": each.code, "name": each.name} for each in district.subdistricts.all()],
        }
        for district in districts()
    ]
