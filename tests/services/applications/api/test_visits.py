"""Site visits: an officer plans them with the workflow's own step, and anew; what cannot be changes nothing."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from services.agencies.models import Holiday
from services.agencies.operations import set_holiday
from services.applications.models import Application, Appointment
from tests.problems import fields, problem
from tests.services.applications.api.test_appointments import API, FRIDAY, cancel, told, visit
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.applications.test_new_version import drain_all
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def friday() -> Iterator[Any]:
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


def to_visit(email: str = "siti@example.org", *, begun: Client) -> tuple[Client, str]:
    publish_service(requirements=[], workflow="site-visit")
    app = signed_in(resident(email), "applications", "notifications")
    submit(app, id := ready(app, files=False))
    take(begun, id, "start_review")
    return app, id


def plan(client: Client, id: str, **more: Any) -> Any:
    return client.post(f"{OFFICE}{id}/visits/", visit(**more), content_type="application/json")


def test_an_officer_plans_a_visit_with_the_workflows_own_step_and_plans_it_anew() -> None:
    rina = officer()
    app, id = to_visit(begun=rina)

    planned = plan(rina, id, words="Mohon hadir.")
    anew = plan(rina, id, starts_at="2026-12-02T09:00:00+08:00", ends_at="2026-12-02T10:00:00+08:00")

    assert (planned.status_code, anew.status_code) == (201, 201), anew.content
    assert anew.json()["id"] == planned.json()["id"]
    lines = app.get(f"{URL}{id}/timeline/").json()["results"]
    assert [line["type"] for line in lines[2:]] == [
        "visit_planned",
        "appointment_planned",
        "visit_planned",
        "appointment_moved",
    ]
    assert lines[2]["reason"] == "1 Desember 2026, pukul 09.00 s.d. 10.00 WITA, Jl. Mulawarman 12. Mohon hadir."
    (mine,) = app.get(f"{URL}{id}/appointments/").json()["results"]
    assert (mine["kind"], mine["latitude"], mine["starts_at"]) == ("visit", -1.2379, "2026-12-02T09:00:00+08:00")
    assert problem(cancel(app, mine["id"])) == (409, "appointment_over")
    assert b"GEO:-1.2379" in app.get(f"{API}me/appointments/{mine['id']}/calendar/").content


def test_a_planned_visit_is_told_once_and_a_holiday_there_has_it_planned_anew() -> None:
    rina = officer()
    app, id = to_visit(begun=rina)
    plan(rina, id)

    assert sorted(each for each in told(app) if "iterima" not in each) == [
        "Layanan uji: Berkas sedang diperiksa",
        "Layanan uji: Menunggu peninjauan lapangan",
    ]
    set_holiday(day=date(2026, 12, 1), name="Libur", kind="libur_nasional", basis="SKB", actor_id=None, now=FRIDAY)
    drain_all()
    assert Appointment.objects.get().state == "displaced"
    later = {"starts_at": "2026-12-04T09:00:00+08:00", "ends_at": "2026-12-04T10:00:00+08:00"}
    assert plan(rina, id, **later).json()["state"] == "booked"


def test_a_visit_that_cannot_be_changes_nothing() -> None:
    rina = officer()
    _app, id = to_visit(begun=rina)
    _other, second = to_visit("budi@example.org", begun=rina)
    Holiday.objects.create(date="2026-12-03", name="Libur", kind="libur_nasional")
    stranger = str(User.objects.get(email="siti@example.org").id)

    for change, pointer in (
        ({"starts_at": "2026-12-03T09:00:00+08:00", "ends_at": "2026-12-03T10:00:00+08:00"}, "/starts_at"),
        ({"starts_at": "2026-11-20T09:00:00+08:00", "ends_at": "2026-11-20T10:00:00+08:00"}, "/starts_at"),
        ({"ends_at": "2026-12-01T08:00:00+08:00"}, "/ends_at"),
        ({"ends_at": "2026-12-02T10:00:00+08:00"}, "/ends_at"),
        ({"officer": stranger}, "/officer"),
    ):
        refused = plan(rina, id, **change)
        assert (problem(refused), list(fields(refused))) == ((422, "invalid_visit"), [pointer])
    assert set(fields(plan(rina, id, longitude=None))) == {"/latitude"}
    assert plan(rina, second).status_code == 201
    assert problem(plan(rina, id, starts_at="2026-12-01T09:30:00+08:00")) == (409, "officer_busy")
    assert Application.objects.get(id=id).state == "in_review"
    assert Appointment.objects.count() == 1


def test_a_workflow_without_visits_has_none() -> None:
    publish_service(requirements=[])
    submit(app := signed_in(resident(), "applications"), id := ready(app, files=False))

    assert problem(plan(officer(), id)) == (409, "action_not_available")
