"""One application over Lebaran 2026, each date worked out by hand from the calendar that stands here."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from services.agencies.models import Holiday
from services.applications.models import Event
from services.applications.operations.watching import tend_clocks
from services.applications.queries.chain import broken_links
from tests.services.applications.api.test_clock import deadline, platform_staff
from tests.services.applications.api.test_corrections import NIK, ask, send
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import URL
from tests.services.applications.api.test_workflow import submitted
from tests.services.applications.test_new_version import drain_all

pytestmark = pytest.mark.django_db
# SKB 3 Menteri for 2026: Nyepi with its cuti bersama, Idul Fitri with its own, and Good Friday.
CLOSED = {
    "2026-03-18": "cuti_bersama",
    "2026-03-19": "libur_nasional",
    "2026-03-20": "cuti_bersama",
    "2026-03-21": "libur_nasional",
    "2026-03-22": "libur_nasional",
    "2026-03-23": "cuti_bersama",
    "2026-03-24": "cuti_bersama",
    "2026-04-03": "libur_nasional",
}
FIVE = {"working_days": 5, "from": "complete", "basis": "UU 30/2014 Pasal 53", "on_lapse": "escalate"}
MONDAY = datetime(2026, 3, 16, 1, 0, tzinfo=UTC)  # nine in the morning; the week in which all closes


def at(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, 1, 0, tzinfo=UTC)


def counted(app: Any, id: str) -> list[str]:
    return [each["date"][5:] for each in deadline(app, id)["days"] if each["counted"]]


def tended() -> dict[str, int]:
    drain_all()
    return tend_clocks(now=timezone.now())


def test_over_lebaran_with_a_correction_and_a_day_that_a_decree_closes_late() -> None:
    for closed, kind in CLOSED.items():
        Holiday.objects.create(date=closed, name="Libur", kind=kind)
    with time_machine.travel(MONDAY, tick=False) as clock:
        app, id = submitted("standard-review", deadline=FIVE)
        rina = officer()
        # The day of receipt does not count; the 18th to the 24th are closed, the 28th and 29th a weekend.
        assert counted(app, id) == ["03-17", "03-25", "03-26", "03-27", "03-30"]
        assert app.get(f"{URL}{id}/").json()["due_on"] == "2026-03-30"

        clock.move_to(at(17))  # a decree closes the Wednesday after, too
        body = {"name": "Cuti bersama", "kind": "cuti_bersama", "basis": "SKB 7/2026"}
        staff = platform_staff()
        assert (
            staff.put("/api/v1/office/holidays/2026-03-25/", body, content_type="application/json").status_code == 201
        )
        drain_all(timedelta(minutes=5))
        assert counted(app, id) == ["03-17", "03-26", "03-27", "03-30", "03-31"]
        assert app.get(f"{URL}{id}/").json()["due_on"] == "2026-03-31"
        moved = Event.objects.get(type="deadline_moved").data
        assert (moved["before"], moved["due_on"]) == ("2026-03-30", "2026-03-31")

        take(rina, id, "start_review")
        assert ask(rina, id, NIK).status_code == 201
        assert app.get(f"{URL}{id}/").json()["due_on"] is None
        clock.move_to(at(26))  # answered on the first day that is open
        assert send(app, id, note="NIK saya benar.").status_code == 200
        # The 17th counted before the question, the 26th stood still.
        assert counted(app, id) == ["03-17", "03-27", "03-30", "03-31", "04-01"]

        told = {}
        for day, month in ((27, 3), (29, 3), (30, 3), (1, 4), (2, 4), (6, 4), (7, 4), (8, 4), (9, 4)):
            clock.move_to(at(day, month))
            told[f"{month:02}-{day:02}"] = tended()

    # Two working days before 1 April; one, three and five after it, of which the 3rd, 4th and 5th are closed.
    assert {day: [*what] for day, what in told.items() if what} == {
        "03-30": ["reminded"],
        "04-02": ["escalated_officer"],
        "04-07": ["escalated_head"],
        "04-09": ["escalated_inspectorate"],
    }
    assert list(broken_links()) == []
