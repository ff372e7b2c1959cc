"""`office/units/`, `office/staff/`: members see who works where, admins change it."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from services.agencies.models import Membership, Unit
from services.events.models import OutboxEvent
from tests.problems import fields, problem
from tests.services.applications.factory import agency, member
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
UNITS, STAFF = "/api/v1/office/units/", "/api/v1/office/staff/"
JSON = "application/json"


@pytest.fixture
def dewi() -> Client:
    return signed_in(member("dewi@example.org", "admin"), "office")


@pytest.fixture
def rina() -> Client:
    return signed_in(member("rina@example.org", "officer", "approver"), "office")


def test_an_admin_gives_the_agency_a_unit_that_its_staff_see(dewi: Client, rina: Client) -> None:
    made = dewi.post(UNITS, {"code": "capil", "name": "Bidang Capil"}, content_type=JSON)

    told = {"agency": {"code": "DISDUKCAPIL", "name": "DISDUKCAPIL"}, "code": "capil", "name": "Bidang Capil"}
    assert (made.status_code, made.json()) == (201, told | {"demo": False, "closed": False})
    assert problem(dewi.post(UNITS, {"code": "capil", "name": "Lain"}, content_type=JSON)) == (409, "unit_taken")
    renamed = dewi.patch(f"{UNITS}capil/", {"name": "Bidang Sipil", "closed": True}, content_type=JSON)
    assert renamed.json() | {} == told | {"name": "Bidang Sipil", "demo": False, "closed": True}
    assert rina.get(UNITS).json()["results"] == [renamed.json()]
    stranger = signed_in(member("hendra@example.org", "admin", code="DPMPTSP"), "office")
    assert stranger.get(UNITS).json()["results"] == []
    assert problem(stranger.patch(f"{UNITS}capil/", {"name": "Milik kami"}, content_type=JSON)) == (404, "not_found")


@pytest.mark.parametrize("code", ["", "Capil", "a b", "-a", "a" * 41, "a_b"])
def test_a_code_that_is_none_is_refused(dewi: Client, code: str) -> None:
    assert list(fields(dewi.post(UNITS, {"code": code, "name": "Bidang"}, content_type=JSON))) == ["/code"]


def test_an_officer_changes_nothing(rina: Client, dewi: Client) -> None:
    person = Membership.objects.filter(role="officer").values_list("user_id", flat=True)[0]

    for answer in (
        rina.post(UNITS, {"code": "capil", "name": "Bidang"}, content_type=JSON),
        rina.patch(f"{STAFF}{person}/", {"unit": None}, content_type=JSON),
        rina.delete(f"{STAFF}{person}/"),
    ):
        assert problem(answer) == (403, "not_agency_admin")
    assert (Unit.objects.count(), Membership.objects.count()) == (0, 3)


def test_staff_are_listed_by_name_each_once(
    dewi: Client, rina: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    member("hendra@example.org", "officer", code="DPMPTSP")
    rina.get(STAFF)

    with django_assert_num_queries(4):
        first = rina.get(f"{STAFF}?limit=1").json()
    second = rina.get(first["next"]).json()

    lines = first["results"] + second["results"]
    assert [(each["name"], each["roles"], each["unit"]) for each in lines] == [
        ("Dewi", ["admin"], None),
        ("Rina", ["approver", "officer"], None),
    ]
    assert second["next"] is None
    assert fields(rina.get(f"{STAFF}?agency=DPMPTSP")) == {"/agency": "invalid"}


def test_somebody_works_in_a_unit_that_is_open(dewi: Client, rina: Client) -> None:
    Unit.objects.create(agency=agency(), code="capil", name="Bidang Capil")
    Unit.objects.create(agency=agency(), code="lama", name="Bidang Lama", closed_at=timezone.now())
    Unit.objects.create(agency=agency("DPMPTSP"), code="izin", name="Bidang Izin")
    person = Membership.objects.filter(role="officer").values_list("user_id", flat=True)[0]
    url = f"{STAFF}{person}/"

    assert dewi.patch(url, {"unit": "capil"}, content_type=JSON).status_code == 204

    assert [each["unit"] for each in rina.get(STAFF).json()["results"]] == [
        None,
        {"code": "capil", "name": "Bidang Capil"},
    ]
    for unit in ("lama", "izin", "tiada"):
        assert fields(dewi.patch(url, {"unit": unit}, content_type=JSON)) == {"/unit": "unknown"}
    assert dewi.patch(url, {"unit": None}, content_type=JSON).status_code == 204
    assert not Membership.objects.filter(unit__isnull=False).exists()


def test_work_ends_with_every_role_but_never_without_an_admin(dewi: Client, rina: Client) -> None:
    admin = Membership.objects.filter(role="admin").values_list("user_id", flat=True)[0]
    person = Membership.objects.filter(role="officer").values_list("user_id", flat=True)[0]

    assert problem(dewi.delete(f"{STAFF}{admin}/")) == (409, "last_admin")
    assert dewi.delete(f"{STAFF}{person}/").status_code == 204

    assert problem(dewi.delete(f"{STAFF}{person}/")) == (404, "not_found")
    assert not Membership.objects.filter(user_id=person).exists()
    assert problem(rina.get(STAFF)) == (403, "not_staff")
    (told,) = OutboxEvent.objects.filter(topic="staff.left")
    assert (told.key, told.body["person"]) == (agency().pk, str(person))


def test_who_changed_units_and_staff_is_kept_and_told_to_admins(
    dewi: Client, rina: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = Membership.objects.filter(role="officer").values_list("user_id", flat=True)[0]
    dewi.post(UNITS, {"code": "capil", "name": "Bidang Capil"}, content_type=JSON)
    dewi.patch(f"{STAFF}{person}/", {"unit": "capil"}, content_type=JSON)
    dewi.patch(f"{UNITS}capil/", {"name": "Bidang Sipil", "closed": True}, content_type=JSON)
    for url, body in ((f"{UNITS}capil/", {"name": "Bidang Sipil"}), (f"{UNITS}tiada/", {"name": "Tiada"})):
        dewi.patch(url, body, content_type=JSON)  # changes nothing
    dewi.patch(f"{STAFF}{person}/", {"unit": None}, content_type=JSON)
    dewi.patch(f"{STAFF}{person}/", {"unit": None}, content_type=JSON)
    dewi.delete(f"{STAFF}{person}/")

    with django_assert_num_queries(3):
        first = dewi.get(f"{STAFF}changes/?limit=3", headers={"Accept-Language": "en"}).json()
    lines = first["results"] + dewi.get(first["next"]).json()["results"]

    assert [(each["what"], each["unit"], each["person"], each["values"]) for each in lines] == [
        ("work_ended", None, "Rina", {"roles": {"from": ["approver", "officer"], "to": []}}),
        ("placed", None, "Rina", {"unit": {"from": "capil", "to": None}}),
        (
            "unit_changed",
            "capil",
            None,
            {"name": {"from": "Bidang Capil", "to": "Bidang Sipil"}, "closed": {"from": False, "to": True}},
        ),
        ("placed", None, "Rina", {"unit": {"from": None, "to": "capil"}}),
        ("unit_made", "capil", None, {"name": {"from": None, "to": "Bidang Capil"}}),
    ]
    assert {each["by"] for each in lines} == {"Dewi"}
    assert first["results"][1]["label"] == "Put into another unit"
    hendra = signed_in(member("hendra@example.org", "admin", code="DPMPTSP"), "office")
    assert hendra.get(f"{STAFF}changes/").json()["results"] == []
    tuti = signed_in(member("tuti@example.org", "officer"), "office")
    assert problem(tuti.get(f"{STAFF}changes/")) == (403, "not_agency_admin")


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("post", UNITS, {"code": "capil", "name": "Bidang", "closed": True}),
        ("patch", f"{UNITS}lama/", {"nama": "Bidang Baru"}),
        ("patch", f"{STAFF}00000000-0000-4000-8000-000000000000/", {"unit": None, "role": "admin"}),
    ],
)
def test_a_misspelt_name_is_refused(dewi: Client, method: str, url: str, body: dict[str, object]) -> None:
    answer = getattr(dewi, method)(url, body, content_type=JSON)

    assert (answer.status_code, list(fields(answer).values())) == (400, ["unknown"])
    assert Unit.objects.count() == 0
