"""How a client proves who it is: by its secret, or by an assertion that it signed (RFC 7523, OpenID Core section 9)."""

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Any, Final
from urllib.parse import unquote_plus

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from jwcrypto.common import JWException, base64url_decode  # type: ignore[import-untyped]
from jwcrypto.jwk import JWK  # type: ignore[import-untyped]
from jwcrypto.jws import JWS  # type: ignore[import-untyped]
from oauth2_provider.oauth2_validators import OAuth2Validator

from accounts.models import ClientAuthentication, RelyingParty
from accounts.provider.models import UsedAssertion
from accounts.registration import fault_of
from superapp.http.batches import delete_in_batches
from superapp.http.outgoing import Unreachable, call

__all__ = ["ASSERTION_ALGORITHMS", "ProvenClients", "forget_used_assertions"]

ASSERTION_ALGORITHMS: Final = ("RS256", "PS256", "ES256")
_ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_TYPES: Final = frozenset({None, "JWT", "client-authentication+jwt"})
_LONGEST: Final = 8192
_LONGEST_LIFE: Final = timedelta(minutes=5)
_SKEW: Final = timedelta(seconds=30)
_KEYS_FRESH_SECONDS: Final = 600.0
_REFETCH_SECONDS: Final = 30.0
_FAILED_SECONDS: Final = 120.0
_WAIT_SECONDS: Final = 2.0

_Credentials = tuple[str, Any, str]


class ProvenClients(OAuth2Validator):  # type: ignore[misc]  # the library is not typed
    """Takes from each client the proof that it is registered with, and no other; never two at once."""

    def client_authentication_required(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Return whether the client must prove itself: when it tries to, or is no app on a person's device."""
        return bool(_presented(request)) or bool(super().client_authentication_required(request, *args, **kwargs))

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Return whether the client proved itself in its own way. Sets `request.client`."""
        presented = _presented(request)
        if len(presented) != 1:
            return False
        method, client_id, proof = presented[0]
        if method == ClientAuthentication.PRIVATE_KEY:
            claims = _read(proof)
            issuer = claims.get("iss")
            if not isinstance(issuer, str) or client_id not in (None, "", issuer):
                return False
            client_id = issuer
        client = self._load_application(client_id, request) if client_id else None
        if client is None or not _registered_for(client, method):
            return False
        if method == ClientAuthentication.PRIVATE_KEY:
            return _assertion_holds(client, proof, timezone.now())
        return _is_secret_of(client, proof, timezone.now())


def forget_used_assertions(*, now: datetime) -> int:
    """Forget the assertions that would be refused for their age. Return how many."""
    return delete_in_batches(UsedAssertion.objects.filter(expires_at__lt=now - _SKEW))


def _presented(request: Any) -> list[_Credentials]:
    """Return each proof in the request, with its method and the client that it names, if any."""
    client_id = getattr(request, "client_id", None)
    found: list[_Credentials] = []
    header = str(request.headers.get("HTTP_AUTHORIZATION") or "")
    if header[:6].lower() == "basic ":
        named, secret = _basic(header[6:])
        found.append((ClientAuthentication.BASIC, named, secret))
    if given := getattr(request, "client_secret", None):
        found.append((ClientAuthentication.POST, client_id, given))
    if assertion := getattr(request, "client_assertion", None):
        right = getattr(request, "client_assertion_type", None) == _ASSERTION_TYPE
        found.append((ClientAuthentication.PRIVATE_KEY, client_id, assertion if right else ""))
    return found


def _basic(encoded: str) -> tuple[str | None, str]:
    """Return client and secret of a header, each form-encoded (RFC 6749, section 2.3.1); no client if malformed."""
    try:
        name, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return None, ""
    return (unquote_plus(name), unquote_plus(secret)) if colon else (None, "")


def _registered_for(client: RelyingParty, method: str) -> bool:
    registered = client.token_endpoint_auth_method
    if registered == ClientAuthentication.SECRET:
        return method in {ClientAuthentication.BASIC, ClientAuthentication.POST}
    return bool(registered == method)


def _is_secret_of(client: RelyingParty, secret: str, now: datetime) -> bool:
    """Return whether `secret` is the client's, or the one before while that is still valid."""
    if client.client_secret and check_password(secret, client.client_secret):
        return True
    until = client.earlier_secret_until
    return until is not None and until > now and check_password(secret, client.earlier_secret)


def _assertion_holds(client: RelyingParty, assertion: str, now: datetime) -> bool:
    """Return whether the client signed this, for us, just now, and it was not used before."""
    try:
        header = json.loads(base64url_decode(assertion.split(".")[0]))
        if header.get("alg") not in ASSERTION_ALGORITHMS or header.get("typ") not in _TYPES or "crit" in header:
            return False
        if not any(_verifies(key, assertion) for key in _keys_of(client, header.get("kid"))):
            return False
    except (ValueError, AttributeError, RecursionError):
        return False
    claims = _read(assertion)
    if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id or not _is_for_us(claims):
        return False
    expires_at, jti = _time(claims.get("exp")), claims.get("jti")
    begins = [_time(claims[name]) for name in ("iat", "nbf") if name in claims]
    if expires_at is None or not now - _SKEW < expires_at <= now + _LONGEST_LIFE + _SKEW or not isinstance(jti, str):
        return False
    if not jti or any(begin is None or begin > now + _SKEW for begin in begins):
        return False
    return _use(client, jti, expires_at)


def _read(assertion: str) -> dict[str, Any]:
    """Return the claims of an assertion, not yet verified; none of what is no JWT."""
    parts = assertion.split(".")
    if len(assertion) > _LONGEST or len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64url_decode(parts[1]))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _is_for_us(claims: dict[str, Any]) -> bool:
    """Return whether the assertion is meant for this provider alone.

    The issuer is what RFC 9700 advises as `aud`; the token endpoint is taken as well, since libraries send it.
    """
    issuer = settings.OAUTH2_PROVIDER["OIDC_ISS_ENDPOINT"]
    audience = claims.get("aud")
    if isinstance(audience, list) and len(audience) == 1:
        audience = audience[0]
    return audience in (issuer, f"{issuer}/token/")


