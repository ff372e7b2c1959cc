"""A round of correction: what was marked unlocks and nothing else, the clock stands, nothing handed in is lost."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from services.agencies.models import Holiday
from services.applications.models import Application, CorrectionFile, CorrectionRound, Event, Submission
from services.applications.operations.silence import tend_rounds
from services.applications.queries.chain import broken_links
from services.documents.models import StoredFile
from services.notifications.models import Notice
from tests.at_once import at_once
from tests.problems import fields, problem
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import actions, officer, take
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.applications.test_new_version import drain_all
from tests.services.documents.crafted import pdf, png
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
NIK = {"pointer": "/answers/data/nik", "reason_code": "incorrect", "words": "Berbeda dengan KK."}
PHOTO = {"pointer": "/files/foto", "reason_code": "unreadable"}
RIGHT = "6471014101900002"


@pytest.fixture
def siti() -> Client:
    publish_service()
    return signed_in(resident(), "applications", "notifications")


@pytest.fixture
def id(siti: Client) -> str:
    id = ready(siti)
    assert submit(siti, id).status_code == 200
    return id


@pytest.fixture
def rina(id: str) -> Client:
    client = officer()
    take(client, id, "start_review")
    return client


def ask(client: Client, id: str, *items: Any, key: str | None = None, **more: Any) -> Any:
    return client.post(
        f"{OFFICE}{id}/corrections/",
        {"items": items or [NIK, PHOTO]} | more,
        content_type="application/json",
        headers={"Idempotency-Key": key or str(uuid4())},
    )


def save(client: Client, id: str, answers: Any, etag: str = "*") -> Any:
    return client.patch(
        f"{URL}{id}/corrections/", {"answers": answers}, content_type="application/json", headers={"If-Match": etag}
    )


def upload(client: Client, id: str, requirement: str = "foto", color: int = 90) -> Any:
    file = SimpleUploadedFile("jelas.png", png(color, 5))
    return client.post(f"{URL}{id}/corrections/files/", {"requirement": requirement, "file": file})


def send(client: Client, id: str, key: str | None = None, **body: Any) -> Any:
    return client.post(
        f"{URL}{id}/corrections/send/",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": key or str(uuid4())},
    )


def test_the_resident_puts_right_what_was_marked_and_the_officer_sees_old_beside_new(
    siti: Client, id: str, rina: Client
) -> None:
    asked = ask(rina, id, message="Sisanya sudah benar.")

    assert asked.status_code == 201
    mine = siti.get(f"{URL}{id}/").json()
    assert (mine["needs_correction"], mine["clock"], mine["due_on"]) == (True, "paused", None)
    assert siti.get(URL).json()["results"][0]["needs_correction"] is True
    (round_,) = siti.get(f"{URL}{id}/corrections/").json()["results"]
    assert [(each["pointer"], each["label"], each["reason"], each["changed"]) for each in round_["items"]] == [
        ("/answers/data/nik", "NIK", "Tidak sesuai", False),
        ("/files/foto", "Foto", "Tidak terbaca", False),
    ]
    assert problem(take(rina, id, "grant")) == (409, "awaiting_correction")
    (blocked,) = {each["blocked"] for each in rina.get(f"{OFFICE}{id}/actions/").json()["results"]}
    assert blocked == "Menunggu perbaikan dari pemohon."

    saved = save(siti, id, {"data": {"nik": RIGHT}})
    assert saved.status_code == 200
    assert upload(siti, id).status_code == 201
    (unseen,) = rina.get(f"{OFFICE}{id}/corrections/").json()["results"]
    assert [each["after"] for each in unseen["items"]] == [None, None]
    sent = send(siti, id)

    assert sent.status_code == 200, sent.json()
    assert (sent.json()["needs_correction"], sent.json()["clock"]) == (False, "running")
    assert sent.json()["answers"]["data"]["nik"] == RIGHT
    (seen,) = rina.get(f"{OFFICE}{id}/corrections/").json()["results"]
    nik, photo = seen["items"]
    assert (nik["before"], nik["after"], nik["changed"]) == ("6471014101900001", RIGHT, True)
    assert photo["before"]["sha256"] != photo["after"]["sha256"]
    old = CorrectionFile.objects.get()
    assert rina.get(f"{OFFICE}{id}/corrections/files/{old.id}/").status_code == 200
    assert StoredFile.objects.count() == 2
    assert [each.answers["data"]["nik"] for each in Submission.objects.order_by("number")] == [
        "6471014101900001",
        RIGHT,
    ]
    assert list(broken_links()) == []
    assert take(rina, id, "grant").json()["end"] == "granted"


def test_nothing_else_unlocks(siti: Client, id: str, rina: Client) -> None:
    assert problem(save(siti, id, {"data": {"nik": RIGHT}})) == (409, "no_correction_open")
    assert problem(upload(siti, id)) == (409, "no_correction_open")
    assert problem(send(siti, id)) == (409, "no_correction_open")
    ask(rina, id, NIK)

    refused = save(siti, id, {"data": {"nik": RIGHT, "nama": "Orang Lain"}})

    assert (problem(refused), fields(refused)) == ((422, "invalid_correction"), {"/answers/data/nama": "locked"})
    assert fields(upload(siti, id)) == {"/requirement": "locked"}
    assert fields(save(siti, id, {"data": None})) == {
        "/answers/data/nama": "locked",
        "/answers/data/kawin": "locked",
    }
    assert CorrectionRound.objects.get().answers is None
    assert fields(send(siti, id)) == {"/answers/data/nik": "unchanged"}
    assert Submission.objects.count() == 1


def test_what_only_a_program_gets_wrong_is_refused_as_in_a_draft(siti: Client, id: str, rina: Client) -> None:
    ask(rina, id, {"pointer": "/answers/data", "reason_code": "incorrect"})

    for data, expected in (
        ({"nik": 12}, {"/answers/data/nik": "type"}),
        ({"umur": 12}, {"/answers/data/umur": "unknown_field"}),
        ({"nama": "a" * 300_000}, {"/answers": "too_large"}),
    ):
        refused = save(siti, id, {"data": data})
        assert (problem(refused), fields(refused)) == ((400, "invalid_answers"), expected)
    assert CorrectionRound.objects.get().answers is None
    assert save(siti, id, {"data": {"nik": "1"}}).status_code == 200  # a person's slip is kept and told


def test_what_follows_from_a_correction_unlocks_with_it(siti: Client, id: str, rina: Client) -> None:
    ask(rina, id, {"pointer": "/answers/data/kawin", "reason_code": "incorrect"})

    married = save(siti, id, {"data": {"kawin": True}}).json()
    assert [each["pointer"] for each in married["problems"]] == ["/answers/data/pasangan"]
    assert fields(send(siti, id)) == {"/answers/data/pasangan": "required"}
    assert save(siti, id, {"data": {"pasangan": "Budi Santoso"}}).json()["problems"] == []
    assert fields(send(siti, id)) == {"/files/surat": "required"}
    letter = SimpleUploadedFile("surat.pdf", pdf())
    handed = siti.post(f"{URL}{id}/corrections/files/", {"requirement": "surat", "file": letter})

    assert handed.status_code == 201, handed.json()
    sent = send(siti, id)
    assert sent.status_code == 200, sent.json()
    assert sorted(each["requirement"] for each in sent.json()["files"]) == ["foto", "surat"]
    assert list(broken_links()) == []


def test_what_was_right_all_along_stays_with_a_note(siti: Client, id: str, rina: Client) -> None:
    ask(rina, id, NIK)

    sent = send(siti, id, note="NIK saya memang begitu; KK sedang diperbarui.")

    assert sent.status_code == 200
    line = siti.get(f"{URL}{id}/timeline/").json()["results"][-1]
    assert (line["type"], line["reason"]) == ("correction_sent", "NIK saya memang begitu; KK sedang diperbarui.")


def test_an_officer_marks_what_there_is_with_a_reason_and_once(siti: Client, id: str, rina: Client) -> None:
    refused = ask(
        rina,
        id,
        {"pointer": "/answers/data/umur", "reason_code": "incorrect"},
        {"pointer": "/files/ijazah", "reason_code": "incorrect"},
        {"pointer": "/answers/data/nik", "reason_code": "other"},
        {"pointer": "/answers/data", "reason_code": "incorrect"},
        {"pointer": "/number", "reason_code": "incorrect"},
    )

    assert (problem(refused), fields(refused)) == (
        (422, "invalid_correction"),
        {
            "/items/0/pointer": "unknown",
            "/items/1/pointer": "unknown",
            "/items/2/words": "required",
            "/items/3/pointer": "twice",
            "/items/4/pointer": "unknown",
        },
    )
    assert problem(ask(rina, id, {"pointer": "/files/foto", "reason_code": "bosan"}))[0] == 400
    assert problem(rina.post(f"{OFFICE}{id}/corrections/", {"items": []}, content_type="application/json",
                             headers={"Idempotency-Key": "x"}))[0] == 400  # fmt: skip
    assert CorrectionRound.objects.count() == 0
    assert Application.objects.get().paused_on is None


def test_strangers_and_other_agencies_find_nothing_and_staff_do_not_ask_themselves(
    siti: Client, id: str, rina: Client
) -> None:
    ask(rina, id)
    budi = signed_in(resident("budi@example.org"), "applications")
    hendra = officer(email="hendra@example.org", code="DPMPTSP")

    for answer in (budi.get(f"{URL}{id}/corrections/"), save(budi, id, {}), upload(budi, id), send(budi, id)):
        assert problem(answer) == (404, "not_found")
    for answer in (hendra.get(f"{OFFICE}{id}/corrections/"), ask(hendra, id)):
        assert problem(answer) == (404, "not_found")
    assert siti.get(f"{OFFICE}{id}/corrections/").status_code == 403
    upload(siti, id)
    (new,) = CorrectionFile.objects.all()
    assert siti.get(f"{URL}{id}/corrections/files/{new.id}/").status_code == 200
    assert rina.get(f"{OFFICE}{id}/corrections/files/{new.id}/").status_code == 404  # not sent yet


def test_an_officer_who_applied_asks_nothing_of_themselves() -> None:
    publish_service()
    client = officer()
    app = signed_in(User.objects.get(email="rina@example.org"), "applications")
    id = ready(app)
    submit(app, id)

    assert problem(ask(client, id)) == (403, "action_forbidden")


def test_asked_twice_is_asked_once_and_rounds_are_counted(siti: Client, id: str, rina: Client) -> None:
    first, again = ask(rina, id, NIK, key="satu"), ask(rina, id, NIK, key="satu")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert problem(ask(rina, id, NIK)) == (409, "awaiting_correction")
    for turn in range(3):
        if turn:
            assert ask(rina, id, NIK).status_code == 201
        save(siti, id, {"data": {"nik": f"647101410190000{turn + 3}"}})
        assert send(siti, id, key=f"kirim-{turn}").status_code == 200
    assert problem(ask(rina, id, NIK)) == (409, "too_many_rounds")
    assert rina.get(f"{OFFICE}{id}/corrections/").json()["rounds_left"] == 0
    assert Submission.objects.count() == 4
    assert send(siti, id, key="kirim-2").status_code == 200  # sent again: the first answer
    assert Event.objects.filter(type="correction_sent").count() == 3
    assert list(broken_links()) == []


def test_the_clock_stands_from_the_question_to_the_answer() -> None:
    with time_machine.travel(datetime(2026, 3, 9, 1, 0, tzinfo=UTC), tick=False) as clock:
        publish_service(deadline={"working_days": 5, "from": "complete", "basis": "Uji"})
        siti = signed_in(resident(), "applications", "notifications")
        id = ready(siti)
        submit(siti, id)
        rina = officer()
        take(rina, id, "start_review")
        clock.shift(timedelta(days=1))
        ask(rina, id, NIK)
        clock.shift(timedelta(days=2))
        save(siti, id, {"data": {"nik": RIGHT}})
        sent = send(siti, id).json()
        told = siti.get(f"{URL}{id}/deadline/").json()
        drain_all()

    assert sent["due_on"] == told["due_on"] == "2026-03-18"
    assert [day["date"][-2:] for day in told["days"] if day["counted"]] == ["10", "13", "16", "17", "18"]
    bodies = [each.body["id"] for each in Notice.objects.filter(kind__startswith="application.correction")]
    assert any("- NIK: Tidak sesuai. Berbeda dengan KK." in body and "30 Maret 2026" in body for body in bodies)
    assert any(body.endswith("Jawaban paling lambat 18 Maret 2026.") for body in bodies)
    leads = {each.kind: each.below for each in Notice.objects.filter(kind__startswith="application.")}
    assert leads["application.correction_asked"] == "perbaikan/#butir-answers-data-nik"
    assert leads["application.correction_sent"] == ""


def test_a_round_can_be_taken_back_and_withdrawing_ends_it(siti: Client, id: str, rina: Client) -> None:
    ask(rina, id)
    upload(siti, id)

    back = rina.post(f"{OFFICE}{id}/corrections/cancel/", {"reason": "Ternyata terbaca."}, "application/json")

    assert (back.status_code, back.json()["needs_correction"]) == (200, False)
    assert problem(rina.post(f"{OFFICE}{id}/corrections/cancel/", {}, "application/json")) == (
        409,
        "no_correction_open",
    )
    assert (CorrectionFile.objects.count(), StoredFile.objects.count()) == (0, 1)
    ask(rina, id)
    upload(siti, id)
    assert siti.post(f"{URL}{id}/withdraw/", {}, "application/json").json()["end"] == "withdrawn"
    assert [each.state for each in CorrectionRound.objects.order_by("number")] == ["cancelled", "cancelled"]
    assert StoredFile.objects.count() == 1
    assert problem(ask(rina, id)) == (409, "not_under_way")
    assert list(broken_links()) == []


def test_what_was_not_sent_stays_the_applicants_also_when_the_round_is_taken_back(
    siti: Client, id: str, rina: Client
) -> None:
    ask(rina, id, NIK)
    save(siti, id, {"data": {"nik": RIGHT}})

    rina.post(f"{OFFICE}{id}/corrections/cancel/", {}, "application/json")

    (seen,) = rina.get(f"{OFFICE}{id}/corrections/").json()["results"]
    assert (seen["state"], seen["items"][0]["after"], seen["items"][0]["changed"]) == ("cancelled", None, False)
    (own,) = siti.get(f"{URL}{id}/corrections/").json()["results"]
    assert own["items"][0]["after"] == RIGHT


def test_silence_is_reminded_of_once_and_ends_where_the_definition_says_so() -> None:
    rules = {"rounds": 1, "working_days": 10, "on_silence": "reject", "basis": "Perwali uji Pasal 9"}
    with time_machine.travel(datetime(2026, 3, 9, 1, 0, tzinfo=UTC), tick=False) as clock:
        publish_service(corrections=rules)
        siti, rina = signed_in(resident(), "applications", "notifications"), officer()
        id = ready(siti)
        submit(siti, id)
        take(rina, id, "start_review")
        assert ask(rina, id, NIK).json()["answer_by"] == "2026-03-23"

        found = []
        for days in (0, 10, 1, 3, 1, 1):
            clock.shift(timedelta(days=days))
            found.append(tend_rounds(now=timezone.now()))
        drain_all()

    assert found == [(0, 0), (0, 0), (1, 0), (0, 0), (0, 1), (0, 0)]
    mine = siti.get(f"{URL}{id}/").json()
    assert (mine["end"], mine["needs_correction"]) == ("rejected", False)
    assert Notice.objects.filter(kind="correction.near").count() == 1
    notice = Notice.objects.get(kind="application.correction_lapsed")
    assert "Perwali uji Pasal 9" in notice.body["id"]
    assert list(broken_links()) == []
    assert actions(rina, id) == []


def test_a_day_closed_by_a_decree_meanwhile_is_given_to_the_applicant() -> None:
    rules = {"rounds": 1, "working_days": 10, "on_silence": "reject", "basis": "Perwali uji Pasal 9"}
    with time_machine.travel(datetime(2026, 3, 9, 1, 0, tzinfo=UTC), tick=False) as clock:
        publish_service(corrections=rules)
        siti, rina = signed_in(resident(), "applications"), officer()
        id = ready(siti)
        submit(siti, id)
        take(rina, id, "start_review")
        assert ask(rina, id, NIK).json()["answer_by"] == "2026-03-23"
        Holiday.objects.create(date="2026-03-20", name="Cuti bersama", kind="cuti_bersama")
        found = []
        for day in (24, 24, 25):
            clock.move_to(datetime(2026, 3, day, 1, 0, tzinfo=UTC))
            found.append(tend_rounds(now=timezone.now()))

    assert found == [(0, 0), (1, 0), (0, 1)]  # the 24th is the last day now, of which they are reminded
    assert siti.get(f"{URL}{id}/").json()["end"] == "rejected"


def test_where_the_definition_does_not_say_so_silence_ends_nothing(siti: Client, id: str, rina: Client) -> None:
    ask(rina, id)

    found = [tend_rounds(now=timezone.now() + timedelta(days=days)) for days in (60, 90)]

    assert found == [(0, 0), (0, 0)]
    assert siti.get(f"{URL}{id}/").json()["needs_correction"] is True


@pytest.mark.django_db(transaction=True)
def test_two_officers_ask_at_once_and_one_round_is_open() -> None:
    publish_service()
    siti = signed_in(resident(), "applications")
    id = ready(siti)
    submit(siti, id)
    officers = [officer(email=f"petugas{n}@example.org") for n in range(4)]
    take(officers[0], id, "start_review")

    answers = at_once(*[lambda each=each: ask(each, id, NIK) for each in officers])

    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
    assert CorrectionRound.objects.count() == 1
    assert Event.objects.filter(type="correction_asked").count() == 1
    assert list(broken_links()) == []


@pytest.mark.django_db(transaction=True)
def test_a_correction_sent_against_one_taken_back_is_one_of_both() -> None:
    publish_service()
    siti = signed_in(resident(), "applications")
    id = ready(siti)
    submit(siti, id)
    rina = officer()
    take(rina, id, "start_review")
    ask(rina, id, NIK)
    save(siti, id, {"data": {"nik": RIGHT}})

    sent, back = at_once(
        lambda: send(siti, id), lambda: rina.post(f"{OFFICE}{id}/corrections/cancel/", {}, "application/json")
    )

    assert sorted((sent.status_code, back.status_code)) == [200, 409]
    assert Event.objects.filter(type__in=("correction_sent", "correction_cancelled")).count() == 1
    assert list(broken_links()) == []
