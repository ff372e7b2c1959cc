"""What a client demands of a sign-in before it gets a code: a fresh proof, a person, a level of assurance."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, cast

from django.http import HttpRequest
from oauthlib.oauth2.rfc6749.errors import CustomOAuth2Error, InvalidRequestError, OAuth2Error
from oauthlib.openid.connect.core.exceptions import InteractionRequired, LoginRequired

from accounts.models import Assurance, RelyingParty, User
from accounts.provider.keys import Unverified, verify
from accounts.provider.subjects import subject_of
from accounts.sign_in.models import SignIn

_SESSION_KEY: Final = "demanded"
_KEPT: Final = 5


@dataclass(frozen=True, slots=True)
class Step:
    """What to do first: refuse (`error`), or send the browser to prove (`proof`) or raise (`identity`) who they are."""

    error: OAuth2Error | None = None
    proof: bool = False
    identity: bool = False


@dataclass(frozen=True, slots=True)
class Demands:
    """What one authorization request demands. `name` is alike for the same request, so that a return is known."""

    name: str
    silent: bool
    fresh: bool
    max_age: int | None
    hint: str
    sub: str | None
    acr: tuple[str, ...]
    acr_essential: bool = field(default=False)


def read(request: HttpRequest, claims: dict[str, Any]) -> Demands:
    """Return what a valid request demands. `claims` is its `claims` parameter (OpenID Core, section 5.5)."""
    prompt = request.GET.get("prompt", "").split()
    asked = claims.get("id_token") or {}
    acr, sub = asked.get("acr") or {}, (asked.get("sub") or {}).get("value")
    named = acr.get("values") or ([acr["value"]] if "value" in acr else [])
    age = request.GET.get("max_age", "")
    return Demands(
        name=hashlib.sha256(request.GET.urlencode().encode()).hexdigest()[:16],
        silent="none" in prompt,
        fresh="login" in prompt,
        max_age=int(age) if age else None,
        hint=request.GET.get("id_token_hint", ""),
        sub=sub,
        acr=tuple(named or request.GET.get("acr_values", "").split()),
        acr_essential=bool(named and acr.get("essential")),
    )


def next_step(
    demands: Demands, *, request: HttpRequest, client: RelyingParty, sign_in: SignIn, now: datetime
) -> Step | None:
    """Return what has to happen before the code, or None.

    Whoever is sent away is remembered in the session by the request, so that on return a proof given since counts, and
    a step-up that was declined is not asked for again: nothing loops.
    """
    user = cast(User, request.user)
    if error := _another_person(demands, user=user, client=client, now=now):
        return Step(error=error)
    if not _is_fresh(demands, request=request, sign_in=sign_in, now=now):
        return Step(error=LoginRequired()) if demands.silent else Step(proof=True)
    return _assurance(demands, request=request, user=user)


def remember(request: HttpRequest, demands: Demands, what: str, *, now: datetime) -> None:
    """Remember that this request sent the browser away now, for `proof` or `identity`; the last five are kept."""
    kept = dict(request.session.get(_SESSION_KEY, {}))
    kept.setdefault(f"{what}:{demands.name}", now.isoformat())
    request.session[_SESSION_KEY] = dict(list(kept.items())[-_KEPT:])


def forget(request: HttpRequest, demands: Demands) -> None:
    """Forget a request that was answered: the same one later is demanded anew."""
    kept = request.session.get(_SESSION_KEY)
    if kept and (gone := [key for key in kept if key.endswith(f":{demands.name}")]):
        request.session[_SESSION_KEY] = {key: at for key, at in kept.items() if key not in gone}


def _sent_at(request: HttpRequest, demands: Demands, what: str) -> datetime | None:
    at = request.session.get(_SESSION_KEY, {}).get(f"{what}:{demands.name}")
    return datetime.fromisoformat(at) if at else None


def _is_fresh(demands: Demands, *, request: HttpRequest, sign_in: SignIn, now: datetime) -> bool:
    too_old = demands.max_age is not None and now - sign_in.proved_at > timedelta(seconds=demands.max_age)
    if not demands.fresh and not too_old:
        return True
    sent_at = _sent_at(request, demands, "proof")
    return sent_at is not None and sign_in.proved_at >= sent_at


def _another_person(demands: Demands, *, user: User, client: RelyingParty, now: datetime) -> OAuth2Error | None:
    """Return an error when the client means somebody else than is signed in (OpenID Core, section 3.1.2.1)."""
    here = subject_of(user.pk, client)
    if demands.sub is not None and demands.sub != here:
        return LoginRequired()
    if not demands.hint:
        return None
    try:
        hinted = verify(demands.hint, now=now)
    except Unverified:
        return InvalidRequestError(description="id_token_hint was not issued here.")
    return None if hinted.get("sub") == here else LoginRequired()


def _assurance(demands: Demands, *, request: HttpRequest, user: User) -> Step | None:
    known = [value for value in demands.acr if value in Assurance.values]
    if not demands.acr or any(Assurance(user.assurance).covers(value) for value in known):
        return None
    if known and not demands.silent and _sent_at(request, demands, "identity") is None:
        return Step(identity=True)
    if not demands.acr_essential:
        return None
    if demands.silent and known:
        return Step(error=InteractionRequired())
    return Step(error=CustomOAuth2Error(error="unmet_authentication_requirements"))
