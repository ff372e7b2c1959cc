"""Identifiers of rows that come by the million."""

from os import urandom
from time import time_ns
from typing import Final
from uuid import UUID

_VERSION_AND_VARIANT: Final = 0x7 << 76 | 0b10 << 62
_RANDOM: Final = (1 << 80) - 1 & ~(0xF << 76) & ~(0b11 << 62)


def uuid7() -> UUID:
    """Return a new UUID that begins with the time (RFC 9562, section 5.7); its other 74 bits are random.

    What comes later sorts later, to the millisecond: new rows stand together at an index's end, where a random id (v4)
    would touch, and log, a page anywhere in it. It tells when it was made, so it is for what tells that anyway.
    """
    milliseconds = time_ns() // 1_000_000
    random = int.from_bytes(urandom(10))
    return UUID(int=milliseconds << 80 | random & _RANDOM | _VERSION_AND_VARIANT)
