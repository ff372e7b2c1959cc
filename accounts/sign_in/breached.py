"""Passwords that thieves try first are refused, wherever else they are strong enough.

Three looks, the cheap ones first: words that everybody here would think of; a list that ships with the product
(`data/breached-passwords.bin`, made by `manage.py build_breached_passwords`); and, where an installation names
one, a service that speaks the range protocol of Pwned Passwords, which is told five letters of a hash and never
the password (k-anonymity).
"""

import hashlib
import logging
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from superapp.http.outgoing import Unreachable, call

logger = logging.getLogger(__name__)

SHIPPED: Final = Path(__file__).parent / "data" / "breached-passwords.bin"
SHORTEST: Final = 10
# Of SHA-256. With a hundred thousand entries, one good password in ten million is refused by mistake.
_DIGEST_BYTES = 5
_SERVICE_SECONDS = 1.5
# What people here begin a password with, before they add a number.
_NEAR_AT_HAND = frozenset(
    {
        *("admin", "administrator", "alhamdulillah", "anakku", "balikpapan", "balikpapanku", "bapak", "beruang"),
        *("bismillah", "borneo", "cintaku", "cintakamu", "dukcapil", "indonesia", "indonesiaku", "indonesiaraya"),
        *("jakarta", "jayapura", "kalimantan", "kalimantantimur", "kaltim", "katasandi", "keluarga", "keluargaku"),
        *("kotabalikpapan", "layanan", "layanankota", "manuntung", "merdeka", "nusantara", "password", "passwordku"),
        *("pegawai", "pemkot", "pemkotbalikpapan", "penajam", "rahasia", "rahasiaku", "rahasiabanget", "samarinda"),
        *("sandiku", "sayang", "sayangku", "sayangkamu", "selamatdatang", "semangat", "superapp", "surabaya", "warga"),
    }
)
_MOST_ADDED = 6


class NotBreached:
    """Refuses a password that is near at hand, on the shipped list, or known to the service."""

    def validate(self, password: str, user: Any = None) -> None:
        """Do nothing for a password that nobody would try first.

        :raises ValidationError: (`password_breached`) for one that somebody would.
        """
        if _near_at_hand(password) or is_listed(password) or _known_to_service(password):
            raise ValidationError(
                _("This password is on lists that thieves try first. Choose another one."), code="password_breached"
            )

    def get_help_text(self) -> str:
        """Return what the form tells beforehand."""
        return _("It must not be one that has become known through thefts elsewhere.")


def is_listed(password: str) -> bool:
    """Return whether the shipped list has this password, whatever its capitals."""
    listed = _shipped()
    wanted = _digest(password)
    place = bisect_left(range(len(listed) // _DIGEST_BYTES), wanted, key=lambda at: _entry(listed, at))
    return _entry(listed, place) == wanted


def compact(passwords: Iterable[str]) -> bytes:
    """Return the list of these passwords as the product ships it: sorted digests, without those too short
    to be chosen at all.
    """
    return b"".join(sorted({_digest(each) for each in passwords if len(_plain(each)) >= SHORTEST}))


@cache
def _shipped() -> bytes:
    return SHIPPED.read_bytes()


def _entry(listed: bytes, at: int) -> bytes:
    return listed[at * _DIGEST_BYTES : (at + 1) * _DIGEST_BYTES]


def _digest(password: str) -> bytes:
    return hashlib.sha256(_plain(password).encode()).digest()[:_DIGEST_BYTES]


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password).casefold()


def _near_at_hand(password: str) -> bool:
    """Return whether this is a word that everybody thinks of, with a few signs before or behind it."""
    letters = "".join(each for each in _plain(password) if each.isalpha())
    return letters in _NEAR_AT_HAND and len(password) - len(letters) <= _MOST_ADDED


def _known_to_service(password: str) -> bool:
    """Return whether the service knows this password; a service that does not answer knows nothing."""
    if not settings.PWNED_PASSWORDS_URL:
        return False
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    try:
        answer = call(
            "GET",
            f"{settings.PWNED_PASSWORDS_URL}/range/{digest[:5]}",
            seconds=_SERVICE_SECONDS,
            headers={"Add-Padding": "true", "User-Agent": "superapp-balikpapan"},
        )
    except Unreachable as error:
        logger.warning("The service of breached passwords does not answer: %s", error)
        return False
    if answer.status != 200:
        logger.warning("The service of breached passwords answers %s", answer.status)
        return False
    # Each line is the rest of a hash and a count; a count of 0 is padding.
    for line in answer.body.decode("ascii", "replace").splitlines():
        rest, _colon, count = line.partition(":")
        if rest.strip().upper() == digest[5:]:
            return count.strip() != "0"
    return False
