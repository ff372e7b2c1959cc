"""`/kantor/permohonan/`: an officer finds what waits, reads it, asks, decides; and nobody else does."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.privacy.models import DataAccess
from services.agencies.models import Membership
from services.applications.models import Application, CorrectionRound, Message, Note
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import agency, member, publish_service, resident
from tests.services.office.test_clients_pages import browser_of
from tests.services.portal.pages import links_of, text_of
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
QUEUE = "/kantor/permohonan/"


@pytest.fixture
def app(db: None) -> Client:
    publish_service()
    return signed_in(resident(), "applications")


@pytest.fixture
def id(app: Client) -> UUID:
    id = ready(app)
    assert submit(app, id).status_code == 200
    return UUID(id)


@pytest.fixture
def rina(id: UUID) -> User:
    return member("rina@example.org", "officer")


@pytest.fixture
def office(rina: User) -> Client:
    return browser_of(rina, "pwd", "mfa")


def do(browser: Client, id: UUID, what: str, **said: Any) -> Any:
    revision = Application.objects.values_list("revision", flat=True).get(pk=id)
    return browser.post(f"{QUEUE}{id}/lakukan/", {"do": what, "revision": revision} | said)


def test_what_waits_is_found_narrowed_and_names_no_resident(office: Client, rina: User, id: UUID) -> None:
    page = office.get(QUEUE)
    number = Application.objects.get(pk=id).number or ""

    assert number in text_of(page)
    assert "Siti" not in text_of(page)
    assert f"{QUEUE}{id}/" in links_of(page)
    for asked, found in (("assignee=me", False), ("assignee=nobody", True), ("stands=overdue", False),
                         (f"q={number[:8]}", True), ("sort=newest", True), ("q=BPN-ZZZZ", False)):  # fmt: skip
        assert (number in text_of(office.get(f"{QUEUE}?{asked}"))) is found, asked
    wrong = office.get(f"{QUEUE}?q=6471014101900001")
    assert (wrong.status_code, "A number begins with BPN-" in text_of(wrong)) == (200, True)


def test_an_application_is_read_with_its_answers_and_the_resident_sees_that(
    office: Client, rina: User, id: UUID
) -> None:
    page = office.get(f"{QUEUE}{id}/")

    words = text_of(page)
    assert "6471014101900001" in words
    assert "Application submitted" in words
    (noted,) = DataAccess.objects.filter(about=id)
    assert (noted.reader_id, noted.what) == (rina.pk, "application")
    (file,) = (link for link in links_of(page) if "/berkas/" in link)
    assert office.get(file).status_code == 200
    assert sorted(each.what for each in DataAccess.objects.filter(about=id)) == ["application", "file"]


def test_it_is_taken_in_hand_decided_and_leaves_the_queue(office: Client, id: UUID) -> None:
    assert do(office, id, "claim").status_code == 302
    assert "Leave it to others" in text_of(office.get(f"{QUEUE}{id}/"))
    assert do(office, id, "act", action="start_review").status_code == 302

    without = do(office, id, "act", action="reject", reason="")
    assert (without.status_code, "note error" in without.content.decode()) == (200, True)
    assert Application.objects.get(pk=id).end == ""
    done = do(office, id, "act", action="reject", reason="Foto tidak terbaca.")

    assert done["Location"] == QUEUE
    assert Application.objects.get(pk=id).end == "rejected"
    assert (Application.objects.get(pk=id).number or "-") not in text_of(office.get(QUEUE))


def test_who_was_overtaken_is_told_and_loses_no_words(office: Client, id: UUID) -> None:
    do(office, id, "act", action="start_review")

    late = office.post(
        f"{QUEUE}{id}/lakukan/", {"do": "act", "action": "reject", "reason": "Kata-kata saya.", "revision": "1"}
    )

    assert "changed since you read it" in text_of(late)
    assert "Kata-kata saya." in late.content.decode()
    assert Application.objects.get(pk=id).end == ""
    do(office, id, "act", action="grant")
    said = {"do": "act", "action": "reject", "reason": "Kata-kata lain.", "revision": "2"}
    later = office.post(f"{QUEUE}{id}/lakukan/", said)
    assert "Kata-kata lain." in text_of(later)
    assert f'name="next" value="{QUEUE}{id}/"' in later.content.decode()


def test_of_words_with_many_lines_none_is_cut_off(office: Client, id: UUID) -> None:
    words = "a\r\n" * 900 + "Akhir."

    do(office, id, "note", text=words)

    assert Note.objects.get().text == words.replace("\r\n", "\n")


def test_corrections_are_asked_by_ticking(office: Client, id: UUID) -> None:
    do(office, id, "act", action="start_review")
    said = {
        "mark": ["/answers/data/nik", "/files/foto"], "code:/answers/data/nik": "incorrect",
        "words:/answers/data/nik": "Berbeda dengan KK.", "code:/files/foto": "unreadable", "message": "Mohon.",
    }  # fmt: skip

    nothing = do(office, id, "ask")
    assert (nothing.status_code, CorrectionRound.objects.count()) == (200, 0)
    assert do(office, id, "ask", **said).status_code == 302

    asked = CorrectionRound.objects.get()
    assert [(each["pointer"], each["reason_code"]) for each in asked.items] == [
        ("/answers/data/nik", "incorrect"), ("/files/foto", "unreadable"),
    ]  # fmt: skip
    words = text_of(office.get(f"{QUEUE}{id}/"))
    assert "Correction 1" in words
    assert "Berbeda dengan KK." in words
    assert "Tick what is to be put right" not in words
    assert do(office, id, "cancel", reason="Ternyata sudah benar.").status_code == 302
    assert CorrectionRound.objects.get().state == "cancelled"


def test_colleagues_note_and_the_resident_is_written_to(office: Client, id: UUID) -> None:
    do(office, id, "note", text="Periksa KK.")
    do(office, id, "message", text="Berkas Anda kami periksa.")

    assert (Note.objects.get().text, Message.objects.get().text) == ("Periksa KK.", "Berkas Anda kami periksa.")
    words = text_of(office.get(f"{QUEUE}{id}/"))
    assert "Periksa KK." in words
    assert "Berkas Anda kami periksa." in words


def test_a_message_of_the_resident_is_read_once_its_page_was_opened(app: Client, office: Client, id: UUID) -> None:
    sent = app.post(
        f"{URL}{id}/messages/", {"text": "Kapan selesai?"}, content_type="application/json",
        headers={"Idempotency-Key": "kapan"},
    )  # fmt: skip
    assert sent.status_code == 201
    assert Message.objects.get().read_at is None

    assert "Kapan selesai?" in text_of(office.get(f"{QUEUE}{id}/"))

    assert Message.objects.get().read_at is not None


def test_notes_of_another_agency_stay_there_for_who_works_at_both(rina: User, office: Client, id: UUID) -> None:
    do(office, id, "note", text="Periksa KK.")
    Membership.objects.create(user=rina, agency=agency("DLH"), role="officer")
    note = Note.objects.get()
    Note.objects.bulk_create(
        [Note(application_id=id, agency=agency("DLH"), author=rina, text="Milik DLH.", at=note.at)]
    )

    words = text_of(office.get(f"{QUEUE}{id}/"))

    assert ("Periksa KK." in words, "Milik DLH." in words) == (True, False)


def test_why_it_was_read_is_not_a_decision_where_none_was_made(office: Client, id: UUID) -> None:
    do(office, id, "claim")
    do(office, id, "message", text="Berkas Anda kami periksa.")
    assert not DataAccess.objects.filter(about=id, what="decision").exists()

    do(office, id, "act", action="start_review")
    assert DataAccess.objects.filter(about=id, what="decision").count() == 1


@pytest.mark.parametrize("path", ["", "{id}/", "{id}/dokumen/", "{id}/berkas/{id}/"])
def test_nobody_else_finds_it(path: str, id: UUID, rina: User) -> None:
    address = QUEUE + path.format(id=id)
    stranger = browser_of(member("budi@example.org", "officer", code="DLH"), "pwd", "mfa")

    assert browser_of(resident("tuti@example.org")).get(address).status_code == 404
    assert browser_of(rina, "pwd").get(address).status_code == 302
    if path:
        assert stranger.get(address).status_code == 404
        assert stranger.post(f"{QUEUE}{id}/lakukan/", {"do": "claim"}).status_code == 404
    else:
        assert (Application.objects.get(pk=id).number or "") not in text_of(stranger.get(address))
    assert Application.objects.get(pk=id).assignee_id is None


def test_the_queue_costs_as_many_queries_however_long_it_is(
    app: Client, office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _turn in range(3):
        submit(app, ready(app))

    with django_assert_max_num_queries(
        10
    ):  # session, person, sign-in, posts, factors, views, units, staff, queue, units
        office.get(QUEUE)


def test_who_applied_reads_no_notes_of_colleagues_on_the_page(rina: User) -> None:
    own = ready(signed_in(rina, "applications"))
    assert submit(signed_in(rina, "applications", "account"), own).status_code == 200
    maya = browser_of(member("maya@example.org", "officer"), "pwd", "mfa")
    do(maya, UUID(own), "note", text="Ia rekan kita.")

    mine, hers = browser_of(rina, "pwd", "mfa").get(f"{QUEUE}{own}/"), maya.get(f"{QUEUE}{own}/")

    assert ("rekan kita" in text_of(mine), "rekan kita" in text_of(hers)) == (False, True)
    assert "Notes among colleagues" not in text_of(mine)
