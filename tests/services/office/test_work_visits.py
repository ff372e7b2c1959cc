"""`/kantor/janji/`: who comes on a day is seen and noted by their agency's staff, and by nobody else."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from services.applications.models import Appointment
from tests.services.applications.api.test_appointments import EIGHT, book, opened
from tests.services.applications.api.test_office import officer
from tests.services.applications.factory import member
from tests.services.office.test_clients_pages import browser_of
from tests.services.office.test_work_pages import app, id, office, rina
from tests.services.portal.pages import text_of

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
