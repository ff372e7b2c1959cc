"""The clock: by which day the law owes an answer, and why each day counts or not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

_SATURDAY = 5
Why = Literal["start_day", "workday", "calendar_day", "weekend", "holiday", "paused"]


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
class Pause:
    """Days on which the agency waits for somebody else: those after `began_on` up to `ended_on`, None while it lasts.

    The day of asking is the agency's own; that of the reply is like the day of receipt.
    """

    began_on: date
    ended_on: date | None

    def holds(self, day: date) -> bool:
        """Return whether `day` is one of them."""
        return self.began_on < day and (self.ended_on is None or day <= self.ended_on)


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day on the way to the due date. `name` is the holiday's."""

    date: date
    counted: bool
    why: Why
    name: str


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last day for an answer, and every day from receipt to it.

    While the clock stands, `due_on` is None and `left` the days that count once it goes on; `days` end where it was
    stopped.
    """

    due_on: date | None
    days: tuple[DayCount, ...]
    left: int = 0


def due_date(
    rule: Deadline,
    *,
    start: date,
    holidays: Mapping[date, str],
    pauses: Sequence[Pause] = (),
    extensions: Iterable[Deadline] = (),
) -> DueDate:
    """Count `rule`, then each of `extensions`, from the day of receipt, which itself does not count.

    Working days leave out Saturday, Sunday, public holidays and joint leave (cuti bersama): SKB 3 Menteri of the
    year, in `holidays` by date. No day of a pause counts. A service promised within 0 days is due on the day of
    receipt.
    """
    days = [DayCount(start, counted=False, why="start_day", name="")]
    legs = [rule, *extensions]
    stands_after = next((each.began_on for each in pauses if each.ended_on is None), date.max)
    day = start
    for place, leg in enumerate(legs):
        left = leg.days
        while left:
            if day >= stands_after:
                return DueDate(None, tuple(days), left + sum(each.days for each in legs[place + 1 :]))
            day += timedelta(days=1)
            counted = _judge(leg, day, holidays, pauses)
            days.append(counted)
            left -= counted.counted
    return DueDate(day, tuple(days))


def last_day(rule: Deadline, *, start: date, holidays: Mapping[date, str]) -> date:
    """Return the last day of a promise that nothing pauses."""
    due_on = due_date(rule, start=start, holidays=holidays).due_on
    assert due_on is not None  # noqa: S101 - only a pause leaves it open
    return due_on


def working_day(day: date, number: int, holidays: Mapping[date, str]) -> date:
    """Return the working day that is `number` of them after `day`, before it where negative; `day` itself for 0."""
    step, left = timedelta(days=1 if number > 0 else -1), abs(number)
    while left:
        day += step
        left -= is_working(day, holidays)
    return day


def is_working(day: date, holidays: Mapping[date, str]) -> bool:
    """Return whether agencies work on `day`."""
    return day not in holidays and day.weekday() < _SATURDAY


def pauses_in(steps: Iterable[tuple[bool, date]]) -> list[Pause]:
    """Return when the clock stood, by whether it did after each step, and the step's day, in order."""
    found: list[Pause] = []
    since: date | None = None
    for paused, day in steps:
        if paused and since is None:
            since = day
        elif not paused and since is not None:
            found.append(Pause(since, day))
            since = None
    return found if since is None else [*found, Pause(since, None)]


def _judge(rule: Deadline, day: date, holidays: Mapping[date, str], pauses: Sequence[Pause]) -> DayCount:
    if any(each.holds(day) for each in pauses):
        return DayCount(day, counted=False, why="paused", name="")
    if not rule.working:
        return DayCount(day, counted=True, why="calendar_day", name="")
    if day in holidays:
        return DayCount(day, counted=False, why="holiday", name=holidays[day])
    if day.weekday() >= _SATURDAY:
        return DayCount(day, counted=False, why="weekend", name="")
    return DayCount(day, counted=True, why="workday", name="")
