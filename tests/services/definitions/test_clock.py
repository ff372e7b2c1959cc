"""By which day an answer is owed."""

from datetime import date

import pytest

from services.definitions import Deadline, due_date

HOLIDAYS = {date(2026, 3, 20): "Cuti bersama", date(2026, 3, 23): "Idulfitri"}


@pytest.mark.parametrize(
    ("days", "working", "start", "due"),
    [
        (1, True, date(2026, 3, 16), date(2026, 3, 17)),
        (1, True, date(2026, 3, 19), date(2026, 3, 24)),
        (3, True, date(2026, 3, 21), date(2026, 3, 26)),
        (0, True, date(2026, 3, 21), date(2026, 3, 21)),
        (10, False, date(2026, 3, 16), date(2026, 3, 26)),
        (1, False, date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_the_day_of_receipt_does_not_count_and_days_off_do_not(
    days: int, working: bool, start: date, due: date
) -> None:
    found = due_date(Deadline(days, working, "Uji"), start=start, holidays=HOLIDAYS)

    assert found.due_on == due == found.days[-1].date
    assert sum(day.counted for day in found.days) == days
    assert [day.date for day in found.days] == [
        date.fromordinal(start.toordinal() + each) for each in range(len(found.days))
    ]


def test_each_day_says_why() -> None:
    found = due_date(Deadline(1, True, "Uji"), start=date(2026, 3, 19), holidays=HOLIDAYS)

    assert [(day.why, day.name) for day in found.days] == [
        ("start_day", ""),
        ("holiday", "Cuti bersama"),
        ("weekend", ""),
        ("weekend", ""),
        ("holiday", "Idulfitri"),
        ("workday", ""),
    ]
