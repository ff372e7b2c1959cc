"""By which day an answer is owed."""

import copy
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.definitions import Deadline, DefinitionError, Pause, due_date, load_content, pauses_in, working_day
from services.definitions.flow import workflow_content
from tests.services.applications.factory import CONTENT

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


LEBARAN_2026 = {
    date(2026, 3, 18): "Cuti bersama Nyepi",
    date(2026, 3, 19): "Nyepi",
    date(2026, 3, 20): "Cuti bersama Idulfitri",
    date(2026, 3, 23): "Cuti bersama Idulfitri",
    date(2026, 3, 24): "Cuti bersama Idulfitri",
}
FIVE = Deadline(5, True, "UU 30/2014 Pasal 53")


@pytest.mark.parametrize(
    ("pauses", "due", "left"),
    [
        # Received on Monday 9 March 2026: 10, 11, 12, 13, 16.
        ([], date(2026, 3, 16), 0),
        # Asked on the 10th, which counts; answered on the 12th, which does not: 10, 13, 16, 17, then over Lebaran 25.
        ([Pause(date(2026, 3, 10), date(2026, 3, 12))], date(2026, 3, 25), 0),
        # Asked and answered on one day: nothing is lost.
        ([Pause(date(2026, 3, 10), date(2026, 3, 10))], date(2026, 3, 16), 0),
        # Asked on the day of receipt, never answered.
        ([Pause(date(2026, 3, 9), None)], None, 5),
        # Two questions: 10, [12], 13, [16], 17, 25, 26.
        (
            [Pause(date(2026, 3, 10), date(2026, 3, 12)), Pause(date(2026, 3, 13), date(2026, 3, 16))],
            date(2026, 3, 26),
            0,
        ),
        # Asked when it was overdue: the date stands.
        ([Pause(date(2026, 3, 17), None)], date(2026, 3, 16), 0),
        # Asked on the last day: that day counted, the date stands.
        ([Pause(date(2026, 3, 16), None)], date(2026, 3, 16), 0),
    ],
)
def test_days_on_which_the_resident_is_waited_for_do_not_count(
    pauses: list[Pause], due: date | None, left: int
) -> None:
    found = due_date(FIVE, start=date(2026, 3, 9), holidays=LEBARAN_2026, pauses=pauses)

    assert (found.due_on, found.left) == (due, left)
    assert sum(day.counted for day in found.days) == 5 - left
    assert all(day.why == "paused" for day in found.days if any(each.holds(day.date) for each in pauses))


def test_over_the_turn_of_the_year_with_a_pause_and_an_extension() -> None:
    holidays = {date(2026, 12, 24): "Cuti bersama", date(2026, 12, 25): "Natal", date(2027, 1, 1): "Tahun Baru"}
    pause = Pause(date(2026, 12, 28), date(2026, 12, 30))

    found = due_date(
        Deadline(3, True, "Uji"),
        start=date(2026, 12, 23),
        holidays=holidays,
        pauses=[pause],
        extensions=[Deadline(2, True, "Pasal 22")],
    )

    # 28; 31 December; 4 January; then the two more: 5, 6.
    assert [day.date for day in found.days if day.counted] == [
        date(2026, 12, 28),
        date(2026, 12, 31),
        date(2027, 1, 4),
        date(2027, 1, 5),
        date(2027, 1, 6),
    ]
    assert found.due_on == date(2027, 1, 6)


def test_pauses_are_read_from_when_the_clock_stood() -> None:
    day = [date(2026, 3, 1) + timedelta(days=each) for each in range(10)]

    steps = [(False, day[1]), (True, day[3]), (True, day[4]), (False, day[6]), (False, day[7]), (True, day[8])]

    assert pauses_in(steps) == [Pause(day[3], day[6]), Pause(day[8], None)]
    assert pauses_in([*steps, (False, day[9])])[-1] == Pause(day[8], day[9])


@given(
    days=st.integers(0, 20),
    working=st.booleans(),
    start=st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    closed=st.sets(st.dates(date(2026, 1, 1), date(2027, 3, 1)), max_size=20),
    spans=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=3),
)
def test_a_pause_never_brings_the_date_forward_and_exactly_the_promised_days_count(
    days: int, working: bool, start: date, closed: set[date], spans: list[tuple[int, int]]
) -> None:
    holidays = dict.fromkeys(closed, "Libur")
    pauses, at = [], start
    for gap, length in spans:
        began = at + timedelta(days=gap)
        at = began + timedelta(days=length)
        pauses.append(Pause(began, at))
    rule = Deadline(days, working, "Uji")

    plain = due_date(rule, start=start, holidays=holidays)
    paused = due_date(rule, start=start, holidays=holidays, pauses=pauses)

    assert plain.due_on is not None
    assert paused.due_on is not None
    assert paused.due_on >= plain.due_on
    assert sum(day.counted for day in paused.days) == days
    assert not any(day.counted for day in paused.days if any(each.holds(day.date) for each in pauses))


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"on_lapse": "escalate", "escalation": {"head": 9}}, "/deadline/escalation/head"),
        ({"on_lapse": "escalate", "escalation": {"officer": 4}}, "/deadline/escalation/officer"),
        ({"escalation": {"remind": 21}}, "/deadline/escalation/remind"),
        ({"escalation": {"boss": 1}}, "/deadline/escalation/boss"),
        ({"on_lapse": "nothing"}, "/deadline/on_lapse"),
    ],
)
def test_steps_out_of_order_or_unknown_are_refused(changes: dict[str, Any], pointer: str) -> None:
    content = copy.deepcopy(CONTENT)
    content["deadline"] |= changes

    with pytest.raises(DefinitionError) as refused:
        load_content(content)

    assert [each.pointer for each in refused.value.faults] == [pointer]


def test_silence_may_not_grant_where_two_states_do() -> None:
    content = copy.deepcopy(CONTENT)
    content["deadline"] |= {"on_lapse": "granted"}
    workflow = copy.deepcopy(dict(workflow_content("standard-review")))
    other = {"label": {"id": "Sebagian", "en": "In part"}, "end": "granted"}
    workflow["states"] |= {"granted_in_part": other}
    step = {"action": "grant_in_part", "label": other["label"], "from": ["in_review"], "to": "granted_in_part"}
    workflow["transitions"].append(step | {"roles": ["officer"]})

    with pytest.raises(DefinitionError, match="2 states do"):
        load_content(content | {"workflow": workflow})


def test_working_days_are_counted_backwards_too() -> None:
    holidays = {date(2026, 1, 1): "Tahun Baru", date(2025, 12, 26): "Cuti bersama", date(2025, 12, 25): "Natal"}

    assert working_day(date(2026, 1, 2), -2, holidays) == date(2025, 12, 30)
    assert working_day(date(2025, 12, 24), 2, holidays) == date(2025, 12, 30)
    assert working_day(date(2025, 12, 27), 0, holidays) == date(2025, 12, 27)
