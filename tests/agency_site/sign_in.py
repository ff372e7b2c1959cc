"""mozilla-django-oidc, with what it leaves to the site: issuer, audience and person by `sub`, tokens that are kept."""

from typing import Any
from urllib.parse import urlencode

import jwt
import requests
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView

from tests.agency_site.models import LocalSession


class CityBackend(OIDCAuthenticationBackend):
    """Knows a person by `sub`: e-mail addresses change, and not everybody has one."""

    def verify_claims(self, claims: dict[str, Any]) -> bool:
        return bool(claims.get("sub")) and claims["sub"] == self.id_claims["sub"]

    def filter_users_by_claims(self, claims: dict[str, Any]) -> Any:
        return User.objects.filter(username=claims["sub"])

    def create_user(self, claims: dict[str, Any]) -> User:
        return User.objects.create_user(claims["sub"], first_name=claims.get("name", "")[:150])

    def verify_token(self, token: str, **kwargs: Any) -> Any:
        """Check signature and nonce (the library), then issuer and audience, which the library does not."""
        if "nonce" in settings.FAULTS:
            kwargs["nonce"] = jwt.decode(token, options={"verify_signature": False}).get("nonce")
        claims = super().verify_token(token, **kwargs)
        audience = claims.get("aud")
        if claims.get("iss") != settings.ISSUER:
            raise SuspiciousOperation("The ID token is of another issuer.")
        if settings.OIDC_RP_CLIENT_ID not in (audience if isinstance(audience, list) else [audience]):
            raise SuspiciousOperation("The ID token is for another client.")
        self.id_claims = claims
        return claims

    def get_token(self, payload: dict[str, Any]) -> Any:
        self.tokens = super().get_token(payload)
        return self.tokens

    def store_tokens(self, access_token: str, id_token: str) -> None:
        super().store_tokens(access_token, id_token)
        self.request.session["refresh_token"] = self.tokens.get("refresh_token")
        self.request.session["claims"] = self.id_claims


class Callback(OIDCAuthenticationCallbackView):
    """Remembers which sign-in at the city a session belongs to, so that it can be ended from there."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.GET.get("iss", settings.ISSUER) != settings.ISSUER:  # RFC 9207: the library does not look
            return HttpResponseBadRequest("The answer is of another issuer.")
        if "state" in settings.FAULTS and (states := request.session.get("oidc_states")):
            request.GET = request.GET.copy()
            request.GET["state"] = next(iter(states))
        return super().get(request)

    def login_success(self) -> HttpResponse:
        response = super().login_success()
        session, claims = self.request.session, self.request.session["claims"]
        session.save()
        LocalSession.objects.update_or_create(
            session_key=session.session_key, defaults={"sub": claims["sub"], "sid": claims.get("sid", "")}
        )
        return response


def renew(session: Any) -> None:
    """Exchange the session's refresh token for new tokens."""
    tokens = CityBackend().get_token(
        {
            "grant_type": "refresh_token",
            "refresh_token": session["refresh_token"],
            "client_id": settings.OIDC_RP_CLIENT_ID,
            "client_secret": settings.OIDC_RP_CLIENT_SECRET,
        }
    )
    session["refresh_token"], session["oidc_access_token"] = tokens["refresh_token"], tokens["access_token"]


def revoke(session: Any) -> int:
    """Give the session's refresh token back (RFC 7009); return the status of the answer."""
    answer = requests.post(
        f"{settings.ISSUER}/revoke_token/",
        data={"token": session["refresh_token"], "token_type_hint": "refresh_token"},
        auth=(settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET),
        timeout=settings.OIDC_TIMEOUT,
    )
    return answer.status_code


def logout_address(request: HttpRequest) -> str:
    """Return where the browser signs out at the city, too (RP-Initiated Logout)."""
    query = {
        "id_token_hint": request.session["oidc_id_token"],
        "post_logout_redirect_uri": f"{settings.AGENCY_SITE}/keluar/selesai/",
    }
    return f"{settings.ISSUER}/logout/?{urlencode(query)}"
