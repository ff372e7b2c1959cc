"""The site's pages: who am I, what needs a sign-in, signing out; and what the city's provider calls."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import include, path
from django.views.decorators.http import require_POST, require_safe

from tests.agency_site.logout import backchannel_logout
from tests.agency_site.sign_in import renew, revoke


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say who is signed in, by which `sub` and with which `acr`."""
    claims = request.session.get("claims", {}) if request.user.is_authenticated else {}
    return render(request, "home.html", {"agency": settings.AGENCY_NAME, "claims": claims})


@require_safe
@login_required
def letters(request: HttpRequest) -> HttpResponse:
    """Show something that only who signed in may see."""
    return render(request, "letters.html", {"agency": settings.AGENCY_NAME})


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a sign-in from outside (OpenID Connect Core, section 4); only the city's provider may ask."""
    if request.GET.get("iss", settings.ISSUER) != settings.ISSUER:
        return HttpResponse(status=400)
    return redirect("oidc_authentication_init")


@require_safe
def session(request: HttpRequest) -> HttpResponse:
    """Answer 200 to who is signed in, 401 to others."""
    if not request.user.is_authenticated:
        return JsonResponse({"signed_in": False}, status=401)
    return JsonResponse({"signed_in": True, "claims": request.session["claims"]})


@require_POST
@login_required
def renewed(request: HttpRequest) -> HttpResponse:
    renew(request.session)
    return redirect("home")


@require_POST
@login_required
def given_back(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=revoke(request.session))


@require_safe
def signed_out(request: HttpRequest) -> HttpResponseRedirect:
    return redirect("home")


urlpatterns = [
    path("", home, name="home"),
    path("surat/", letters),
    path("masuk/", begin),
    path("sesi/", session),
    path("perbarui/", renewed),
    path("cabut/", given_back),
    path("keluar/selesai/", signed_out),
    path("keluar/kanal-belakang/", backchannel_logout),
    path("oidc/", include("mozilla_django_oidc.urls")),
]
