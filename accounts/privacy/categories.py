"""Kinds of personal data, as a notice of a breach names them (UU 27/2022, art. 46(2))."""

from collections.abc import Iterable, Mapping
from typing import Final

# In the order in which a notice tells them.
CATEGORIES: Final[Mapping[str, Mapping[str, str]]] = {
    "name": {"id": "nama", "en": "name"},
    "email": {"id": "alamat email", "en": "e-mail address"},
    "phone": {"id": "nomor telepon", "en": "phone number"},
    "identity": {"id": "data kependudukan", "en": "civil registration data"},
    "account": {"id": "data akun: bahasa dan tingkat pembuktian", "en": "account data: language and level of proof"},
    "applications": {
        "id": "permohonan layanan, berkas dan dokumennya",
        "en": "applications for services, their files and documents",
    },
    "notices": {"id": "pemberitahuan", "en": "notices"},
    "sign_ins": {
        "id": "kapan, dari perangkat dan alamat internet mana Anda masuk",
        "en": "when, and from which device and internet address, you signed in",
    },
}
_ACCOUNT: Final = frozenset({"name", "email", "phone", "account"})
_OF_SCOPE: Final[Mapping[str, frozenset[str]]] = {
    "openid": frozenset({"sign_ins"}),
    "profile": frozenset({"name", "account"}),
    "email": frozenset({"email"}),
    "phone": frozenset({"phone"}),
    "account": _ACCOUNT | {"sign_ins"},
    "applications": frozenset({"applications"}),
    "notifications": frozenset({"notices"}),
}
_OF_CLAIM: Final[Mapping[str, str]] = {
    "name": "name",
    "email": "email",
    "email_verified": "email",
    "phone_number": "phone",
    "phone_number_verified": "phone",
}


def of_scopes(scopes: Iterable[str]) -> set[str]:
    """Return what tokens of these scopes can read of their own person."""
    return {category for scope in scopes for category in _OF_SCOPE.get(scope, ())}


def of_claims(claims: Iterable[str]) -> set[str]:
    """Return what was told with these claims (OpenID Core, section 5.1)."""
    return {_OF_CLAIM.get(claim, "account") for claim in claims}


def of_reading(what: str) -> set[str]:
    """Return what staff saw who read `what` (`DataAccess.what`)."""
    if what == "account":
        return set(_ACCOUNT)
    return {what} if what in CATEGORIES else {"applications"}


def in_words(categories: Iterable[str], language: str) -> str:
    """Return the categories in words, in their order."""
    held = set(categories)
    return ", ".join(words[language] for code, words in CATEGORIES.items() if code in held)
