"""Numbers of issued documents: one register per agency, kind of document and year, without gaps."""

import re
from datetime import date

from services.documents.models import NumberSequence

DEFAULT_PATTERN = "{seq:05d}/{agency}/{year}"
_PLACEHOLDER = re.compile(r"\{(?P<name>[a-z_]*)(?::0(?P<width>\d)d)?\}")
_ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]


class PatternError(ValueError):
    """A pattern that names what is not there, or counts nothing."""


def next_number(*, agency_code: str, kind: str, pattern: str, on: date) -> str:
    """Return the register's next number, worded by `pattern`.

    Locks the register's row until the caller's transaction ends: rolled back, the number is given to the
    next. A pattern without the year counts on from year to year, so that no number comes twice.

    :raises PatternError: for a pattern that cannot be worded.
    """
    pattern = pattern or DEFAULT_PATTERN
    word_number(pattern, sequence=1, agency_code=agency_code, on=on)
    year = on.year if "{year" in pattern else 0
    register = {"agency_code": agency_code, "kind": kind, "year": year}
    NumberSequence.objects.bulk_create([NumberSequence(**register)], ignore_conflicts=True)
    row = NumberSequence.objects.select_for_update().get(**register)
    row.latest += 1
    row.save(update_fields=["latest"])
    return word_number(pattern, sequence=row.latest, agency_code=agency_code, on=on)


def word_number(pattern: str, *, sequence: int, agency_code: str, on: date) -> str:
    """Return e.g. `00042/AKL/DISDUKCAPIL/2026` for `{seq:05d}/AKL/{agency}/{year}`.

    Placeholders: `seq`, `year`, `month` (two digits), `month_roman`, `agency`. Patterns are written by OPD
    admins, so they are filled in by hand: `str.format` would let them reach into objects.

    :raises PatternError: for another placeholder, a stray brace, or a pattern without `seq`.
    """
    values = {
        "seq": str(sequence),
        "year": str(on.year),
        "month": f"{on.month:02d}",
        "month_roman": _ROMAN[on.month - 1],
        "agency": agency_code,
    }

    def fill(found: re.Match[str]) -> str:
        if found["name"] not in values:
            raise PatternError(f"{pattern!r} names {found['name']!r}; there are {', '.join(values)}.")
        return values[found["name"]].zfill(int(found["width"] or 0))

    worded = _PLACEHOLDER.sub(fill, pattern)
    if "{seq" not in pattern or "{" in worded or "}" in worded:
        raise PatternError(f"{pattern!r} needs {{seq}} and no other braces than placeholders.")
    return worded
