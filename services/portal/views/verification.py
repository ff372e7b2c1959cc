"""Is this document genuine? For anybody who holds it."""

from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from services.documents.codes import read_code
from services.documents.queries import verify as verify_document
from services.pages.manners import page_language, told_as_page
from superapp.http.problems import Problem, localized
from superapp.http.throttling import Throttle

_MOST_LETTERS = 60


@require_safe
def verify_form(request: HttpRequest) -> HttpResponse:
    """Ask for a code; lead to what it says."""
    typed = request.GET.get("code", "").replace("/", "").strip()[:_MOST_LETTERS]
    if typed:
        return redirect("verify", code=read_code(typed) or typed)
    return render(request, "portal/verify_form.html", {"empty": "code" in request.GET})


@require_safe
@never_cache
@told_as_page
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether the document with this code is genuine and still holds, and the facts that it may tell."""
    _count(request)
    found = verify_document(code, timezone.now())
    if found is None:
        unread = read_code(code) is None
        return render(request, "portal/verify_unknown.html", {"code": code, "mistyped": unread}, status=404)
    language = page_language()
    shown = {
        "document": found,
        "title": localized(found.title, language),
        "facts": [(localized(label, language), value) for label, value in found.facts],
    }
    return render(request, "portal/verify.html", shown)


def _count(request: HttpRequest) -> None:
    """Count this look-up with those of the API: codes are not for guessing.

    :raises Problem: 429.
    """
    throttle = Throttle()
    if throttle.allow_request(request, SimpleNamespace(throttle_scope="verify")):
        return
    detail = {
        "id": "Terlalu banyak pemeriksaan dari alamat Anda. Coba lagi sebentar.",
        "en": "Too many checks from your address. Try again in a moment.",
    }
    headers = {"Retry-After": str(int(throttle.wait()))}
    raise Problem(status=429, code="throttled", detail=detail, headers=headers)
