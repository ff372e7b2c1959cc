"""Notes among colleagues and messages with the applicant: append-only, told, and never mixed."""

import re
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import User
from services.applications.consumers import tell_of_message
from services.applications.handing import tell_of_handling
from services.applications.models import Message, Note
from services.applications.privacy import export
from services.notifications.models import Notice
from tests.described import committed
from tests.problems import fields, problem
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import member, publish_service, resident
from tests.services.applications.office.test_handling import WHY, desk, do, tell
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
OFFICE, MINE = "/api/v1/office/applications/", "/api/v1/applications/"
SECRET = "Diduga pernah mengajukan di kota lain."


@pytest.fixture
def siti() -> Client:
    publish_service()
    return signed_in(resident(), "applications", "account", "notifications")


@pytest.fixture
def id(siti: Client) -> str:
    made = ready(siti)
    assert submit(siti, made).status_code == 200
    return made


@pytest.fixture
def rina() -> User:
    return member("rina@example.org", "officer")


def write(client: Client, url: str, **body: Any) -> Any:
    key = {"Idempotency-Key": f"{url}{body}"[:200].encode("ascii", "ignore").decode()}
    return client.post(url, body, content_type="application/json", headers=key)


def test_a_note_reaches_colleagues_and_no_resident(id: str, siti: Client, rina: User) -> None:
    agus, hendra = member("agus@example.org", "officer"), member("hendra@example.org", "officer", code="DPU")

    noted = write(desk(rina), f"{OFFICE}{id}/notes/", text=SECRET, mentions=[str(agus.pk), str(agus.pk)])

    assert noted.status_code == 201
    (line,) = desk(agus).get(f"{OFFICE}{id}/notes/").json()["results"]
    assert line == noted.json()
    assert (line["author"]["name"], line["mentions"]) == ("Rina", [{"id": str(agus.pk), "name": "Agus"}])
    assert write(desk(rina), f"{OFFICE}{id}/notes/", text=SECRET, mentions=[str(agus.pk), str(agus.pk)]).json() == line
    assert fields(write(desk(rina), f"{OFFICE}{id}/notes/", text="?", mentions=[str(hendra.pk)])) == {
        "/mentions/0": "not_staff"
    }
    tell(tell_of_handling, "handling.mentioned")
    (told,) = Notice.objects.filter(recipient=agus)
    assert SECRET not in str(told.body)
    do(rina, id, "hand-over", agency="DPU", reason=WHY)
    assert desk(hendra).get(f"{OFFICE}{id}/notes/").json()["results"] == []
    assert problem(desk(rina).get(f"{OFFICE}{id}/notes/")) == (404, "not_found")


def test_no_route_of_a_resident_shows_a_note(id: str, siti: Client, rina: User) -> None:
    write(desk(rina), f"{OFFICE}{id}/notes/", text=SECRET)
    person = User.objects.get(email="siti@example.org")

    read = {url: siti.get(url) for url in _residents_pages(id)}

    seen = {url for url, answer in read.items() if answer.status_code == 200}
    assert {f"{MINE}{id}/", f"{MINE}{id}/timeline/", f"{MINE}{id}/messages/", "/api/v1/notifications/"} <= seen
    assert all(SECRET.encode() not in answer.content for answer in read.values())
    parts = [line for part in export(person.pk) for line in getattr(part, "lines", ())]
    assert SECRET not in str(parts)
    assert [each["internal_notes"] for each in parts if "internal_notes" in each] == [1]
    assert problem(siti.get(f"{OFFICE}{id}/notes/")) == (403, "insufficient_scope")


def _residents_pages(id: str) -> list[str]:
    """Return every address that is not the office's and takes an application's id alone, or nothing."""
    paths = committed()["paths"]
    open_to_all = [path for path, each in paths.items() if "get" in each and "/office/" not in path]
    return [path.replace("{id}", id) for path in open_to_all if set(re.findall("{(.*?)}", path)) <= {"id"}]


