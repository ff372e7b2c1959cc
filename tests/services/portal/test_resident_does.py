"""`/permohonan/<id>/...`: a resident objects, writes to the agency, rates, and books an hour, on pages."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from services.applications.models import ActionFile, Application, Appointment, Event, Message, Satisfaction
from services.applications.skm import ELEMENTS
from services.definitions.flow import workflow_content
from tests.services.applications.api.test_appointments import WINDOW, opened
from tests.services.applications.api.test_objections import rejected
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_workflow import submitted as applied
from tests.services.applications.factory import resident
from tests.services.documents.crafted import png
from tests.services.portal.pages import browser_of, text_of

pytestmark = pytest.mark.django_db
WORDS = "Foto sudah jelas; petugas keliru membacanya."


def siti() -> Client:
    return browser_of(User.objects.get(email="siti@example.org"))


def stranger() -> Client:
    return browser_of(User.objects.filter(email="tuti@example.org").first() or resident("tuti@example.org"))


def test_a_refusal_is_objected_to_in_writing() -> None:
    _app, id, _rina = rejected()
    browser = siti()
    assert f"/permohonan/{id}/keberatan/" in browser.get(f"/permohonan/{id}/").content.decode()
    assert stranger().post(f"/permohonan/{id}/keberatan/").status_code == 404
    begun = browser.post(f"/permohonan/{id}/keberatan/")
    objection = Application.objects.get(objects_to=UUID(id))
    assert begun["Location"] == f"/permohonan/{objection.pk}/tulis/"
    assert browser.post(f"/permohonan/{id}/keberatan/")["Location"] == f"/permohonan/{objection.pk}/"
    assert f"/permohonan/{objection.pk}/tulis/" in browser.get(f"/permohonan/{objection.pk}/").content.decode()

    page = browser.get(begun["Location"])
    typed = {"revision": page.context["revision"], "/keberatan/uraian": WORDS}
    empty = browser.post(begun["Location"], typed | {"/keberatan/uraian": "", "send": "yes"})
    assert (empty.status_code, "errorlist" in empty.content.decode()) == (200, True)
    typed["revision"] = browser.get(begun["Location"]).context["revision"]
    assert stranger().post(begun["Location"], typed | {"send": "yes"}).status_code == 404
    kept = browser.post(begun["Location"], typed | {"save": "yes"})
    assert kept["Location"] == begun["Location"]
    late = browser.post(begun["Location"], typed | {"/keberatan/uraian": "Lain.", "send": "yes"})
    assert (late.status_code, "note error" in late.content.decode()) == (200, True)
    again = browser.get(begun["Location"])
    assert WORDS in again.content.decode()
    typed["revision"] = again.context["revision"]
    assert browser.post(begun["Location"], typed | {"send": "yes"})["Location"] == f"/permohonan/{objection.pk}/"

    objection.refresh_from_db()
    assert (objection.state, objection.answers["keberatan"]["uraian"]) == ("submitted", WORDS)
    assert browser.get(begun["Location"])["Location"] == f"/permohonan/{objection.pk}/"
    assert browser.get(f"/permohonan/{id}/tulis/").status_code == 404


def test_the_survey_is_answered_changed_and_closes() -> None:
    _app, id, _rina = rejected()
    browser, address = siti(), f"/permohonan/{id}/penilaian/"
    assert address in browser.get(f"/permohonan/{id}/").content.decode()
    said: dict[str, Any] = dict.fromkeys(ELEMENTS, "3")

    missing = browser.post(address, said | {"time": ""})
    odd = browser.post(address, said | {"time": "7"})
    assert [each.context["form"].errors.keys() for each in (missing, odd)] == [{"time"}, {"time"}]
    assert browser.post(address, said | {"words": "Cepat."}).status_code == 302
    assert browser.post(address, said | {"time": "4"}).status_code == 302

    standing = Satisfaction.objects.get()
    assert standing.scores == dict.fromkeys(ELEMENTS, 3) | {"time": 4}
    assert stranger().get(address).status_code == 404
    assert "checked" in browser.get(address).content.decode()
    Satisfaction.objects.update(answered_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert browser.get(address).status_code == 409
    assert address not in browser.get(f"/permohonan/{id}/").content.decode()


def test_a_resident_writes_to_the_agency_and_reads_it(submitted: UUID) -> None:
    browser, rina = siti(), officer()
    rina.post(
        f"/api/v1/office/applications/{submitted}/messages/", {"text": "Mohon bawa KK."}, "application/json",
        headers={"Idempotency-Key": "a"},
    )  # fmt: skip
    assert Message.objects.get().read_at is None
    assert "Mohon bawa KK." in text_of(browser.get(f"/permohonan/{submitted}/"))
    assert Message.objects.get().read_at is not None

    assert stranger().post(f"/permohonan/{submitted}/pesan/", {"text": "Halo"}).status_code == 404
    browser.post(f"/permohonan/{submitted}/pesan/", {"text": " "})
    assert Message.objects.count() == 1
    browser.post(f"/permohonan/{submitted}/pesan/", {"text": "Kapan selesai?"})
    assert "Kapan selesai?" in text_of(browser.get(f"/permohonan/{submitted}/"))
    Application.objects.filter(pk=submitted).update(end="granted", closed_at=timezone.now())
    browser.post(f"/permohonan/{submitted}/pesan/", {"text": "Masih?"})

    assert Message.objects.filter(from_office=False).count() == 1


def test_an_hour_is_booked_moved_and_given_back(submitted: UUID) -> None:
    address, track = f"/permohonan/{submitted}/janji/", f"/permohonan/{submitted}/"
    with time_machine.travel(datetime(2026, 11, 27, 1, 0, tzinfo=UTC), tick=False):
        browser = siti()
        assert address not in browser.get(track).content.decode()
        made = opened(officer("admin", email="dewi@example.org"), windows=[WINDOW | {"capacity": 1}])
        counter = made.json()["id"]
        assert address in browser.get(track).content.decode()
        page = browser.get(address)
        assert ("2026-11-30" in page.content.decode(), "08.00" in text_of(page)) == (True, True)
        assert browser.get(f"{address}?day=kemarin").status_code == 400
        slots = [each["value"] for each in page.context["slots"]]
        said = {"do": "book", "id": str(page.context["made"]), "slot": slots[0]}

        assert stranger().post(address, said).status_code == 404
        browser.post(address, said | {"slot": f"{counter} 2026-11-30T09:00:00+08:00"})
        browser.post(address, said | {"slot": "x"})
        assert not Appointment.objects.exists()
        unfit = browser.post(f"{address}?day=2026-12-14", said | {"slot": f"{counter} 2026-12-14T08:10:00+08:00"})
        assert (unfit.status_code, unfit.context["day"], "note error" in unfit.content.decode()) == (
            200, "2026-12-14", True,
        )  # fmt: skip
        assert {browser.post(address, said)["Location"] for _twice in range(2)} == {track}
        booked = Appointment.objects.get()
        held = {"appointment": str(booked.pk), "revision": str(booked.revision)}
        assert browser.post(address, held | {"do": "move", "slot": slots[1]})["Location"] == track
        booked.refresh_from_db()
        assert (booked.starts_at.minute, "Dipesan" in text_of(browser.get(track))) == (30, True)
        browser.post(address, held | {"do": "cancel"})  # an old page
        assert Appointment.objects.get().state == "booked"
        assert browser.post(address, {"do": "cancel", "appointment": "x"}).status_code == 404
        browser.post(address, held | {"do": "cancel", "revision": str(booked.revision)})

        assert Appointment.objects.get().state == "cancelled"


def test_files_that_an_action_asks_are_handed_in_on_the_page() -> None:
    workflow = {**workflow_content("complaint")}
    document = {"id": "bukti", "title": {"id": "Bukti", "en": "Proof"}, "accept": ["png"], "max_mb": 1}
    workflow["transitions"] = [
        each | {"documents": [document]} if each["action"] == "complete" else each for each in workflow["transitions"]
    ]
    _app, id = applied(workflow)
    take(officer(), id, "ask_completion", reason="Di jalan mana?")
    browser, address = siti(), f"/permohonan/{id}/tindakan/complete/"
    page = browser.get(f"/permohonan/{id}/")
    assert (address in page.content.decode(), 'name="file:bukti"' in page.content.decode()) == (True, True)
    said = {"revision": str(Application.objects.get().revision), "reason": "Jl. Mulawarman."}

    for content in (None, b"MZ no picture"):
        browser.post(address, said | ({"file:bukti": SimpleUploadedFile("a.png", content)} if content else {}))
        assert not ActionFile.objects.exists()
    browser.post(address, said | {"file:bukti": SimpleUploadedFile("a.png", png())})

    assert ActionFile.objects.get().event == Event.objects.get(action="complete")


def test_what_was_written_outlives_a_refusal(submitted: UUID) -> None:
    browser, track = siti(), f"/permohonan/{submitted}/"
    long = "Baris pertama.\r\n" + "x" * 3985
    seen = Application.objects.values_list("revision", flat=True).get(pk=submitted)

    refused = browser.post(f"{track}tindakan/withdraw/", {"reason": "Sudah tidak perlu.", "revision": seen + 7})
    assert (refused.status_code, "note error" in refused.content.decode()) == (200, True)
    assert re.search(
        r'<details class="card" open>.*?Sudah tidak perlu.</textarea>', refused.content.decode(), re.DOTALL
    )
    assert f'name="next" value="{track}"' in refused.content.decode()
    unfit = browser.post(f"{track}pesan/", {"text": "y" * 4001})
    assert "y" * 4001 in unfit.content.decode()
    assert browser.post(f"{track}pesan/", {"text": long}).status_code == 302  # as many letters as a browser counts
    assert Message.objects.get().text == long.replace("\r\n", "\n")
    Application.objects.filter(pk=submitted).update(state="granted", end="granted", closed_at=timezone.now())

    late = browser.post(f"{track}pesan/", {"text": "Masih ada satu hal."})
    gone = browser.post(f"{track}tindakan/withdraw/", {"reason": "Batal saja.", "revision": seen})

    assert "Masih ada satu hal." in text_of(late)
    assert "Batal saja." in text_of(gone)
    assert Message.objects.count() == 1
