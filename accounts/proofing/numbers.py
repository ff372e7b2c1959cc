"""NIK and KK as numbers on paper: their shape, how they are shown, what looks odd about them.

The language of definitions checks the same shape for forms of services, in a layer above this one. Here odd parts
only warn: a NIK keeps the region of its first registration and the birth date of that day, even when wrong.
Nothing is ever inferred from them.
"""

import re
from datetime import date
from typing import Final

_SHAPE: Final = re.compile(r"[0-9]{16}")
_LOWEST_PROVINCE: Final = "11"
_WOMEN: Final = 40  # added to the day of birth (Permendagri 109/2019)


def is_number(text: str) -> bool:
    """Return whether `text` is 16 ASCII digits, the shape of NIK and KK."""
    return bool(_SHAPE.fullmatch(text))


def masked(number: str) -> str:
    """Return a number as it may be shown to whom it belongs and to officers: 6471********0001."""
    return f"{number[:4]}********{number[-4:]}"


def doubts(nik: str, birth_date: date) -> list[str]:
    """Return what is unusual in a NIK: `region`, `birth_date`, `serial`. A reason to look again, no more."""
    found = []
    if nik[:2] < _LOWEST_PROVINCE:
        found.append("region")
    day = int(nik[6:8])
    born = f"{day - _WOMEN if day > _WOMEN else day:02}{nik[8:12]}"
    if born != f"{birth_date:%d%m%y}":
        found.append("birth_date")
    if nik[12:] == "0000":
        found.append("serial")
    return found
