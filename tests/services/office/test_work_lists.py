"""`/kantor/permohonan/daftar/`: lists of the queue are asked for, told of and fetched, by who asked alone."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.privacy.models import DataAccess
from services.agencies.models import Membership
from services.applications.models import QueueExport
from tests.services.applications.factory import agency, member
from tests.services.applications.test_new_version import drain_all
from tests.services.office.test_clients_pages import browser_of
from tests.services.office.test_work_pages import QUEUE, app, id, office, rina
from tests.services.portal.pages import links_of, text_of

__all__ = ["app", "id", "office", "rina"]
pytestmark = pytest.mark.django_db
LISTS, NEW = f"{QUEUE}daftar/", f"{QUEUE}daftar/baru/"
ASKED = {"columns": ["number", "applicant"], "format": "csv", "reason": "Rekap mingguan."}


def test_a_list_is_asked_for_as_the_queue_was_narrowed_and_fetched(office: Client, id: UUID) -> None:
    assert f"{NEW}?assignee=nobody&stands=" in links_of(office.get(f"{QUEUE}?assignee=nobody&stands="))
    form = office.get(f"{NEW}?assignee=nobody").context["form"]
    assert form["assignee"].value() == "nobody"
    assert "No list was taken out yet." in text_of(office.get(LISTS))

    asked = office.post(NEW, ASKED | {"assignee": "nobody"})
    assert (asked.status_code, asked["Location"]) == (302, LISTS)
    waits = office.get(LISTS)
    assert (waits.headers.get("Refresh"), "Being written" in text_of(waits)) == ("3", True)
    twice = office.post(NEW, ASKED)
    assert (twice.status_code, "The list before is still being written." in text_of(twice)) == (200, True)
    assert "Rekap mingguan." in twice.content.decode()
    drain_all()

    ready = office.get(LISTS)
    (link,) = [each for each in links_of(ready) if each.startswith(LISTS) and each not in (LISTS, NEW)]
    assert ("Refresh" in ready.headers, "Narrowed to Nobody" in text_of(ready)) == (False, True)
    got = office.get(link)
    assert (got.status_code, got["Content-Type"]) == (200, "text/csv")
    assert b"BPN-" in b"".join(got.streaming_content)  # type: ignore[attr-defined]  # of a file
    assert DataAccess.objects.get(about=id).why == "Rekap mingguan."


def test_nobody_else_fetches_it_and_nobody_after_a_day(office: Client, rina: User, id: UUID) -> None:
    office.post(NEW, ASKED)
    drain_all()
    link = f"{LISTS}{QueueExport.objects.get().pk}/"
    agus, admin = member("agus@example.org", "officer"), member("dewi@example.org", "admin")
    colleague, dewi = browser_of(agus, "pwd", "mfa"), browser_of(admin, "pwd", "mfa")

    assert [each.get(link).status_code for each in (office, colleague, dewi)] == [200, 404, 404]
    assert "Rekap mingguan." not in text_of(colleague.get(LISTS))
    told = dewi.get(LISTS)
    assert ("Rekap mingguan." in text_of(told), link in links_of(told)) == (True, False)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        later = browser_of(rina, "pwd", "mfa")
        assert link not in links_of(later.get(LISTS))
        assert later.get(link).status_code == 404


def test_what_does_not_fit_is_said_and_kept(office: Client, rina: User, id: UUID) -> None:
    wrong: list[dict[str, Any]] = [
        {"columns": []}, {"columns": ["nik"]}, {"format": "pdf"}, {"reason": "x"}, {"q": "12"}
    ]  # fmt: skip
    odd = [office.post(NEW, ASKED | each) for each in wrong]
    assert [(each.status_code, "errorlist" in each.content.decode()) for each in odd] == [(200, True)] * 5
    assert "Rekap mingguan." in odd[0].content.decode()
    Membership.objects.create(user=rina, agency=agency("DLH"), role="officer")

    which = browser_of(rina, "pwd", "mfa").post(NEW, ASKED)

    assert (which.status_code, "note error" in which.content.decode()) == (200, True)
    assert not QueueExport.objects.exists()
