"""OpenID Connect Back-Channel Logout 1.0: the city says that a sign-in ended, and our sessions of it end."""

import time
from typing import Any

import jwt
import requests
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tests.agency_site.models import LocalSession, SeenLogout

EVENT = "http://schemas.openid.net/event/backchannel-logout"
FRESH_SECONDS = 300


class Refused(Exception):
    """The logout token is not one of the city's, for us, now, for the first time."""


@csrf_exempt
@require_POST
def backchannel_logout(request: HttpRequest) -> HttpResponse:
    """End the sessions that a logout token names (section 2.5); 400 for a token that section 2.6 refuses."""
    if "backchannel" in settings.FAULTS:
        return HttpResponse(headers={"Cache-Control": "no-store"})
    try:
        claims = validated(request.POST.get("logout_token", ""))
        with transaction.atomic():
            SeenLogout.objects.create(jti=claims["jti"])
            _end(claims)
    except (Refused, jwt.PyJWTError, IntegrityError) as error:
        body = {"error": "invalid_request", "error_description": str(error)}
        return JsonResponse(body, status=400, headers={"Cache-Control": "no-store"})
    return HttpResponse(headers={"Cache-Control": "no-store"})


def validated(token: str) -> dict[str, Any]:
    """Return the claims of a logout token (section 2.6).

    :raises Refused: when they are not those of one.
    :raises jwt.PyJWTError: when it is not signed by the city for us, or expired.
    """
    kid = jwt.get_unverified_header(token).get("kid")
    known = requests.get(settings.OIDC_OP_JWKS_ENDPOINT, timeout=10).json()["keys"]
    key = next((each for each in known if each["kid"] == kid), None)
    if key is None:
        raise Refused("unknown key")
    claims = jwt.decode(
        token,
        jwt.PyJWK(key),
        algorithms=["RS256"],
        issuer=settings.ISSUER,
        audience=settings.OIDC_RP_CLIENT_ID,
        options={"require": ["iss", "aud", "iat", "exp", "jti", "events"]},
        leeway=30,
    )
    if EVENT not in claims["events"] or "nonce" in claims or not (claims.get("sid") or claims.get("sub")):
        raise Refused("not a logout token")
    if abs(time.time() - claims["iat"]) > FRESH_SECONDS:
        raise Refused("too old")
    return claims


def _end(claims: dict[str, Any]) -> None:
    theirs = {name: claims[name] for name in ("sid", "sub") if claims.get(name)}
    found = LocalSession.objects.filter(**theirs)
    Session.objects.filter(session_key__in=list(found.values_list("session_key", flat=True))).delete()
    found.delete()
