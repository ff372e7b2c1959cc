"""`/kantor/janji/`: who comes on a day is seen and noted by their agency's staff, who plan visits."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from services.applications.models import Appointment
from tests.services.applications.api.test_appointments import EIGHT, FRIDAY, WINDOW, book, opened
from tests.services.applications.api.test_office import officer
from tests.services.applications.api.test_visits import to_visit
from tests.services.applications.factory import member, resident
from tests.services.office.desk import Sent, forms_in
from tests.services.office.test_clients_pages import browser_of
from tests.services.office.test_work_pages import app, id, office, rina
from tests.services.portal.pages import links_of, text_of
from tests.services.signed_in import signed_in

__all__ = ["app", "id", "office", "rina"]
pytestmark = pytest.mark.django_db
DAY = "/kantor/janji/"


def test_who_comes_is_seen_and_noted(app: Client, rina: User, office: Client, id: UUID) -> None:
    budi = member("budi@example.org", "officer", code="DLH")
    with time_machine.travel(datetime(2026, 11, 27, 1, 0, tzinfo=UTC), tick=False) as clock:
        counter = opened(officer("admin", email="dewi@example.org")).json()["id"]
        assert book(app, counter, EIGHT, id=str(id)).status_code == 201
        one = Appointment.objects.get()
        assert "Nobody has an appointment" in text_of(office.get(DAY))
        early = office.get(f"{DAY}?day=2026-11-30")
        assert ("08:00" in text_of(early), "They came" in text_of(early)) == (True, False)
        office.post(f"{DAY}{one.pk}/", {"do": "attended"})
        assert Appointment.objects.get().state == "booked"
        assert office.get(f"{DAY}?day=besok").status_code == 400
        clock.move_to(datetime(2026, 11, 30, 0, 5, tzinfo=UTC))
        office, stranger = browser_of(rina, "pwd", "mfa"), browser_of(budi, "pwd", "mfa")

        assert "They came" in text_of(office.get(DAY))
        assert "08:00" not in text_of(stranger.get(DAY))
        assert stranger.post(f"{DAY}{one.pk}/", {"do": "missed"}).status_code == 404
        assert office.post(f"{DAY}{one.pk}/", {"do": "eaten"}).status_code == 404
        office.post(f"{DAY}{one.pk}/", {"do": "missed"})
        assert Appointment.objects.get().state == "missed"
        assert office.post(f"{DAY}{one.pk}/", {"do": "attended"})["Location"] == f"{DAY}?day=2026-11-30"

        assert Appointment.objects.get().state == "attended"


def test_a_day_with_many_comes_in_pages(app: Client, office: Client, id: UUID) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        counter = opened(officer("admin", email="dewi@example.org"), windows=[WINDOW | {"capacity": 3}]).json()["id"]
        for name in ("siti", "budi", "tuti"):
            person = resident(f"{name}.lagi@example.org")
            assert book(signed_in(person, "applications"), counter, EIGHT).status_code == 201
        office = browser_of(User.objects.get(email="rina@example.org"), "pwd", "mfa")

        first = office.get(f"{DAY}?day=2026-11-30&limit=2")
        second = office.get(first.context["page"]["next"])

    assert [len(each.context["page"]["results"]) for each in (first, second)] == [2, 1]
    assert 'rel="next"' in first.content.decode()


def test_a_visit_is_planned_on_the_application_and_planned_anew() -> None:
    with time_machine.travel(FRIDAY, tick=False):
        rina = officer()
        _app, id = to_visit(begun=rina)
        address = f"/kantor/permohonan/{id}/"
        office = browser_of(User.objects.get(email="rina@example.org"), "pwd", "mfa")
        (form,) = forms_with(office, address, "begins")
        assert form.buttons >= {("do", "visit")}
        hour = {"day": "2026-12-01", "begins": "09:00", "ends": "10:00", "place": "Jl. Mulawarman 12"}
        said = form.values | hour | {"point": "-1.2379, 116.8529", "reason": "Mohon hadir.", "do": "visit"}

        for more in ({"day": ""}, {"ends": "08:00"}, {"day": "2027-03-01"}, {"point": "di sana"}, {"point": "-1.2"}):
            refused = office.post(f"{address}lakukan/", said | more)
            assert (refused.status_code, "note error" in refused.content.decode()) == (200, True), more
            assert "Mohon hadir." in refused.content.decode()
        assert not Appointment.objects.exists()
        assert office.post(f"{address}lakukan/", said).status_code == 302
        visit = Appointment.objects.get()
        assert (str(visit.starts_at), float(visit.latitude or 0)) == ("2026-12-01 01:00:00+00:00", -1.2379)
        late = office.post(f"{address}lakukan/", said | {"day": "2026-12-02"})  # another officer's old page
        assert "changed since you read it" in text_of(late)
        assert f"{DAY}?day=2026-12-01" in links_of(office.get(address))
        (anew,) = forms_with(office, address, "begins")
        moved = anew.values | hour | {"begins": "13:00", "ends": "14:00", "reason_code": "cuaca", "do": "visit"}
        assert office.post(f"{address}lakukan/", moved).status_code == 302

    visit.refresh_from_db()
    assert (visit.starts_at.hour, Appointment.objects.count()) == (5, 1)


def forms_with(browser: Client, address: str, name: str) -> list[Sent]:
    return [each for each in forms_in(browser.get(address).content.decode()) if name in each.names]
