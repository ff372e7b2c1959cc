"""`/kantor/permohonan/`: found by name, unit, colleague and kept views; many are done at once."""

import re
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from accounts.models import User
from accounts.privacy.models import DataAccess
from services.agencies.models import Membership, Unit
from services.applications.models import Application, BulkJob, SavedView
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import agency, member
from tests.services.applications.test_new_version import drain_all
from tests.services.office.desk import forms_in
from tests.services.office.test_clients_pages import browser_of
from tests.services.office.test_work_pages import QUEUE, app, do, id, office, rina
from tests.services.portal.pages import text_of

__all__ = ["app", "id", "office", "rina"]
pytestmark = pytest.mark.django_db


def number_of(id: Any) -> str:
    return Application.objects.get(pk=id).number or "-"


def test_a_resident_is_found_by_name_and_sees_that(office: Client, rina: User, id: UUID) -> None:
    found = office.post(f"{QUEUE}cari/", {"name": "siti"})
    short = office.post(f"{QUEUE}cari/", {"name": "6"})
    nobody = office.post(f"{QUEUE}cari/", {"name": "Zulkarnain"})

    assert number_of(id) in text_of(found)
    assert (short.status_code, "note error" in short.content.decode()) == (200, True)
    assert "Nobody of this name" in text_of(nobody)
    (noted,) = DataAccess.objects.filter(what="search")
    assert (noted.about, noted.reader_id) == (id, rina.pk)
    assert office.get(f"{QUEUE}cari/?name=siti").status_code == 405
    stranger = browser_of(member("budi@example.org", "officer", code="DLH"), "pwd", "mfa")
    assert number_of(id) not in text_of(stranger.post(f"{QUEUE}cari/", {"name": "siti"}))


def test_more_of_a_name_than_a_page_holds_is_led_on_to(app: Client, office: Client, id: UUID) -> None:
    submit(app, ready(app))
    soonest, later = (str(each.number) for each in Application.objects.order_by("due_on", "id"))

    first = office.post(f"{QUEUE}cari/?limit=1", {"name": "siti"})
    (further,) = re.findall(r'formaction="([^"]*)"', first.content.decode())
    second = office.post(unescape(further), {"name": "siti"})

    assert [each in text_of(first) for each in (soonest, later)] == [True, False]
    assert [each in text_of(second) for each in (soonest, later)] == [False, True]
    refused = office.post(f"{QUEUE}cari/?cursor=x", {"name": "siti"})
    assert (refused.status_code, "note error" in refused.content.decode()) == (200, True)


def test_it_is_narrowed_to_a_unit_and_to_a_colleague(office: Client, id: UUID) -> None:
    unit = Unit.objects.create(agency=agency(), code="capil", name="Bidang Capil")
    agus = member("agus@example.org", "officer")
    Application.objects.filter(pk=id).update(unit=unit, assignee=agus)
    number = number_of(id)

    asks = {"unit=capil": True, "unit=none": False, f"assignee={agus.pk}": True, "assignee=me": False, "": True}
    for asked, found in asks.items():
        assert (number in text_of(office.get(f"{QUEUE}?{asked}"))) is found, asked
    wrong = office.get(f"{QUEUE}?unit=tidak-ada&assignee={uuid4()}")
    assert (wrong.status_code, "errorlist" in wrong.content.decode()) == (200, True)


def test_a_view_is_kept_used_shared_and_forgotten_by_its_owner(office: Client, rina: User, id: UUID) -> None:
    kept = office.post(f"{QUEUE}tampilan/", {"name": "Terlambat", "stands": "overdue", "shared": "on"})
    view = SavedView.objects.get()

    assert (view.filters, view.shared) == ({"overdue": True}, True)
    used = office.get(kept["Location"])
    assert ("Terlambat" in text_of(used), number_of(id) in text_of(used)) == (True, False)
    colleague = browser_of(member("agus@example.org", "officer"), "pwd", "mfa")
    assert "Terlambat" in text_of(colleague.get(QUEUE))
    assert colleague.post(f"{QUEUE}tampilan/{view.pk}/hapus/").status_code == 404
    office.post(f"{QUEUE}tampilan/", {"name": "T"})
    assert "error" in office.get(QUEUE).content.decode()
    assert office.post(f"{QUEUE}tampilan/{view.pk}/hapus/").status_code == 302
    assert not SavedView.objects.exists()


def test_who_works_at_two_agencies_says_which(office: Client, rina: User, id: UUID) -> None:
    Membership.objects.create(user=rina, agency=agency("DLH"), role="officer")

    office.post(f"{QUEUE}tampilan/", {"name": "Semua"})
    assert not SavedView.objects.exists()
    assert number_of(id) not in text_of(office.get(f"{QUEUE}?agency=DLH"))
    office.post(f"{QUEUE}tampilan/", {"name": "Milik DLH", "agency": "DLH"})

    assert SavedView.objects.get().agency.code == "DLH"


def test_what_is_ticked_is_done_at_once_and_told_one_by_one(app: Client, office: Client, id: UUID) -> None:
    other = ready(app)
    submit(app, other)
    do(office, id, "act", action="start_review")
    empty = office.post(f"{QUEUE}sekaligus/")
    assert "Tick some applications" in text_of(empty)
    assert office.post(f"{QUEUE}sekaligus/", {"pick": "x"}).status_code == 404

    shouted = office.post(f"{QUEUE}sekaligus/", {"pick": [str(id).upper(), other]})
    assert shouted.status_code == 200
    offered = office.post(f"{QUEUE}sekaligus/", {"pick": [str(id), other]})
    assert "(1 of 2)" in text_of(offered)
    said = {"pick": [str(id), other], "action": "start_review", "id": str(uuid4())}
    first, again = office.post(f"{QUEUE}sekaligus/", said), office.post(f"{QUEUE}sekaligus/", said)
    assert (first.status_code, first["Location"]) == (302, again["Location"])
    assert "Its turn comes." in text_of(office.get(first["Location"]))
    drain_all()

    told = text_of(office.get(first["Location"]))
    assert ("1 done" in told, "1 refused" in told, number_of(other) in told) == (True, True, True)
    assert BulkJob.objects.count() == 1
    colleague = browser_of(member("agus@example.org", "officer"), "pwd", "mfa")
    assert colleague.get(first["Location"]).status_code == 404


def test_of_what_is_done_at_once_that_which_moved_on_since_is_left_alone(app: Client, office: Client, id: UUID) -> None:
    other = ready(app)
    submit(app, other)
    page = office.post(f"{QUEUE}sekaligus/", {"pick": [str(id), other]})
    (form,) = [each for each in forms_in(page.content.decode()) if each.values.get("action") == "start_review"]
    do(office, id, "claim")

    sent = office.post(f"{QUEUE}sekaligus/", form.values)
    waits = office.get(sent["Location"])
    drain_all()
    told = office.get(sent["Location"])

    assert (waits.headers.get("Refresh"), told.headers.get("Refresh")) == ("3", None)
    assert ("1 done" in text_of(told), "1 refused" in text_of(told)) == (True, True)
    assert "changed" in text_of(told)
    assert Application.objects.get(pk=id).state == "submitted"
    odd = office.post(f"{QUEUE}sekaligus/", form.values | {f"revision:{id}": "nol"})
    assert (odd.status_code, "note error" in odd.content.decode()) == (200, True)
