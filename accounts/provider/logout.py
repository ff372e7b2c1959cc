"""Signing out at a client's request (OpenID RP-Initiated Logout 1.0): of this browser, and of nothing else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import View
from oauth2_provider.exceptions import (
    ClientIdMissmatch,
    InvalidIDTokenError,
    InvalidOIDCClientError,
    InvalidOIDCRedirectURIError,
    OIDCError,
)
from oauth2_provider.forms import ConfirmLogoutForm
from oauth2_provider.http import OAuth2ResponseRedirect
from oauthlib.common import add_params_to_uri

from accounts.models import ClientState, RelyingParty
from accounts.provider.keys import Unverified, verify
from accounts.provider.manners import ISSUER, ForPeople
from accounts.redirects import is_loopback
from accounts.sign_in.models import Ending
from accounts.sign_in.operations import end
from accounts.sign_in.queries import current_id

_TEMPLATE = "oauth2_provider/logout_confirm.html"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A sign-out as a client asks for it, checked."""

    client: RelyingParty | None
    sid: str | None
    goes_to: str
    state: str


@method_decorator(never_cache, name="dispatch")
class LogoutView(ForPeople, View):
    """Ends the sign-in of this browser; every client on it hears of that, other devices stay signed in.

    The person is asked, unless an ID token of this very sign-in shows that the client knows it.
    """

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a client's request."""
        return self._answer_to(request, request.GET, confirmed=False)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Answer our own form."""
        if not request.POST.get("allow"):
            return HttpResponseRedirect("/")
        return self._answer_to(request, request.POST, confirmed=True)

    def _answer_to(self, request: HttpRequest, given: QueryDict, *, confirmed: bool) -> HttpResponseBase:
        now = timezone.now()
        try:
            asked = _read(given, now)
        except OIDCError as error:
            return render(request, _TEMPLATE, {"error": error}, status=400)
        if request.user.is_authenticated:
            if not confirmed and not _is_of(current_id(request), asked):
                return self._ask(request, given, asked)
            _sign_out(request, request.user.pk, asked, now)
        return _onward(asked)

    def _ask(self, request: HttpRequest, given: QueryDict, asked: _Asked) -> HttpResponse:
        form = ConfirmLogoutForm(initial=given.dict())
        return render(request, _TEMPLATE, {"form": form, "application": asked.client})


def _read(given: QueryDict, now: datetime) -> _Asked:
    """Return what is asked.

    :raises OIDCError: for a hint that is no ID token of ours, a client that is not there any more or not the hint's, or
        an address that this client has not registered to the letter.
    """
    client_id, claims = given.get("client_id", ""), {}
    if hint := given.get("id_token_hint", ""):
        claims = _claims(hint, now)
        if client_id not in ("", claims["aud"]):
            raise ClientIdMissmatch
        client_id = claims["aud"]
    open_ones = RelyingParty.objects.exclude(state=ClientState.CLOSED)
    client = open_ones.filter(client_id=client_id).first() if client_id else None
    if client_id and client is None:
        raise InvalidOIDCClientError
    goes_to = given.get("post_logout_redirect_uri", "")
    if goes_to and client is None:
        raise InvalidOIDCClientError
    if goes_to and client is not None and not _registered(goes_to, client):
        raise InvalidOIDCRedirectURIError("This client does not have this redirect uri registered.")
    return _Asked(client, claims.get("sid"), goes_to, given.get("state", ""))


def _claims(hint: str, now: datetime) -> dict[str, Any]:
    """Return the claims of an ID token that this provider signed, be it expired; what is older is a stranger's.

    :raises InvalidIDTokenError: for anything else, a logout token among them.
    """
    try:
        claims = verify(hint, now=now)
    except Unverified as error:
        raise InvalidIDTokenError from error
    issued_at = claims.get("iat")
    if claims.get("iss") != ISSUER or not isinstance(claims.get("aud"), str) or "events" in claims:
        raise InvalidIDTokenError
    if not isinstance(issued_at, int) or issued_at < (now - settings.ID_TOKEN_HINT_LIFETIME).timestamp():
        raise InvalidIDTokenError
    return claims


def _registered(uri: str, client: RelyingParty) -> bool:
    """Return whether the client registered `uri`: to the letter, but for the port on a loopback address."""
    if uri in client.post_logout_redirect_uris.split():
        return True
    return is_loopback(uri) and bool(client.post_logout_redirect_uri_allowed(uri))


def _is_of(sign_in: UUID | None, asked: _Asked) -> bool:
    return sign_in is not None and asked.sid == str(sign_in)


@transaction.atomic
def _sign_out(request: HttpRequest, person_id: UUID, asked: _Asked, now: datetime) -> None:
    sign_in = current_id(request)
    ending = Ending.CLIENT if asked.client else Ending.PERSON
    if sign_in is not None:
        end(person_id=person_id, sign_in_id=sign_in, ending=ending, now=now)
    logout(request)


def _onward(asked: _Asked) -> HttpResponseBase:
    if not asked.goes_to or asked.client is None:
        return HttpResponseRedirect("/")
    url = add_params_to_uri(asked.goes_to, [("state", asked.state)]) if asked.state else asked.goes_to
    return OAuth2ResponseRedirect(url, asked.client.get_allowed_schemes())  # type: ignore[no-any-return]
