"""What was lent from one application to another, when either of them goes, or several ask at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.privacy.models import DataAccess
from accounts.privacy.portable import Section
from services.applications import privacy
from services.applications.models import Application, ApplicationFile, Event
from services.documents.models import StoredFile
from tests.at_once import at_once
from tests.problems import fields, problem
from tests.services.applications.api.test_file_offers import begin, etag, given, offers, services, take
from tests.services.applications.api.test_office import officer
from tests.services.applications.api.test_office import take as act
from tests.services.applications.api.test_submit import URL, submit
from tests.services.applications.factory import member, resident
from tests.services.applications.test_retention import tend
from tests.services.office.test_clients_pages import browser_of as office_browser
from tests.services.portal.pages import browser_of as resident_browser
from tests.services.portal.pages import text_of
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
NEXT_MARCH = datetime(2027, 3, 9, 1, 0, tzinfo=UTC)  # a year later, when what was decided in March is over


@pytest.fixture
def app() -> Client:
    services(retention={"months": 12})
    return signed_in(resident(), "applications", "account", "notifications")


def refused(id: str, code: str = "DISDUKCAPIL") -> None:
    """Have it decided; what is refused has no document to be fetched first."""
    rina = officer(email=f"{code}@example.org", code=code)
    act(rina, id, "start_review")
    assert act(rina, id, "reject", reason="Tidak sesuai").status_code == 200


def kept_over(clock: Any) -> None:
    """Let the year of keeping pass, with its warning."""
    clock.move_to(NEXT_MARCH - timedelta(days=30))
    tend()
    clock.move_to(NEXT_MARCH + timedelta(days=1))
    tend()


def test_a_source_that_is_gone_is_offered_no_more_and_what_was_taken_stays_with_its_receipt(app: Client) -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        source = given(app)
        refused(source)
        clock.move_to(NEXT_MARCH - timedelta(days=60))
        id, other = begin(app), begin(app)
        (shown,) = offers(app, other)
        taken = take(app, id, *offers(app, id)).json()
        assert submit(app, id).status_code == 200
        kept_over(clock)

        assert Application.objects.get(id=source).erased_at is not None
        assert [each["source"]["application"] for each in offers(app, other)] == [id]
        answer = take(app, other, shown)
        assert problem(answer) == (409, "offer_changed")
        assert fields(answer) == {"/take/0": "offer_changed"}
        now = app.get(f"{URL}{id}/").json()
        assert now["reused_files"] == taken["reused_files"]
        assert app.get(f"{URL}{id}/files/{now['files'][0]['id']}/").status_code == 200
        assert not DataAccess.objects.filter(about=source).exists()


def test_a_source_that_went_with_its_bytes_leaves_nothing_to_take(app: Client) -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        source = given(app)
        refused(source)
        id = begin(app)
        (shown,) = offers(app, id)
        kept_over(clock)

        assert not StoredFile.objects.exists()
        assert offers(app, id) == []
        assert problem(take(app, id, shown)) == (409, "offer_changed")


def test_what_took_a_file_over_goes_without_the_receipt_and_the_source_keeps_its_file(app: Client) -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        source = given(app)
        id = begin(app)
        take(app, id, *offers(app, id))
        assert submit(app, id).status_code == 200
        refused(id, "DINSOS")
        number = app.get(f"{URL}{source}/").json()["number"]
        kept_over(clock)

        row = Application.objects.get(id=id)
        assert (row.erased_at is not None, row.reused_files) == (True, None)
        assert number not in str(list(Event.objects.filter(application_id=id).values_list("data", flat=True)))
        file = ApplicationFile.objects.select_related("file").get(application_id=source)
        assert default_storage.exists(file.file.storage_key)


def test_the_copy_of_all_data_says_what_was_taken_over_from_where(app: Client) -> None:
    source = given(app)
    id = begin(app)
    take(app, id, *offers(app, id))
    person = User.objects.get(email="siti@example.org")

    section = next(iter(privacy.export(person.id)))

    assert isinstance(section, Section)
    lines: Any = section.lines
    (line,) = [each for each in lines if str(each["id"]) == id]
    assert line["reused_files"]["kk"]["source"]["application"] == source
    assert "by" not in line["reused_files"]["kk"]


def test_an_erased_account_takes_its_drafts_and_their_receipts_along_and_not_what_lent(app: Client) -> None:
    source = given(app)
    id = begin(app)
    take(app, id, *offers(app, id))
    person = User.objects.get(email="siti@example.org")

    privacy.erase(person.id, timezone.now())

    assert not Application.objects.filter(id=id).exists()
    assert ApplicationFile.objects.get().application_id.hex == source.replace("-", "")
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_yeses_at_once_one_is_done() -> None:
    services()
    app = signed_in(resident(), "applications")
    source = given(app)
    id = begin(app)
    found, tag = offers(app, id), etag(app, id)

    answers = at_once(*[lambda: take(app, id, *found, tag=tag)] * 3)

    assert sorted(each.status_code for each in answers) == [200, 412, 412]
    assert ApplicationFile.objects.filter(application_id=id).count() == 1
    assert DataAccess.objects.filter(about=source).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_a_yes_and_the_end_of_the_source_at_once_leave_no_place_without_bytes(turn: int) -> None:
    services(retention={"months": 12})
    app = signed_in(resident(), "applications")
    with time_machine.travel(MARCH, tick=False) as clock:
        refused(given(app))
        clock.move_to(NEXT_MARCH - timedelta(days=30))
        tend()
        clock.move_to(NEXT_MARCH + timedelta(days=1))
        id = begin(app)
        (shown,), tag = offers(app, id), etag(app, id)

        answer, _done = at_once(lambda: take(app, id, shown, tag=tag), tend)

        files = ApplicationFile.objects.select_related("file").filter(application_id=id)
        assert [answer.status_code, len(files)] in ([200, 1], [409, 0]), answer.content
        assert all(default_storage.exists(each.file.storage_key) for each in files)
        assert bool(Application.objects.get(id=id).reused_files) == (answer.status_code == 200)


def test_resident_and_officer_read_on_their_pages_where_a_file_was_taken_from(app: Client) -> None:
    source = given(app)
    refused(source)
    number = app.get(f"{URL}{source}/").json()["number"]
    id = begin(app)
    take(app, id, *offers(app, id))
    submit(app, id)
    siti, rina = User.objects.get(email="siti@example.org"), member("rini@example.org", "officer", code="DINSOS")

    mine = text_of(resident_browser(siti).get(f"/permohonan/{id}/"))
    theirs = text_of(office_browser(rina, "pwd", "mfa").get(f"/kantor/permohonan/{id}/"))

    assert f"Diambil dari Layanan uji, DISDUKCAPIL, {number}; diunggah pada" in mine
    assert "Permohonan itu ditolak." in mine
    assert f"Taken over from Test service, DISDUKCAPIL, {number}; uploaded on" in theirs
    assert "That application was rejected." in theirs
