"""Trying a service's form: what is asked, judged in the browser as the server would; nothing is sent."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from services.catalogue.shelf import current_shelf
from services.pages.forms import shown_of
from services.pages.manners import page_language
from services.portal.queries import service_detail


@require_safe
def try_form(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a published service's form to whoever wants to see it before applying."""
    entry, service = current_shelf().entries.get(slug), service_detail(slug, language=page_language())
    if entry is None or service is None:
        raise Http404
    return render(request, "portal/form.html", {"service": service, "shown": shown_of(entry.definition.content)})
