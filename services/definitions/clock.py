"""The clock: by which day the law owes an answer, and why each day counts or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

_SATURDAY = 5
Why = Literal["start_day", "workday", "calendar_day", "weekend", "holiday"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A promise: so many working days, or calendar days, from the day after a complete application was received."""

    days: int
    working: bool
    basis: str

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Deadline":
        """Read a definition's `deadline`."""
        working = "working_days" in content
        return cls(content["working_days" if working else "calendar_days"], working, content.get("basis", ""))


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day on the way to the due date. `name` is the holiday's."""

    date: date
    counted: bool
    why: Why
    name: str


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last day for an answer, and every day from receipt to it."""

    due_on: date
    days: tuple[DayCount, ...]


def due_date(rule: Deadline, *, start: date, holidays: Mapping[date, str]) -> DueDate:
    """Count `rule` from the day of receipt, which itself does not count.

    Working days leave out Saturday, Sunday, public holidays and joint leave (cuti bersama): SKB 3 Menteri of the
    year, in `holidays` by date. A service promised within 0 days is due on the day of receipt.
    """
    days = [DayCount(start, counted=False, why="start_day", name="")]
    left, day = rule.days, start
    while left:
        day += timedelta(days=1)
        counted = _judge(rule, day, holidays)
        days.append(counted)
        left -= counted.counted
    return DueDate(day, tuple(days))


def _judge(rule: Deadline, day: date, holidays: Mapping[date, str]) -> DayCount:
    if not rule.working:
        return DayCount(day, counted=True, why="calendar_day", name="")
    if day in holidays:
        return DayCount(day, counted=False, why="holiday", name=holidays[day])
    if day.weekday() >= _SATURDAY:
        return DayCount(day, counted=False, why="weekend", name="")
    return DayCount(day, counted=True, why="workday", name="")
