"""What was usual at a service lately: counted by the worker, told from twenty decisions on, promised by nobody."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from services.agencies.models import Holiday
from services.applications.forecasting import _took, count_forecasts, percentile
from services.applications.models import Application
from services.catalogue import shelf
from services.catalogue.models import Forecast, Service
from services.catalogue.operations.forecasts import keep_forecast
from tests.services.applications.api.test_clock import FIVE, deadline, with_questions
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_workflow import submitted

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)


def test_working_days_without_pauses_and_holidays_are_counted_from_completeness_to_the_decision() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        Holiday.objects.create(date="2026-03-17", name="Libur", kind="libur_nasional")
        _app, id = submitted(with_questions(), deadline=FIVE)
        rina = officer()
        take(rina, id, "start_review")
        clock.shift(timedelta(days=1))  # Tuesday the 10th counts
        take(rina, id, "ask")
        clock.shift(timedelta(days=3))  # Friday the 13th, paused until then
        take(rina, id, "go_on")
        clock.shift(timedelta(days=5))  # Wednesday the 18th: the 16th and the 18th count
        take(rina, id, "grant")

        assert count_forecasts(now=datetime(2026, 3, 18, 2, tzinfo=UTC)) == 1
        assert count_forecasts(now=datetime(2026, 3, 18, 3, tzinfo=UTC)) == 0
    kept = Forecast.objects.get()
    assert (kept.sample, kept.median, kept.p90) == (1, 3, 3)
    assert list(_took(Application.objects.values_list("id", "version_id", "submitted_at", "closed_at"))) == [3]


def test_few_say_nothing_and_many_are_told_without_a_promise(client: Client) -> None:
    app, id = submitted("standard-review", deadline=FIVE)
    service = Service.objects.get()
    now = datetime(2026, 3, 9, tzinfo=UTC)

    def told() -> tuple[object, object]:
        shelf._current = None
        return client.get("/api/v1/services/uji/").json()["usual"], deadline(app, id)["usual"]

    keep_forecast(service.pk, sample=19, median=2, p90=6, latest_at=now, now=now)
    assert told() == (None, None)
    keep_forecast(service.pk, sample=20, median=2, p90=6, latest_at=now, now=now)
    of_service, of_application = told()
    assert isinstance(of_service, dict)
    assert isinstance(of_application, dict)
    assert (of_service["median_days"], of_service["p90_days"], of_service["sample"]) == (2, 6, 20)
    assert "bukan janji" in of_service["words"]
    assert "no promise" in of_application["words"]


def test_a_percentile_is_a_day_that_was() -> None:
    assert [percentile(list(range(1, 21)), share) for share in (50, 90)] == [10, 18]
    assert [percentile([1, 9], share) for share in (50, 90)] == [1, 9]
    assert percentile([4], 90) == 4
