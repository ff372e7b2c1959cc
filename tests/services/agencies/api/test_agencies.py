import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from services.agencies.models import Agency, Membership
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city() -> None:
    call_command("load_city", verbosity=0)


def test_a_stranger_sees_all_agencies_and_how_sure_we_are(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        answer = client.get("/api/v1/agencies/")

    page = answer.json()
    assert answer.status_code == 200
    assert (page["next"], page["previous"], len(page["results"])) == (None, None, 36)
    names = [each["name"] for each in page["results"]]
    assert names == sorted(names)
    found = next(each for each in page["results"] if each["code"] == "DISDUKCAPIL")
    assert set(found) == {"code", "name", "kind", "aliases", "confidence", "source"}
    assert found["confidence"] == "seen"


def test_who_has_the_list_is_not_sent_it_again(client: Client) -> None:
    first = client.get("/api/v1/agencies/")

    again = client.get("/api/v1/agencies/", headers={"If-None-Match": first["ETag"]})
    Agency.objects.filter(code="DPMPTSP").update(name="Renamed")
    changed = client.get("/api/v1/agencies/", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200


def test_one_agency_is_found_by_its_code(client: Client) -> None:
    answer = client.get("/api/v1/agencies/dpmptsp/")
    unknown = client.get("/api/v1/agencies/NOWHERE/")

    assert (answer.status_code, answer.json()["code"]) == (200, "DPMPTSP")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")


def test_regions_are_districts_with_their_subdistricts(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        answer = client.get("/api/v1/regions/")

    districts = answer.json()["results"]
    assert answer.status_code == 200
    assert [each["code"] for each in districts] == [f"64.71.0{number}" for number in range(1, 7)]
    assert sum(len(each["subdistricts"]) for each in districts) == 34
    assert districts[0]["subdistricts"][0] == {"code": "64.71.01.1001", "name": "Manggar", "aliases": []}


def test_holidays_are_those_of_the_year(client: Client) -> None:
    answer = client.get("/api/v1/holidays/?year=2026")

    days = answer.json()["results"]
    assert answer.status_code == 200
    assert days[0] == {"date": "2026-01-01", "name": "Tahun Baru Masehi", "kind": "libur_nasional"}
    assert {each["date"][:4] for each in days} == {"2026"}
    assert {each["kind"] for each in days} == {"libur_nasional", "cuti_bersama"}
    assert client.get("/api/v1/holidays/?year=2031").json()["results"] == []


@pytest.mark.parametrize("year", ["", "1999", "2101", "20x6", "٢٠٢٦", "2026.0", "9" * 5000, "-2026"])
def test_a_year_that_is_none_is_refused_by_name(client: Client, year: str) -> None:
    answer = client.get("/api/v1/holidays/", {"year": year})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_year")
    assert answer.json()["errors"][0]["pointer"] == "/year"


def test_staff_see_where_they_work(
    settings: Settings, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    officer = User.objects.create(email="petugas@example.org")
    agency = Agency.objects.get(code="DISDUKCAPIL")
    Membership.objects.create(user=officer, agency=agency, role="officer")
    resident = User.objects.create(email="warga@example.org")
    officers, residents = signed_in(officer, "account"), signed_in(resident, "account")

    with django_assert_num_queries(2):
        mine = officers.get("/api/v1/me/memberships/")

    assert mine.json()["results"] == [{"agency": {"code": "DISDUKCAPIL", "name": agency.name}, "roles": ["officer"]}]
    assert residents.get("/api/v1/me/memberships/").json()["results"] == []
    assert client.get("/api/v1/me/memberships/").status_code == 401
    assert signed_in(officer, "applications").get("/api/v1/me/memberships/").status_code == 403
