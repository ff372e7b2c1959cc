"""`/kantor/permohonan/<id>/`: an application goes to a colleague, another agency, and comes back; it can be held."""

import re
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from services.agencies.models import Unit
from services.applications.models import Application, LegalHold, Message
from services.applications.operations.templates import write_template
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import agency, member
from tests.services.office.test_clients_pages import browser_of
from tests.services.office.test_work_pages import QUEUE, app, do, id, office, rina
from tests.services.portal.pages import text_of

__all__ = ["app", "id", "office", "rina"]
pytestmark = pytest.mark.django_db
WHY = "Lokasinya di bawah DLH."


def place_of(id: UUID) -> tuple[str, str | None, str | None]:
    found = Application.objects.select_related("agency", "unit", "assignee").get(pk=id)
    return (
        found.agency.code, found.unit.code if found.unit else None, found.assignee.email if found.assignee else None
    )  # fmt: skip


def test_it_goes_to_a_colleague_who_is_offered(office: Client, id: UUID) -> None:
    agus = member("agus@example.org", "approver")
    head = member("kepala@example.org", "head")

    page = office.get(f"{QUEUE}{id}/").content.decode()
    assert (str(agus.pk) in page, str(head.pk) in page) == (True, False)
    refused = do(office, id, "assign", assignee=str(head.pk))
    assert (refused.status_code, "This is no officer of that agency." in text_of(refused)) == (200, True)
    assert do(office, id, "assign", assignee="nobody").status_code == 200
    assert do(office, id, "assign", assignee=str(agus.pk)).status_code == 302

    assert place_of(id) == ("DISDUKCAPIL", None, "agus@example.org")
    assert "Give it to a colleague" not in text_of(office.get(f"{QUEUE}{id}/"))  # it is another's now


def test_it_is_handed_over_given_back_and_its_stays_are_told(office: Client, id: UUID) -> None:
    Unit.objects.create(agency=agency("DLH"), code="persampahan", name="Bidang Persampahan")
    budi = browser_of(member("budi@example.org", "officer", code="DLH"), "pwd", "mfa")
    said = {"place": "DLH/persampahan", "reason": WHY, "answer_in": "3"}

    short = do(office, id, "hand-over", **said | {"reason": "ya"})
    assert (short.status_code, "at least 5 characters" in text_of(short)) == (200, True)
    assert 'value="DLH/persampahan" selected' in short.content.decode()
    assert do(office, id, "hand-over", **said).status_code == 302
    assert place_of(id) == ("DLH", "persampahan", None)
    assert office.get(f"{QUEUE}{id}/").status_code == 404

    theirs = text_of(budi.get(f"{QUEUE}{id}/"))
    assert ("Where it has been" in theirs, WHY in theirs, "Asked back by" in theirs) == (True, True, True)
    assert do(budi, id, "give-back", reason="Sudah kami lihat.").status_code == 302
    assert place_of(id)[:2] == ("DISDUKCAPIL", None)
    ours = text_of(office.get(f"{QUEUE}{id}/"))
    assert ("Sudah kami lihat." in ours, "Give it back to" in ours) == (True, False)


def test_what_was_handed_to_others_is_called_back_by_whose_service_it_is(office: Client, id: UUID) -> None:
    number = Application.objects.get(pk=id).number or ""
    budi = browser_of(member("budi@example.org", "officer", code="DLH"), "pwd", "mfa")
    do(office, id, "hand-over", place="DLH", reason=WHY)

    sent = office.get(f"{QUEUE}diteruskan/")
    assert (number in text_of(sent), f"{id}/tarik/" in sent.content.decode()) == (True, True)
    assert number not in text_of(budi.get(f"{QUEUE}diteruskan/"))
    assert budi.post(f"{QUEUE}{id}/tarik/", {"reason": WHY}).status_code == 404
    assert office.post(f"{QUEUE}{id}/tarik/", {"reason": ""}).status_code == 200
    short = office.post(f"{QUEUE}{id}/tarik/?cursor=", {"reason": "kami"})
    assert (short.status_code, "at least 5 characters" in text_of(short)) == (200, True)
    assert ">kami</textarea>" in short.content.decode()
    assert place_of(id)[0] == "DLH"
    assert office.post(f"{QUEUE}{id}/tarik/", {"reason": "Kami yang memutus."}).status_code == 302

    assert place_of(id)[0] == "DISDUKCAPIL"
    assert f"{id}/tarik/" not in office.get(f"{QUEUE}diteruskan/").content.decode()
    late = office.post(f"{QUEUE}{id}/tarik/", {"reason": "Ditarik dua kali."})
    assert "What you wrote, to copy it: Ditarik dua kali." in text_of(late)