def test_both_sides_write_and_see_what_is_unread(id: str, siti: Client, rina: User) -> None:
    do(rina, id, "claim")
    first = write(desk(rina), f"{OFFICE}{id}/messages/", text="Mohon bawa buku nikah asli.")
    assert (first.status_code, first.json()["from"], first.json()["author"]) == (201, "office", "Rina")
    mine = siti.get(f"{MINE}{id}/messages/").json()
    assert (mine["unread"], [each["text"] for each in mine["results"]]) == (1, ["Mohon bawa buku nikah asli."])

    assert siti.post(f"{MINE}{id}/messages/read/").status_code == 204
    answer = write(siti, f"{MINE}{id}/messages/", text="Baik, besok.")

    assert (answer.status_code, answer.json()["from"]) == (201, "resident")
    assert siti.get(f"{MINE}{id}/messages/").json()["unread"] == 0
    theirs = desk(rina).get(f"{OFFICE}{id}/messages/").json()
    assert (theirs["unread"], [each["from"] for each in theirs["results"]]) == (1, ["resident", "office"])
    assert theirs["results"][1]["read_at"] is not None
    assert desk(rina).post(f"{OFFICE}{id}/messages/read/").status_code == 204
    assert desk(rina).get(f"{OFFICE}{id}/messages/").json()["unread"] == 0
    assert desk(rina).get(f"{OFFICE}{id}/notes/").json()["results"] == []
    tell(tell_of_message, "message.written")
    tell(tell_of_handling, "handling.written")
    kinds = Notice.objects.order_by("created_at").values_list("recipient__email", "kind")
    assert list(kinds) == [("siti@example.org", "message.written"), ("rina@example.org", "handling.written")]


def test_a_stranger_reads_and_writes_nothing(id: str, siti: Client, rina: User) -> None:
    write(desk(rina), f"{OFFICE}{id}/messages/", text="Untuk Siti.")
    budi = signed_in(resident("budi@example.org"), "applications")
    hendra = desk(member("hendra@example.org", "officer", code="DPU"))

    for answer in (
        budi.get(f"{MINE}{id}/messages/"),
        budi.post(f"{MINE}{id}/messages/read/"),
        write(budi, f"{MINE}{id}/messages/", text="Halo"),
        hendra.get(f"{OFFICE}{id}/messages/"),
        hendra.post(f"{OFFICE}{id}/messages/read/"),
        write(hendra, f"{OFFICE}{id}/messages/", text="Halo"),
        write(hendra, f"{OFFICE}{id}/notes/", text="Halo"),
    ):
        assert problem(answer) == (404, "not_found")
    assert (Message.objects.filter(read_at=None).count(), Note.objects.count()) == (1, 0)


def test_who_is_not_read_writes_no_more_and_nobody_to_a_draft(
    id: str, siti: Client, rina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.applications.operations.talk.MOST_UNREAD", 2)
    draft = ready(siti)

    answers = [write(siti, f"{MINE}{id}/messages/", text=f"Pesan {each}") for each in range(3)]

    assert [each.status_code for each in answers] == [201, 201, 409]
    assert problem(answers[2]) == (409, "unread")
    assert problem(write(siti, f"{MINE}{draft}/messages/", text="Halo")) == (409, "not_under_way")
    for text in ("", "  ", "a" * 4001):
        assert list(fields(write(siti, f"{MINE}{id}/messages/", text=text))) == ["/text"]


def test_the_database_keeps_what_was_written(id: str, rina: User) -> None:
    write(desk(rina), f"{OFFICE}{id}/notes/", text=SECRET)
    write(desk(rina), f"{OFFICE}{id}/messages/", text="Halo")

    for change in (
        lambda: Note.objects.update(text="x"),
        lambda: Note.objects.all().delete(),
        lambda: Message.objects.update(text="x"),
        lambda: Message.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
