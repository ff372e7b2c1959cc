"""`GET bundles/`: a person's own, latest first, each with how its applications stand."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from services.applications.models import Application
from tests.problems import problem
from tests.services.applications.api.test_bundles import ALL, BUNDLES, ids, opened, submit
from tests.services.applications.api.test_bundles import fill_in as filled
from tests.services.applications.api.test_on_behalf import acting_by, child_of
from tests.services.applications.api.test_submit import URL
from tests.services.applications.factory import resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city() -> None:
    call_command("load_city", verbosity=0)
    call_command("sync_catalogue", verbosity=0)


@pytest.fixture
def siti() -> Client:
    return signed_in(resident(), "applications")


def listed(app: Client, query: str = "") -> list[Any]:
    answer = app.get(f"{BUNDLES}{query}")
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])


def test_mine_stand_there_with_how_each_application_stands(siti: Client) -> None:
    bundle = opened(siti)
    filled(siti, bundle)
    submit(siti, bundle["id"])

    (line,) = listed(siti)

    assert (line["id"], line["life_event"], line["title"]) == (bundle["id"], "kelahiran", "Anak lahir")
    first, waiting, *_ = line["applications"]
    assert [each["service"]["slug"] for each in line["applications"]] == ALL
    assert first["number"].startswith("BPN-")
    assert (first["state"], first["due_on"]) == ("submitted", str(Application.objects.get(id=first["id"]).due_on))
    assert waiting["waits_for"] == {
        "service": "akta-kelahiran",
        "title": "Kutipan Akta Kelahiran",
        "why": "Kartu identitas anak memerlukan nomor akta kelahiran.",
        "in_vain": False,
    }
    assert "answers" not in line
    full = siti.get(f"{BUNDLES}{bundle['id']}/").json()
    together = zip(line["applications"], full["applications"], strict=True)
    assert [each | {"problems": whole["problems"]} for each, whole in together] == full["applications"]


def test_pages_lead_through_and_back_latest_first(siti: Client) -> None:
    begun = [opened(siti)["id"] for _ in range(5)][::-1]

    first = siti.get(f"{BUNDLES}?limit=2").json()
    second = siti.get(first["next"]).json()
    third = siti.get(second["next"]).json()
    back = siti.get(second["previous"]).json()

    pages = [[each["id"] for each in page["results"]] for page in (first, second, third)]
    assert pages == [begun[:2], begun[2:4], begun[4:]]
    assert (first["previous"], third["next"]) == (None, None)
    assert [each["id"] for each in back["results"]] == begun[:2]
    assert back["previous"] is None


@pytest.mark.parametrize(("query", "told"), [("?cursor=x", "invalid_cursor"), ("?limit=0", "invalid_limit")])
def test_a_parameter_that_is_none_is_refused(siti: Client, query: str, told: str) -> None:
    assert problem(siti.get(f"{BUNDLES}{query}")) == (400, told)


def test_nobody_sees_anothers(siti: Client) -> None:
    opened(siti)

    assert listed(signed_in(resident("budi@example.org"), "applications")) == []
    assert siti.get(BUNDLES, headers={"Authorization": ""}).status_code == 401
    assert problem(signed_in(resident("ani@example.org"), "notifications").get(BUNDLES))[0] == 403


def test_who_has_it_gets_no_body_until_it_changes(siti: Client) -> None:
    bundle = opened(siti)
    etag = siti.get(BUNDLES).headers["ETag"]
    assert siti.get(BUNDLES, headers={"If-None-Match": etag}).status_code == 304

    siti.delete(f"{URL}{ids(bundle)['kunjungan-bayi']}/", headers={"If-Match": "*"})

    assert siti.get(BUNDLES, headers={"If-None-Match": etag}).status_code == 200


def test_one_whose_drafts_were_all_thrown_away_is_not_shown(siti: Client) -> None:
    kept, emptied = opened(siti), opened(siti)
    for id in ids(emptied).values():
        siti.delete(f"{URL}{id}/", headers={"If-Match": "*"})

    assert [each["id"] for each in listed(siti)] == [kept["id"]]


def test_who_acts_by_a_mandate_sees_what_it_reaches_and_nothing_of_the_rest() -> None:
    mother = resident()
    mandate = child_of(mother)
    acting = acting_by(mandate)
    birth, visits = opened(acting), opened(acting, services=["kunjungan-bayi"])
    assert [each["id"] for each in listed(acting)] == [visits["id"], birth["id"]]
    assert listed(signed_in(mother, "applications")) == []  # they are the child's

    type(mandate).objects.update(services=["akta-kelahiran"])

    (line,) = listed(acting)
    assert (line["id"], list(ids(line))) == (birth["id"], ["akta-kelahiran"])


def test_it_costs_the_same_however_many_there_are(
    siti: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    opened(siti)
    listed(siti)

    with django_assert_num_queries(4):  # token, bundles, which applications, how these stand
        listed(siti)
    for _ in range(4):
        opened(siti)
    with django_assert_num_queries(4):
        listed(siti)
