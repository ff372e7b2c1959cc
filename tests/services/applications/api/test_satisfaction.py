"""The survey of satisfaction: asked once it is decided, answered by its applicant, told of many at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from services.agencies.models import Agency
from services.applications.models import Application, SatisfactionCount
from services.applications.operations.satisfaction import rate
from services.applications.skm import ELEMENTS, index_of
from services.catalogue.models import Service
from services.notifications.models import Notice
from tests.at_once import at_once
from tests.problems import fields, problem
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import URL
from tests.services.applications.api.test_workflow import submitted
from tests.services.applications.factory import resident
from tests.services.applications.test_new_version import drain_all
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
PUBLIC = "/api/v1/agencies/disdukcapil/satisfaction/"
GOOD = dict.fromkeys(ELEMENTS, 3)


def decided() -> tuple[Client, str]:
    app, id = submitted("standard-review")
    rina = officer()
    take(rina, id, "start_review")
    take(rina, id, "grant")
    return app, id


def put(app: Client, id: str, scores: Any, words: str = "") -> Any:
    body = {"scores": scores, "words": words}
    return app.put(f"{URL}{id}/satisfaction/", body, content_type="application/json")


def test_it_opens_with_the_decision_is_asked_for_once_and_counts_once_however_often_it_is_sent() -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        app, id = submitted("standard-review")
        before = app.get(f"{URL}{id}/satisfaction/").json()
        assert (before["open_until"], len(before["questions"])) == (None, 9)
        assert problem(put(app, id, GOOD)) == (409, "satisfaction_closed")
        rina = officer()
        take(rina, id, "start_review")
        take(rina, id, "grant")
        drain_all()
        asked = [each for each in Notice.objects.values_list("body", flat=True) if "nine short questions" in each["en"]]
        assert len(asked) == 1

        first, again = put(app, id, GOOD, "Cepat"), put(app, id, GOOD | {"time": 4}, "Cepat sekali")
        assert (first.status_code, again.status_code) == (201, 200)
        told = app.get(f"{URL}{id}/satisfaction/").json()
        assert (told["scores"]["time"], told["words"], told["open_until"][:10]) == (4, "Cepat sekali", "2026-03-23")
        sums = dict(SatisfactionCount.objects.values_list("element", "total"))
        assert sums == GOOD | {"time": 4}
        assert set(SatisfactionCount.objects.values_list("respondents", flat=True)) == {1}

        clock.shift(timedelta(days=15))
        assert problem(put(app, id, GOOD)) == (409, "satisfaction_closed")
    assert sums == dict(SatisfactionCount.objects.values_list("element", "total"))


def test_a_score_that_is_none_is_named_and_anothers_application_is_not_there() -> None:
    app, id = decided()

    assert fields(put(app, id, {key: 3 for key in ELEMENTS if key != "cost"} | {"time": 5})) == {
        "/scores/cost": "required",
        "/scores/time": "max_value",
    }
    other = signed_in(resident("budi@example.org"), "applications")
    assert problem(other.get(f"{URL}{id}/satisfaction/")) == (404, "not_found")
    assert problem(put(other, id, GOOD)) == (404, "not_found")
    assert not SatisfactionCount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_once_it_counts_once() -> None:
    _app, id = decided()
    now = timezone.now()

    found = at_once(*[lambda: rate(application_id=id, scores=GOOD, words="", now=now)] * 3)  # type: ignore[arg-type]

    assert sorted(first for _answer, first in found) == [False, False, True]
    assert set(SatisfactionCount.objects.values_list("respondents", "total")) == {(1, 3)}


def test_everybody_reads_only_what_ten_answers_of_finished_months_add_up_to(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with time_machine.travel(datetime(2026, 5, 20, tzinfo=UTC), tick=False):
        _app, id = decided()
        agency, service = Agency.objects.get(code="DISDUKCAPIL"), Service.objects.get(slug="uji")
        # January 6 and February 5 are told together; March's 4 wait; May is not over.
        for month, respondents, score in ((1, 6, 4), (2, 5, 3), (3, 4, 1), (5, 50, 1)):
            for element in ELEMENTS:
                SatisfactionCount.objects.create(
                    agency=agency, service=service, month=datetime(2026, month, 1, tzinfo=UTC).date(), element=element,
                    respondents=respondents, total=respondents * score,
                )  # fmt: skip
        with django_assert_num_queries(2):
            told = client.get(PUBLIC).json()

    assert (told["respondents"], told["index"], told["grade"]) == (11, 88.64, "A")  # 39 / 11 x 25
    assert told["services"][0] == {
        "service": "uji",
        **{key: told[key] for key in ("respondents", "index", "grade", "method", "elements")},
    }
    # An answer of 28 February may be changed until 14 March; whoever compared two readings would see by how much.
    for day, seen in ((14, None), (15, 11)):
        with time_machine.travel(datetime(2026, 3, day, tzinfo=UTC), tick=False):
            assert client.get(f"{PUBLIC}?year=2026").json()["respondents"] == seen
    assert client.get(f"{PUBLIC}?year=2025").json()["index"] is None
    assert problem(client.get(f"{PUBLIC}?year=x"))[0] == 400
    assert problem(client.get("/api/v1/agencies/nobody/satisfaction/")) == (404, "not_found")
    assert Application.objects.get(id=id).end == "granted"


@pytest.mark.parametrize(
    ("sums", "respondents", "index", "grade"),
    [
        (dict.fromkeys(ELEMENTS, 400), 100, 100.0, "A"),
        (dict.fromkeys(ELEMENTS, 100), 100, 25.0, "D"),
        # With the printed weight of 0.11 this would be 88.0, a B.
        (dict.fromkeys(ELEMENTS, 355) | {"cost": 360}, 100, 88.89, "A"),
        (dict.fromkeys(ELEMENTS, 35324), 10000, 88.31, "A"),
        (dict.fromkeys(ELEMENTS, 35322), 10000, 88.31, "A"),  # 88.305: rounded before it is graded
        (dict.fromkeys(ELEMENTS, 35321), 10000, 88.3, "B"),
        (dict.fromkeys(ELEMENTS, 30644), 10000, 76.61, "B"),
        (dict.fromkeys(ELEMENTS, 26), 10, 65.0, "C"),
        (dict.fromkeys(ELEMENTS, 25), 10, 62.5, "D"),
    ],
)
def test_the_index_is_the_regulations(sums: dict[str, int], respondents: int, index: float, grade: str) -> None:
    found = index_of(sums, respondents)

    assert (found["index"], found["grade"]) == (index, grade)
