"""`applications/{id}/access-log/`: the resident sees who read the file, what of it, when and why."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.privacy.models import DataAccess
from tests.problems import fields, problem
from tests.services.applications.api.test_corrections import ask
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def app() -> Client:
    publish_service()
    return signed_in(resident(), "applications", "account")


def log(app: Client, id: str, query: str = "") -> Any:
    return app.get(f"{URL}{id}/access-log/{query}")


def test_each_reading_is_there_with_who_and_why(app: Client) -> None:
    id, other = ready(app), ready(app)
    file = app.get(f"{URL}{id}/").json()["files"][0]["id"]
    for each in (id, other):
        submit(app, each)
    rina = officer()
    take(rina, id, "start_review")
    rina.get(f"{OFFICE}{id}/?reason=Pemohon%20menelepon%20loket")
    rina.get(f"{OFFICE}{id}/files/{file}/")
    rina.get(f"{OFFICE}{id}/timeline/")
    ask(rina, id)
    rina.get(f"{OFFICE}{other}/")

    lines = log(app, id).json()["results"]

    assert [(each["what"], each["why"]) for each in lines[::-1]] == [
        ("decision", "Layanan uji: Diajukan"),
        ("application", "Pemohon menelepon loket"),
        ("file", "Layanan uji: Sedang diperiksa"),
        ("timeline", "Layanan uji: Sedang diperiksa"),
        ("decision", "Layanan uji: Sedang diperiksa"),
    ]
    assert {(each["reader"]["name"], each["reader"]["role"], each["application"]) for each in lines} == {
        ("Rina", "officer", id)
    }
    first = log(app, id, "?limit=2").json()
    assert app.get(first["next"]).json()["results"] == lines[2:4]
    assert app.get(app.get(first["next"]).json()["previous"]).json()["results"] == lines[:2]


def test_a_stranger_sees_none_and_a_reason_is_short(app: Client) -> None:
    submit(app, id := ready(app))
    budi = signed_in(resident("budi@example.org"), "applications")

    assert problem(log(budi, id)) == (404, "not_found")
    assert problem(log(app, str(uuid4()))) == (404, "not_found")
    refused = officer().get(f"{OFFICE}{id}/?reason={'x' * 301}")
    assert (problem(refused), fields(refused)) == ((400, "invalid"), {"/reason": "max_length"})
    assert DataAccess.objects.count() == 0
    assert log(app, id).json() == {"next": None, "previous": None, "results": []}
