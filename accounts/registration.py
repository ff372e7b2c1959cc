"""What a client may be registered with."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ValidationError
from jwcrypto.common import JWException  # type: ignore[import-untyped]
from jwcrypto.jwk import JWK  # type: ignore[import-untyped]

from accounts.models import ClientAuthentication
from accounts.redirects import is_loopback, redirect_allowed
from accounts.scopes import SCOPES

__all__ = ["check_addresses", "check_called", "check_credentials", "check_redirects", "default_method"]

_MOST_KEYS: Final = 20
_LEAST_RSA_BYTES: Final = 256
_ANSWERED: Final = frozenset({"code", "state", "iss", "error", "error_description", "error_uri"})


def default_method(*, secret: bool, keys: bool) -> str:
    """Return how a client proves itself that did not say: by its key, else its secret, else not at all."""
    if keys:
        return ClientAuthentication.PRIVATE_KEY
    return ClientAuthentication.SECRET if secret else ClientAuthentication.NONE


def check_redirects(scopes: Sequence[str], uris: Iterable[str]) -> None:
    """Refuse scopes that do not exist and addresses to which no browser may be sent.

    :raises ValidationError: `scopes` or `redirect_uris`.
    """
    if unknown := set(scopes) - SCOPES.keys():
        raise ValidationError({"scopes": f"Unknown: {', '.join(sorted(unknown))}."})
    for uri in uris:
        if not redirect_allowed(uri):
            raise ValidationError(
                {"redirect_uris": f"{uri}: use https, http on a loopback address, or the app's scheme."}
            )
        if not _takes_an_answer(uri):
            raise ValidationError({"redirect_uris": f"{uri}: its query names something twice, or what an answer does."})


def _takes_an_answer(uri: str) -> bool:
    """Return whether no parameter is there twice once an answer is added (RFC 6749, section 3.1)."""
    names = [name for name, _value in parse_qsl(urlsplit(uri).query, keep_blank_values=True)]
    return len(names) == len(set(names)) and _ANSWERED.isdisjoint(names)


def check_credentials(method: str, *, secret: bool, jwks: Any, jwks_uri: str, machine: bool) -> None:
    """Refuse a method of authentication without what it needs, or with what it must not have.

    :raises ValidationError: `auth_method`, `client_secret`, `jwks` or `jwks_uri`.
    """
    if method not in ClientAuthentication.values:
        raise ValidationError({"auth_method": f"Unknown. Choose one of: {', '.join(ClientAuthentication.values)}."})
    if machine and method == ClientAuthentication.NONE:
        raise ValidationError({"client_secret": "A machine needs a secret or a key."})
    if jwks and jwks_uri:
        raise ValidationError({"jwks_uri": "Give the keys or their address, not both (RFC 7591, section 2)."})
    by_key = method == ClientAuthentication.PRIVATE_KEY
    if by_key != bool(jwks or jwks_uri):
        raise ValidationError({"jwks": "Keys go with private_key_jwt, and private_key_jwt with keys."})
    if secret != (method not in {ClientAuthentication.NONE, ClientAuthentication.PRIVATE_KEY}):
        raise ValidationError({"client_secret": f"It does not go with {method}."})
    if jwks:
        check_keys(jwks)


def check_keys(jwks: Any) -> None:
    """Refuse what is no set of public keys that can sign: RSA of 2048 bits or more, or P-256.

    :raises ValidationError: `jwks`.
    """
    keys = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(keys, list) or not 0 < len(keys) <= _MOST_KEYS:
        raise ValidationError({"jwks": f'Give a JWK Set: {{"keys": [...]}} with 1 to {_MOST_KEYS} keys.'})
    for number, key in enumerate(keys, 1):
        if (fault := fault_of(key)) is not None:
            raise ValidationError({"jwks": f"Key {number}: {fault}"})


def fault_of(key: Any) -> str | None:
    """Return why `key` is no public key that a client may sign with, or None."""
    try:
        found = JWK(**key)
        if found.has_private or key.get("kty") == "oct":
            return "keep the private part to yourself; register the public one."
        public = found.get_op_key("verify")
    except (JWException, TypeError, ValueError, KeyError):
        return "it is not a JWK."
    if key.get("kty") == "RSA" and public.key_size >= _LEAST_RSA_BYTES * 8:
        return None
    if key.get("kty") == "EC" and key.get("crv") == "P-256":
        return None
    return "use RSA of 2048 bits or more, or P-256."


def check_addresses(*, resources: Sequence[str], jwks_uri: str, backchannel_logout_uri: str) -> None:
    """Refuse what the provider cannot call, and what names no API.

    :raises ValidationError: `resources`, `jwks_uri` or `backchannel_logout_uri`.
    """
    for field, address in (("jwks_uri", jwks_uri), ("backchannel_logout_uri", backchannel_logout_uri)):
        if address:
            check_called(field, address)
    for resource in resources:
        if not _callable(resource):
            raise ValidationError({"resources": f"{resource}: an https address without a fragment names an API."})


def check_called(field: str, address: str) -> None:
    """Refuse an address that the provider itself would not call.

    :raises ValidationError: `field`.
    """
    if not _callable(address):
        raise ValidationError({field: "Use https, without a fragment (http only on this machine)."})


def _callable(address: str) -> bool:
    return redirect_allowed(address) and (is_loopback(address) or urlsplit(address).scheme == "https")
