"""`applications/`: mine, by page; the lean path tells what its serializer would."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from services.applications.api.serializers import MyLine, OfficeApplicationOut, SubmittedOut
from tests.problems import fields, problem
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import member, publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
URL = "/api/v1/applications/"


@pytest.fixture
def app() -> Client:
    publish_service()
    return signed_in(resident(), "applications")


def as_serialized(serializer: type, told: Any) -> Any:
    """Return what the ordinary serializer makes of the same values, read back from what was told."""
    import orjson

    return orjson.loads(orjson.dumps(dict(serializer(told).data), default=str))


def test_pages_lead_through_all_and_back(app: Client) -> None:
    ids = [ready(app, files=False) for _ in range(5)][::-1]

    first = app.get(f"{URL}?limit=2").json()
    second = app.get(first["next"]).json()
    third = app.get(second["next"]).json()

    assert [line["id"] for page in (first, second, third) for line in page["results"]] == ids
    assert (first["previous"], third["next"]) == (None, None)
    assert app.get(third["previous"]).json()["results"] == second["results"]
    assert app.get(second["previous"]).json()["results"] == first["results"]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=-1", "limit="])
def test_a_limit_that_is_none_is_named(app: Client, query: str) -> None:
    answer = app.get(f"{URL}?{query}")

    assert (problem(answer), fields(answer)) == ((400, "invalid_limit"), {"/limit": "invalid_limit"})


def test_a_cursor_that_is_none_is_named(app: Client) -> None:
    for cursor in ("x", "WyJhIl0", "WyJhZnRlciIsICJ4IiwgInkiXQ"):
        assert problem(app.get(f"{URL}?cursor={cursor}")) == (400, "invalid_cursor")


def test_a_list_costs_one_query_beside_the_token_however_long(
    app: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(6):
        ready(app, files=False)
    app.get(URL)

    with django_assert_num_queries(2):
        assert len(app.get(URL).json()["results"]) == 6


def test_the_lean_list_is_what_the_serializer_would_tell(app: Client) -> None:
    submit(app, ready(app))
    ready(app, files=False)

    for line in app.get(URL).json()["results"]:
        assert as_serialized(MyLine, line) == line
        assert list(as_serialized(MyLine, line)) == list(line)


def test_the_lean_detail_is_what_the_serializer_would_tell(app: Client) -> None:
    id = ready(app)
    submitted = submit(app, id).json()

    assert as_serialized(SubmittedOut, submitted) == submitted
    rina = signed_in(member("rina@example.org", "officer"), "office")
    told = rina.get(f"/api/v1/office/applications/{id}/").json()
    assert as_serialized(OfficeApplicationOut, told) == told


def test_the_list_says_304_to_who_has_it(app: Client) -> None:
    ready(app, files=False)
    etag = app.get(URL).headers["ETag"]

    assert app.get(URL, headers={"If-None-Match": etag}).status_code == 304
    ready(app, files=False)
    assert app.get(URL, headers={"If-None-Match": etag}).status_code == 200
