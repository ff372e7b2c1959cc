"""What is contested, or was opened again, is kept: until nobody can object any more, and warned of anew."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from services.agencies.models import Holiday
from services.applications.models import Application
from services.applications.operations.retention import tend_retention
from services.applications.queries.chain import broken_links
from services.notifications.models import Notice
from tests.services.applications.api.test_objections import (
    DAY,
    MONDAY,
    decide,
    filed,
    filed_draft,
    head,
    may,
    rejected,
    reopen,
)
from tests.services.applications.api.test_office import take
from tests.services.applications.api.test_submit import URL
from tests.services.applications.test_new_version import drain_all

pytestmark = pytest.mark.django_db
MONTH = {"retention": {"months": 1}}
OVER_ON = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)  # a month after MONDAY, on which it was rejected


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def tend() -> dict[str, int]:
    drain_all()
    done = tend_retention(now=timezone.now())
    drain_all()
    return done


def stands(id: str) -> bool:
    return Application.objects.get(id=id).erased_at is None


def test_as_long_as_an_appeal_is_open_what_was_decided_first_stands(clock: Any) -> None:
    app, id, _rina = rejected(**MONTH)
    objection = filed(app, id)
    clock.shift(7 * DAY)
    decide(head(), objection, "refuse")
    clock.shift(7 * DAY)
    appeal = filed(app, objection)
    tend()
    clock.move_to(OVER_ON + 60 * DAY)  # the tenth of the working days is long over; nobody decided
    tend()
    clock.shift(31 * DAY)
    tend()

    assert (stands(id), stands(objection), stands(appeal)) == (True, True, True)
    assert decide(head("dewi@example.org"), appeal, "uphold").status_code == 200
    drain_all()
    assert app.get(f"{URL}{id}/").json()["state"] == "in_review"
    assert list(broken_links()) == []


def test_as_long_as_it_may_be_objected_to_it_stands(clock: Any) -> None:
    for day in range(9, 14):
        Holiday.objects.create(date=date(2026, 11, day), name="Cuti bersama", kind="cuti_bersama")
    app, id, _rina = rejected(**MONTH)
    assert may(app, id)["until"] == "2026-12-08"
    filed_draft(app, id)  # begun, which alone does not keep it
    clock.move_to(datetime(2026, 12, 8, 2, 0, tzinfo=UTC))
    assert tend() == {"warned": 0, "erased": 0}

    clock.shift(DAY)
    assert tend() == {"warned": 1, "erased": 0}
    clock.shift(30 * DAY)
    assert tend() == {"warned": 0, "erased": 1}


def test_what_was_opened_again_is_warned_of_anew_when_it_ends_again(clock: Any) -> None:
    app, id, rina = rejected(**MONTH)
    clock.move_to(OVER_ON)  # nobody objected within 21 working days
    assert tend() == {"warned": 1, "erased": 0}
    assert reopen(rina, id, reason="Keliru.").status_code == 200
    clock.shift(60 * DAY)
    assert tend() == {"warned": 0, "erased": 0}
    assert take(head("dewi@example.org"), id, "grant").status_code == 200
    drain_all()
    assert app.get(f"{URL}{id}/document/").status_code == 200

    assert tend() == {"warned": 1, "erased": 0}
    assert Notice.objects.filter(kind="retention.near").count() == 2
    clock.shift(timedelta(days=29))
    assert tend() == {"warned": 0, "erased": 0}
    clock.shift(timedelta(days=2))
    assert tend() == {"warned": 0, "erased": 1}