def test_pages_around_a_refused_recall_are_those_of_what_was_sent(office: Client, app: Client, id: UUID) -> None:
    agency("DLH")
    for each in (id, *(UUID(one) for one in more(app))):
        do(office, each, "hand-over", place="DLH", reason=WHY)
    first = office.get(f"{QUEUE}diteruskan/?limit=1").content.decode()

    refused = office.post(f"{QUEUE}{id}/tarik/?limit=1", {"reason": "ya"}).content.decode()

    assert next_of(refused) == next_of(first)
    assert office.get(next_of(refused)).status_code == 200


def more(app: Client) -> list[str]:
    """Hand in another application."""
    another = ready(app)
    assert submit(app, another).status_code == 200
    return [another]


def next_of(page: str) -> str:
    (found,) = re.findall(r'rel="next" href="([^"]+)"', page)
    return unescape(found)


@pytest.mark.parametrize(
    ("language", "words"),
    [("id", "Menangani atau meneruskan permohonan ini"), ("en", "Handle or pass on this application")],
)
def test_at_ones_own_application_the_refusal_is_in_words(
    office: Client, rina: User, id: UUID, language: str, words: str
) -> None:
    Application.objects.filter(pk=id).update(applicant=rina)

    said = {"do": "claim", "revision": Application.objects.get(pk=id).revision}
    told = office.post(f"{QUEUE}{id}/lakukan/", said, headers={"Accept-Language": language})

    assert f"“{words}”" in text_of(told)
    assert "“assign”" not in text_of(told)


def test_a_template_is_put_into_the_text_and_loses_no_words(office: Client, rina: User, id: UUID) -> None:
    title, body = {"id": "Foto buram", "en": "Blurred photo"}, {"id": "Foto {number}.", "en": "On {number}."}
    template = write_template(
        agency=agency(),
        service=None,
        key="foto",
        texts={"title": title, "body": body},
        author_id=rina.pk,
        now=timezone.now(),
    )
    number = Application.objects.get(pk=id).number

    assert "Blurred photo" in text_of(office.get(f"{QUEUE}{id}/"))
    said: dict[str, Any] = {"fill": "yes", "form": "message", "into": "text", "template": str(template.pk)}
    page = office.post(f"{QUEUE}{id}/lakukan/", said | {"text": "Selamat pagi."})

    assert f"Selamat pagi.\n\nOn {number}.</textarea>" in page.content.decode()
    assert not Message.objects.exists()
    unknown = office.post(f"{QUEUE}{id}/lakukan/", said | {"text": "Selamat pagi.", "template": str(uuid4())})
    assert "Selamat pagi.</textarea>" in unknown.content.decode()


def test_what_was_ticked_and_typed_outlives_a_refusal(office: Client, id: UUID) -> None:
    do(office, id, "act", action="start_review")
    said = {"mark": "/answers/data/nik", "code:/answers/data/nik": "other", "words:/answers/data/nik": ""}

    refused = do(office, id, "ask", **said | {"message": "Mohon."}).content.decode()

    assert "note error" in refused
    assert 'value="/answers/data/nik" checked' in refused
    assert '<option value="other" selected>' in refused
    assert "Mohon.</textarea>" in refused


def test_a_hold_is_placed_and_lifted_by_the_head_alone(office: Client, id: UUID) -> None:
    head = browser_of(member("kepala@example.org", "head"), "pwd", "mfa")

    assert "Legal hold" not in text_of(office.get(f"{QUEUE}{id}/"))
    assert do(office, id, "hold", reason="Perkara di PTUN").status_code == 200
    assert not LegalHold.objects.exists()
    assert do(head, id, "hold", reason="ya").status_code == 200
    assert do(head, id, "hold", reason="Perkara di PTUN").status_code == 302
    hold = LegalHold.objects.get()
    assert "Perkara di PTUN" in text_of(head.get(f"{QUEUE}{id}/"))
    assert do(head, id, "lift", hold=str(uuid4()), reason="Sudah selesai").status_code == 404
    assert do(head, id, "lift", hold=str(hold.pk), reason="Sudah selesai").status_code == 302

    hold.refresh_from_db()
    assert hold.lift_reason == "Sudah selesai"