def _time(seconds: Any) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < 1e11:
        return None
    return datetime.fromtimestamp(seconds, tz=timezone.get_current_timezone())


def _use(client: RelyingParty, jti: str, expires_at: datetime) -> bool:
    """Record the use; False when it was used, also by a request at the same moment."""
    digest = hashlib.sha256(jti.encode(errors="surrogatepass")).hexdigest()
    try:
        with transaction.atomic():
            UsedAssertion.objects.create(client=client, jti=digest, expires_at=expires_at)
    except IntegrityError:
        return False
    return True


def _verifies(key: dict[str, Any], assertion: str) -> bool:
    if fault_of(key) is not None:
        return False
    try:
        signed = JWS()
        signed.allowed_algs = list(ASSERTION_ALGORITHMS)
        signed.deserialize(assertion, JWK(**key))
    except (JWException, ValueError, TypeError):
        return False
    return True


def _keys_of(client: RelyingParty, kid: Any) -> list[dict[str, Any]]:
    """Return the client's public keys that an assertion naming `kid` may be signed with."""
    if client.jwks:
        return _named(client.jwks["keys"], kid)
    found = _named(_published(client.jwks_uri, _KEYS_FRESH_SECONDS), kid)
    return found or _named(_published(client.jwks_uri, _REFETCH_SECONDS), kid)


def _named(keys: Iterable[dict[str, Any]], kid: Any) -> list[dict[str, Any]]:
    return [key for key in keys if kid is None or key.get("kid") in (None, kid)]


@dataclass(slots=True)
class _Known:
    """What was last read at an address, and when (seconds of the monotonic clock)."""

    keys: list[dict[str, Any]] = field(default_factory=list)
    read_at: float = float("-inf")
    failed_at: float = float("-inf")
    fetching: Lock = field(default_factory=Lock)

    def is_settled(self, fresh_seconds: float) -> bool:
        """Return whether there is nothing to ask now: it was read just now, or failed a while ago."""
        now = monotonic()
        return now - self.read_at < fresh_seconds or now - self.failed_at < _FAILED_SECONDS


_fetched: dict[str, _Known] = {}


def _published(address: str, fresh_seconds: float) -> list[dict[str, Any]]:
    """Return the keys at `address`, read at most `fresh_seconds` ago; the ones read before if it does not answer.

    While one request asks the server, the others of its clients go on with the keys known so far. Before any are known,
    as after a start, they wait for that answer. A server that failed is left alone for some time, so that one that
    hangs holds up few.
    """
    known = _fetched.setdefault(address, _Known())
    if known.is_settled(fresh_seconds):
        return known.keys
    if not known.fetching.acquire(timeout=_WAIT_SECONDS if known.read_at < 0 else 0):
        return known.keys
    if known.is_settled(fresh_seconds):  # by the request that was waited for
        known.fetching.release()
        return known.keys
    try:
        known.keys, known.read_at = _fetch(address), monotonic()
    except (Unreachable, ValueError, RecursionError):
        known.failed_at = monotonic()  # an outage at the client's does not lock it out while its keys are known
    finally:
        known.fetching.release()
    return known.keys


def _fetch(address: str) -> list[dict[str, Any]]:
    """Return the keys that `address` answers with.

    :raises Unreachable: when it does not answer in time.
    :raises ValueError: when that is no JWK Set.
    """
    answer = call("GET", address, seconds=_WAIT_SECONDS, headers={"Accept": "application/json"})
    told = json.loads(answer.body) if answer.status == 200 else None
    if not isinstance(told, dict) or not isinstance(told.get("keys"), list):
        raise ValueError("no JWK Set")
    return [key for key in told["keys"][:20] if isinstance(key, dict)]
