"""How long what was submitted is kept, and what becomes of it then."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Retention:
    """Kept for `months` from the end of the application; then without the person, or not at all."""

    months: int
    then: Literal["anonymise", "destroy"] = "anonymise"
    basis: str = ""

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Retention":
        """Read a definition's `retention`."""
        return cls(**content)

    def over_on(self, closed_on: date) -> date:
        """Return the day on which the time of an application that ended on `closed_on` is over."""
        return months_after(closed_on, self.months)


def months_after(day: date, months: int) -> date:
    """Return the day so many months later: the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
