"""Files that an action asks: handed in by who may take it, owed before it is taken, part of its event afterwards."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.privacy.models import DataAccess
from accounts.privacy.portable import Attachment
from services.applications.models import ActionFile, Application, Event
from services.applications.operations.given_files import sweep
from services.applications.privacy import erase, export
from services.applications.queries.chain import broken_links
from services.definitions.flow import workflow_content
from services.documents.models import StoredFile
from services.notifications.models import Notice
from tests.at_once import at_once
from tests.problems import fields, problem
from tests.services.applications.api.test_my_actions import do, mine
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import hand_in, officer, take
from tests.services.applications.api.test_submit import URL
from tests.services.applications.api.test_workflow import offered, submitted
from tests.services.applications.factory import resident
from tests.services.applications.test_consumers import drain_all
from tests.services.documents.crafted import jpeg, pdf, png
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db


def visited(**more: Any) -> tuple[Client, str, Client]:
    """Return the resident, an application whose visit may be reported, the officer."""
    app, id = submitted("site-visit", **more)
    rina = officer()
    take(rina, id, "start_review")
    take(rina, id, "plan_visit", reason="Selasa, 1 Desember 2026, pukul 9.")
    return app, id, rina


def given(client: Client, id: str, at: str = OFFICE) -> list[Any]:
    lines = client.get(f"{at}{id}/timeline/").json()["results"]
    return [file for line in lines for file in line["documents"]]


def test_a_visit_is_reported_with_its_report_and_not_without() -> None:
    app, id, rina = visited()

    refused = take(rina, id, "report_visit")
    assert (problem(refused), fields(refused)) == ((422, "documents_missing"), {"/documents/berita_acara": "required"})
    assert refused.json()["detail"] == "Unggah dahulu: “Berita acara peninjauan”."
    staged = hand_in(rina, id, "report_visit", "berita_acara")
    assert staged.status_code == 201, staged.content
    done = take(rina, id, "report_visit")

    assert done.json()["state"] == "awaiting_decision"
    kept = {key: staged.json()[key] for key in ("id", "document", "name", "media_type", "size", "sha256")}
    event = Event.objects.get(action="report_visit")
    title = {"id": "Berita acara peninjauan", "en": "Report of the visit"}
    assert event.data["documents"] == [kept | {"title": title, "internal": False}]
    assert list(broken_links()) == []
    (file,) = given(app, id, URL)
    assert file["title"] == "Berita acara peninjauan"
    assert app.get(file["url"]).content == pdf()
    (seen,) = given(rina, id)
    assert rina.get(seen["url"]).content == pdf()
    assert DataAccess.objects.filter(what="file").count() == 1


def test_the_listing_tells_what_an_action_asks_and_what_is_there() -> None:
    _app, id, rina = visited()

    before = offered(rina, id, "report_visit")["documents"]
    hand_in(rina, id, "report_visit", "foto_lokasi", jpeg())
    after = offered(rina, id, "report_visit")["documents"]

    assert [(each["id"], each["accept"], each["max_mb"], each["optional"], each["staged"]) for each in before] == [
        ("berita_acara", ["pdf", "jpeg", "png"], 10, False, None),
        ("foto_lokasi", ["jpeg", "png"], 10, True, None),
    ]
    assert after[0]["staged"] is None
    assert after[1]["staged"]["media_type"] == "image/jpeg"
    assert after[1]["url"].endswith(f"/api/v1/office/applications/{id}/actions/report_visit/files/")
    assert offered(rina, id, "replan_visit")["documents"] == []


def test_handed_in_again_it_takes_the_place_of_the_first_and_may_be_taken_back() -> None:
    _app, id, rina = visited()
    first = hand_in(rina, id, "report_visit", "berita_acara", png(), **{"Idempotency-Key": "once"})
    again = hand_in(rina, id, "report_visit", "berita_acara", png(), **{"Idempotency-Key": "once"})
    assert again.content == first.content

    second = hand_in(rina, id, "report_visit", "berita_acara").json()
    assert [str(each.id) for each in ActionFile.objects.all()] == [second["id"]]
    place = f"{OFFICE}{id}/actions/report_visit/files/{second['id']}/"
    assert rina.get(place).content == pdf()
    assert rina.delete(place).status_code == 204
    assert (ActionFile.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert problem(rina.delete(place)) == (404, "not_found")
    assert problem(take(rina, id, "report_visit")) == (422, "documents_missing")


def test_what_one_officer_staged_is_not_anothers() -> None:
    app, id, rina = visited()
    budi = officer(email="budi@example.org")
    mine = hand_in(rina, id, "report_visit", "berita_acara").json()
    place = f"actions/report_visit/files/{mine['id']}/"

    for stranger, at in ((budi, OFFICE), (app, URL)):
        assert problem(stranger.get(f"{at}{id}/{place}")) == (404, "not_found")
        assert problem(stranger.delete(f"{at}{id}/{place}")) == (404, "not_found")
    assert given(app, id, URL) == []
    assert problem(take(budi, id, "report_visit")) == (422, "documents_missing")
    hand_in(budi, id, "report_visit", "berita_acara", png())
    assert take(budi, id, "report_visit").status_code == 200
    # The other's is of no use any more.
    assert ActionFile.objects.get().file.media_type == "image/png"
    late = take(rina, id, "report_visit")
    assert problem(late) == (409, "action_not_available")
    assert "“Laporkan peninjauan” oleh Budi (petugas), " in late.json()["detail"]


def test_only_who_may_take_the_action_hands_in_what_it_asks_and_as_it_asks() -> None:
    app, id, rina = visited()
    dewi = officer("approver", email="dewi@example.org")
    hendra = officer(email="hendra@example.org", code="DPMPTSP")
    other = signed_in(resident("lain@example.org"), "applications")

    assert problem(hand_in(dewi, id, "report_visit", "berita_acara")) == (403, "action_forbidden")
    assert problem(hand_in(app, id, "report_visit", "berita_acara", at=URL)) == (403, "action_forbidden")
    assert problem(hand_in(hendra, id, "report_visit", "berita_acara")) == (404, "not_found")
    assert problem(hand_in(other, id, "report_visit", "berita_acara", at=URL)) == (404, "not_found")
    assert problem(hand_in(rina, id, "approve", "berita_acara")) == (409, "action_not_available")
    unknown = hand_in(rina, id, "report_visit", "kwitansi")
    assert (problem(unknown), fields(unknown)) == ((400, "unknown_document"), {"/document": "unknown_document"})
    for content, expected in (
        (b"MZ not a document", (415, "file_type_not_accepted")),
        (pdf() + b" " * (10 * 1024 * 1024), (413, "file_too_large")),
        (b"", (400, "invalid")),
        (pdf(catalog=b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), (422, "file_not_safe")),
    ):
        assert problem(hand_in(rina, id, "report_visit", "berita_acara", content)) == expected
    assert (ActionFile.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_a_withdrawal_in_between_leaves_nothing_behind() -> None:
    app, id, rina = visited()
    hand_in(rina, id, "report_visit", "berita_acara")

    assert do(app, id, "withdraw").json()["end"] == "withdrawn"

    assert (ActionFile.objects.count(), StoredFile.objects.count()) == (0, 0)
    for answer in (take(rina, id, "report_visit"), hand_in(rina, id, "report_visit", "berita_acara")):
        assert problem(answer) == (409, "action_not_available")
        assert "“Batalkan” oleh pemohon, " in answer.json()["detail"]


def test_what_waits_for_a_week_is_gone_and_what_was_given_stays() -> None:
    _app, id, rina = visited()
    hand_in(rina, id, "report_visit", "berita_acara")
    now = timezone.now()

    assert sweep(now=now + timedelta(days=6)) == 0
    with time_machine.travel(now + timedelta(days=7, minutes=1)):
        assert offered(rina, id, "report_visit")["documents"][0]["staged"] is None
        assert problem(take(rina, id, "report_visit")) == (422, "documents_missing")
        assert sweep(now=timezone.now()) == 1
        assert (ActionFile.objects.count(), StoredFile.objects.count()) == (0, 0)
        hand_in(rina, id, "report_visit", "berita_acara")
        assert take(rina, id, "report_visit").status_code == 200
        assert sweep(now=timezone.now() + timedelta(days=400)) == 0


def test_what_was_given_never_changes_and_a_change_behind_our_back_is_found() -> None:
    _app, id, rina = visited()
    file = hand_in(rina, id, "report_visit", "berita_acara").json()
    take(rina, id, "report_visit")

    assert problem(rina.delete(f"{OFFICE}{id}/actions/report_visit/files/{file['id']}/")) == (409, "already_given")
    for change in (lambda: ActionFile.objects.update(document="x"), lambda: ActionFile.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    StoredFile.objects.update(sha256="0" * 64)
    assert [each.what for each in broken_links()] == ["the files shown are not those given"]


def test_what_is_marked_internal_is_for_staff_alone() -> None:
    workflow = {**workflow_content("site-visit")}
    workflow["transitions"] = [
        each | {"documents": [each["documents"][0] | {"internal": True}]} if each["action"] == "report_visit" else each
        for each in workflow["transitions"]
    ]
    app, id = submitted(workflow)
    rina = officer()
    take(rina, id, "start_review")
    take(rina, id, "plan_visit", reason="Selasa.")
    hand_in(rina, id, "report_visit", "berita_acara")
    take(rina, id, "report_visit")

    (file,) = given(rina, id)
    assert file["internal"] is True
    assert given(app, id, URL) == []
    assert problem(app.get(file["url"].replace("/office/", "/"))) == (404, "not_found")
    person = Application.objects.get().applicant_id
    assert not any("berita_acara" in part.name for part in export(person) if isinstance(part, Attachment))


def information() -> tuple[Client, str, Client]:
    app, id = submitted("information-request")
    rina = officer()
    take(rina, id, "register")
    hand_in(rina, id, "provide", "informasi")
    assert take(rina, id, "provide").json()["end"] == "granted"
    return app, id, rina


def test_information_given_is_in_the_notice_the_export_and_nobody_elses() -> None:
    app, id, _rina = information()
    (file,) = given(app, id, URL)
    other = signed_in(resident("lain@example.org"), "applications")

    drain_all()

    assert problem(other.get(file["url"])) == (404, "not_found")
    bodies = [notice.body["id"] for notice in Notice.objects.all()]
    assert sum("Terlampir: Informasi yang diberikan" in body for body in bodies) == 1
    person = Application.objects.get().applicant_id
    names = [part.name for part in export(person) if isinstance(part, Attachment)]
    (name,) = (name.partition("/")[2] for name in names if "informasi" in name)
    assert (name[:8], name[-21:]) == ("provide-", "-informasi-berkas.pdf")


def test_a_resident_hands_in_what_their_own_action_asks() -> None:
    workflow = {**workflow_content("complaint")}
    document = {"id": "bukti", "title": {"id": "Bukti", "en": "Proof"}, "accept": ["png"], "max_mb": 1}
    workflow["transitions"] = [
        each | {"documents": [document]} if each["action"] == "complete" else each for each in workflow["transitions"]
    ]
    app, id = submitted(workflow)
    rina = officer()
    take(rina, id, "ask_completion", reason="Di jalan mana?")

    assert problem(do(app, id, "complete", reason="Jl. Mulawarman.")) == (422, "documents_missing")
    asked = app.get(f"{URL}{id}/actions/").json()["results"][0]["documents"]
    assert [(each["id"], each["staged"]) for each in asked] == [("bukti", None)]
    file = hand_in(app, id, "complete", "bukti", png(), at=URL)
    assert file.status_code == 201, file.content
    assert do(app, id, "complete", reason="Jl. Mulawarman.").json()["state"] == "submitted"

    (seen,) = given(rina, id)
    assert rina.get(seen["url"]).headers["Content-Type"] == "image/png"
    assert mine(app, id) == ["withdraw"]
    take(rina, id, "ask_completion", reason="Foto lain?")
    hand_in(app, id, "complete", "bukti", png(), at=URL)
    erase(Application.objects.get().applicant_id, timezone.now())
    assert [each.event_id is not None for each in ActionFile.objects.all()] == [True]


def test_who_acts_on_what_changed_is_told_who_was_first() -> None:
    app, id = submitted("standard-review")
    rina, budi = officer(), officer(email="budi@example.org")
    tag = rina.get(f"{OFFICE}{id}/").headers["ETag"]
    mine_tag = app.get(f"{URL}{id}/").headers["ETag"]

    first = budi.post(f"{OFFICE}{id}/actions/start_review/", {}, "application/json", headers={"If-Match": tag})
    late = rina.post(f"{OFFICE}{id}/actions/start_review/", {}, "application/json", headers={"If-Match": tag})
    withdrawal = app.post(f"{URL}{id}/withdraw/", {}, "application/json", headers={"If-Match": mine_tag})

    assert first.status_code == 200
    assert (problem(late), problem(withdrawal)) == ((412, "precondition_failed"), (412, "precondition_failed"))
    assert "“Mulai periksa” oleh Budi (petugas), " in late.json()["detail"]
    assert "“Mulai periksa” oleh petugas, " in withdrawal.json()["detail"]
    assert Event.objects.filter(action__gt="").count() == 1
    fresh = first.headers["ETag"]
    granted = budi.post(f"{OFFICE}{id}/actions/grant/", {}, "application/json", headers={"If-Match": fresh})
    assert granted.json()["end"] == "granted"


def test_listing_costs_the_same_however_many_files_wait(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _app, id, rina = visited()
    rina.get(f"{OFFICE}{id}/actions/")
    hand_in(rina, id, "report_visit", "berita_acara")
    hand_in(rina, id, "report_visit", "foto_lokasi", jpeg())

    with django_assert_num_queries(6):
        rina.get(f"{OFFICE}{id}/actions/")


@pytest.mark.django_db(transaction=True)
def test_two_officers_hand_in_and_act_at_once_and_one_of_them_reports() -> None:
    _app, id, rina = visited()
    officers = [rina, *(officer(email=f"petugas{n}@example.org") for n in range(2))]

    staged = at_once(*[lambda each=each: hand_in(each, id, "report_visit", "berita_acara") for each in officers])
    done = at_once(*[lambda each=each: take(each, id, "report_visit") for each in officers])

    assert [each.status_code for each in staged] == [201, 201, 201]
    assert sorted(each.status_code for each in done) == [200, 409, 409]
    assert ActionFile.objects.count() == StoredFile.objects.count() == 1
    assert list(broken_links()) == []


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_against_a_report_is_one_of_both_and_the_other_is_told() -> None:
    app, id, rina = visited()
    hand_in(rina, id, "report_visit", "berita_acara")
    tags = {"office": rina.get(f"{OFFICE}{id}/").headers["ETag"], "mine": app.get(f"{URL}{id}/").headers["ETag"]}

    answers = at_once(
        lambda: rina.post(
            f"{OFFICE}{id}/actions/report_visit/", {}, "application/json", headers={"If-Match": tags["office"]}
        ),
        lambda: app.post(f"{URL}{id}/withdraw/", {}, "application/json", headers={"If-Match": tags["mine"]}),
    )

    assert sorted(each.status_code for each in answers) == [200, 412]
    told = next(each for each in answers if each.status_code == 412).json()["detail"]
    assert "Terakhir: “Batalkan” oleh pemohon" in told or "Terakhir: “Laporkan peninjauan” oleh petugas" in told
    given = ActionFile.objects.filter(event__isnull=False).count()
    assert (given, StoredFile.objects.count()) == ((1, 1) if answers[0].status_code == 200 else (0, 0))
    assert list(broken_links()) == []
