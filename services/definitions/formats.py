"""Formats of the country: NIK, family card number, phone, region code."""

import re
from collections.abc import Callable
from datetime import date

_NIK = re.compile(r"[0-9]{16}")
_PHONE = re.compile(r"(\+62|0)[2-9][0-9]{6,11}")
_REGION = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")


def is_nik(text: str) -> bool:
    """Return whether `text` is shaped as a NIK: region, date of birth (day + 40 for women), serial number.

    Source: Perpres 96/2018 with Permendagri 109/2019: 16 digits, 6 region, 6 ddmmyy, 4 serial.
    """
    if not isinstance(text, str) or not _NIK.fullmatch(text) or text[:2] < "11" or text[12:] == "0000":
        return False
    day = int(text[6:8])
    return _is_day(day - 40 if day > 40 else day, int(text[8:10]))


def is_family_card(text: str) -> bool:
    """Return whether `text` is shaped as a family card number (KK): 16 digits, region, date of issue, serial."""
    return (
        isinstance(text, str)
        and bool(_NIK.fullmatch(text))
        and text[:2] >= "11"
        and text[12:] != "0000"
        and _is_day(int(text[6:8]), int(text[8:10]))
    )


def is_phone(text: str) -> bool:
    """Return whether `text` is an Indonesian phone number, as `+62...` or `0...`, without blanks."""
    return isinstance(text, str) and bool(_PHONE.fullmatch(text))


def is_region(text: str) -> bool:
    """Return whether `text` is shaped as a region code of the Ministry of Home Affairs, such as 64.71.01.1001."""
    return isinstance(text, str) and bool(_REGION.fullmatch(text))


def _is_day(day: int, month: int) -> bool:
    try:
        date(2000, month, day)  # a leap year: the century is not in the number
    except ValueError:
        return False
    return True


FORMATS: dict[str, Callable[[str], bool]] = {
    "nik": is_nik,
    "kk": is_family_card,
    "phone": is_phone,
    "region": is_region,
}
STANDARD_FORMATS = frozenset({"date", "date-time", "time", "email", "uri", "uuid"})
