"""Choosing the language of the pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.i18n import set_language

from accounts.operations import update_person


def choose(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie; who is signed in gets notices and mails in it, too."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        update_person(person_id=request.user.id, language=chosen)
    return set_language(request)
