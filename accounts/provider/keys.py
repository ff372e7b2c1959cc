"""The keys that sign what the provider says, and their succession.

Each process keeps the keys for some seconds, so that signing asks the database nothing. A key signs by its date, not by
when a process read it, so that all processes change over at the same moment.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from time import monotonic
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from jwcrypto.common import JWException  # type: ignore[import-untyped]
from jwcrypto.jwk import JWK  # type: ignore[import-untyped]
from jwcrypto.jwt import JWT  # type: ignore[import-untyped]

from accounts.provider.models import SigningKey
from accounts.sealing import Keyring, key_of
from superapp.secrets import rsa_key

__all__ = [
    *("ALGORITHM", "Unverified", "forget_cached", "public_keys", "reseal_signing_keys", "rotate", "sign"),
    *("signing_keys_by_key", "verify"),
]

ALGORITHM: Final = "RS256"
_LOCK: Final = 720_1946


class Unverified(Exception):
    """What was presented is no token that this provider signed, or the key that signed it has left."""


@dataclass(frozen=True, slots=True)
class _Key:
    kid: str
    public: JWK
    private: JWK | None
    signs_from: datetime | None
    leaves_at: datetime | None


def sign(claims: dict[str, Any], *, typ: str = "JWT", now: datetime) -> str:
    """Return `claims` as a signed token whose header names the key."""
    key = _signing(_keys(), now)
    token = JWT(header={"typ": typ, "alg": ALGORITHM, "kid": key.kid}, claims=json.dumps(claims, default=str))
    token.make_signed_token(key.private)
    return str(token.serialize())


def verify(token: str, *, now: datetime) -> dict[str, Any]:
    """Return the claims of a token that this provider signed, with a key that signs now or did.

    Only the signature is checked: an ID token that ran out still says whom it was about.

    :raises Unverified: for anything else.
    """
    try:
        found = JWT(jwt=token, algs=[ALGORITHM], check_claims={})
        kid = found.token.jose_header.get("kid")
        key = next((key for key in _keys(wanted=kid) if key.kid == kid and _is_published(key, now)), None)
        if key is None:
            raise Unverified
        found.validate(key.public)
        claims = json.loads(found.claims)
    except (JWException, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Unverified from error
    if not isinstance(claims, dict):
        raise Unverified
    return claims


def public_keys(*, now: datetime) -> list[dict[str, Any]]:
    """Return the published keys as JWKs (RFC 7517): the next one, the one that signs, those that did."""
    return [
        key.public.export_public(as_dict=True) | {"alg": ALGORITHM, "use": "sig", "kid": key.kid}
        for key in _keys()
        if _is_published(key, now)
    ]


@transaction.atomic
def rotate(*, older_than: timedelta = timedelta(0), at_once: bool = False, now: datetime) -> str | None:
    """Publish the next key if the newest has signed for `older_than`; return its id, or None when none is due.

    It signs after `SIGNING_KEY_NOTICE`, when clients have heard of it; the one before stays published as long as an ID
    token may be brought back as a hint (`ID_TOKEN_HINT_LIFETIME`). `at_once` is for a key that leaked: the next signs
    now, and whatever was signed before is void. Two processes at once: one rotates.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    newest = SigningKey.objects.order_by("-signs_from").first() or _record_first(now)
    if not at_once and newest.signs_from + older_than > now:
        return None
    signs_from = now if at_once else now + settings.SIGNING_KEY_NOTICE
    _retire(signs_from, now, at_once=at_once)
    made = _record(rsa_key(), published_at=now, signs_from=signs_from)
    transaction.on_commit(forget_cached)
    return made.kid


@transaction.atomic
def reseal_signing_keys() -> int:
    """Seal the private parts again that are not under the newest of `OIDC_SEALING_KEYS`. Return how many."""
    ring, done = _ring(), 0
    for row in SigningKey.objects.select_for_update().exclude(sealed="").order_by("pk"):
        if not ring.is_current(row.sealed):
            row.sealed = ring.seal(ring.open(row.sealed, context=_place(row.kid)), context=_place(row.kid))
            row.save(update_fields=["sealed"])
            done += 1
    transaction.on_commit(forget_cached)
    return done


def signing_keys_by_key() -> dict[str, int]:
    """Return how many private parts are sealed under which key: `{key id: keys}`."""
    sealed = SigningKey.objects.exclude(sealed="").values_list("sealed", flat=True)
    return dict(sorted(Counter(key_of(text) for text in sealed).items()))


def forget_cached() -> None:
    """Read the keys anew when next needed, in this process."""
    _Cache.read_at = None


def _retire(signs_from: datetime, now: datetime, *, at_once: bool) -> None:
    """Let the keys before leave in time, drop those that have left, destroy what signs no more."""
    SigningKey.objects.filter(leaves_at__lte=now).delete()
    earlier = SigningKey.objects.order_by("-signs_from")
    if at_once:
        earlier.delete()
        return
    for past in earlier[1:]:
        past.sealed = ""
        past.save(update_fields=["sealed"])
    SigningKey.objects.filter(leaves_at=None).update(leaves_at=signs_from + settings.ID_TOKEN_HINT_LIFETIME)


def _record_first(now: datetime) -> SigningKey:
    """Record the key of the settings, which signs as long as no other was made."""
    return _record(settings.OIDC_PRIVATE_KEY, published_at=now, signs_from=now)


def _record(pem: str, *, published_at: datetime, signs_from: datetime) -> SigningKey:
    key = JWK.from_pem(pem.encode())
    kid = key.thumbprint()
    return SigningKey.objects.create(
        kid=kid,
        public=key.export_public(as_dict=True),
        sealed=_ring().seal(pem.encode(), context=_place(kid)),
        published_at=published_at,
        signs_from=signs_from,
    )


class _Cache:
    keys: tuple[_Key, ...] = ()
    read_at: float | None = None


def _keys(wanted: str | None = None) -> tuple[_Key, ...]:
    """Return the keys, the newest first; read anew after some seconds, or for one not known a moment ago."""
    age = None if _Cache.read_at is None else monotonic() - _Cache.read_at
    unknown = wanted is not None and all(key.kid != wanted for key in _Cache.keys)
    if age is None or age > settings.SIGNING_KEYS_FRESH_SECONDS or (unknown and age > 1.0):
        _Cache.keys = tuple(_read())
        _Cache.read_at = monotonic()
    return _Cache.keys


def _read() -> Iterable[_Key]:
    rows = list(SigningKey.objects.order_by("-signs_from"))
    if not rows:
        key = _of_settings(settings.OIDC_PRIVATE_KEY)
        return [_Key(key.thumbprint(), key, key, None, None)]
    return [
        _Key(row.kid, JWK(**row.public), _opened(row.kid, row.sealed), row.signs_from, row.leaves_at) for row in rows
    ]


def _signing(keys: tuple[_Key, ...], now: datetime) -> _Key:
    """Return the newest key whose time has come."""
    return next(key for key in keys if key.private and (key.signs_from is None or key.signs_from <= now))


def _is_published(key: _Key, now: datetime) -> bool:
    return key.leaves_at is None or key.leaves_at > now


@cache
def _opened(kid: str, sealed: str) -> JWK | None:
    return JWK.from_pem(_ring().open(sealed, context=_place(kid))) if sealed else None


@cache
def _of_settings(pem: str) -> JWK:
    return JWK.from_pem(pem.encode())


def _ring() -> Keyring:
    return Keyring.from_text(settings.OIDC_SEALING_KEYS)


def _place(kid: str) -> str:
    return f"signing key {kid}"
