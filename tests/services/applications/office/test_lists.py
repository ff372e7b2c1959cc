"""Saved views, and lists of the queue taken out: seen by whom they may, safe to open, told to whom they concern."""

import csv
import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.privacy.models import DataAccess
from services.agencies.models import Membership, Unit
from services.applications.handing import prepare
from services.applications.models import Application, QueueExport, SavedView
from services.applications.operations.lists import ask_for_list, forget_lists, prepare_list
from services.notifications.models import Notice
from superapp.http.problems import Problem
from tests.at_once import at_once
from tests.problems import fields, problem
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import agency, member, publish_service, resident
from tests.services.applications.office.test_handling import desk, tell
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
VIEWS, EXPORTS = "/api/v1/office/views/", "/api/v1/office/exports/"
ASKED = {"filters": {}, "columns": ["number", "applicant", "due_on"], "format": "csv", "reason": "Rapat bulanan"}


@pytest.fixture
def rina() -> User:
    publish_service()
    return member("rina@example.org", "officer")


@pytest.fixture
def ids(rina: User) -> list[str]:
    made: list[str] = []
    for name in ("=HYPERLINK(1)", "Siti Rahma", "@budi"):
        person = resident(f"{len(made)}@example.org")
        User.objects.filter(pk=person.pk).update(full_name=name)
        app = signed_in(person, "applications", "account")
        made.append(ready(app))
        assert submit(app, made[-1]).status_code == 200
    return made


def keep(person: User, name: str, *, shared: bool = False, **filters: Any) -> Any:
    body = {"name": name, "filters": filters, "shared": shared}
    return desk(person).post(VIEWS, body, content_type="application/json")


def ask(person: User, **changed: Any) -> Any:
    client: Client = desk(person)
    key = {"Idempotency-Key": str(QueueExport.objects.count())}
    return client.post(EXPORTS, ASKED | changed, content_type="application/json", headers=key)


def names(person: User) -> list[str]:
    return [each["name"] for each in desk(person).get(VIEWS).json()["results"]]


def test_a_misspelt_filter_keeps_no_view_and_takes_no_list_of_everything(rina: User) -> None:
    for answer in (keep(rina, "Terlambat", overdu=True), ask(rina, filters={"overdu": True})):
        assert (answer.status_code, fields(answer)) == (400, {"/filters/overdu": "unknown"})

    assert (names(rina), QueueExport.objects.count()) == ([], 0)


def test_a_view_is_its_owners_and_shared_its_units(rina: User) -> None:
    unit = Unit.objects.create(agency=agency(), code="capil", name="Bidang Capil")
    agus, tuti = member("agus@example.org", "officer"), member("tuti@example.org", "officer")
    hendra = member("hendra@example.org", "officer", code="DPU")
    Membership.objects.filter(user__in=[rina, agus]).update(unit=unit)

    made = keep(rina, "Terlambat", shared=True, assignee="me", overdue=True, due_from="2026-01-02")
    keep(rina, "Rahasia", state="in_review")

    assert made.status_code == 201
    assert made.json()["filters"] == {"assignee": "me", "overdue": True, "due_from": "2026-01-02"}
    assert (names(rina), names(agus)) == (["Rahasia", "Terlambat"], ["Terlambat"])
    assert (names(tuti), names(hendra)) == ([], [])
    assert keep(rina, "Terlambat", paused=True).status_code == 200
    assert names(agus) == []
    view = SavedView.objects.get(name="Rahasia")
    assert problem(desk(agus).delete(f"{VIEWS}{view.pk}/")) == (404, "not_found")
    assert desk(rina).delete(f"{VIEWS}{view.pk}/").status_code == 204


@pytest.mark.parametrize(
    ("filters", "named"),
    [
        ({"unit": "tiada"}, "/unit"),
        ({"overdue": "mungkin"}, "/filters/overdue"),
        ({"agency": "DPU"}, "/filters/agency"),
    ],
)
def test_filters_that_are_none_are_not_kept(rina: User, filters: dict[str, Any], named: str) -> None:
    answer = keep(rina, "Salah", **filters)

    assert (answer.status_code, list(fields(answer))) == (400, [named])
    assert SavedView.objects.count() == 0


def test_views_have_an_end(rina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.applications.operations.lists.views.MOST", 1)
    keep(rina, "Satu")

    assert problem(keep(rina, "Dua")) == (409, "too_many_views")


def test_a_list_is_written_told_and_kept_for_a_day(rina: User, ids: list[str]) -> None:
    asked = ask(rina)
    assert (asked.status_code, asked.json()["state"]) == (202, "preparing")
    assert problem(ask(rina)) == (409, "still_preparing")
    assert problem(desk(rina).get(f"{EXPORTS}{asked.json()['id']}/file/")) == (404, "not_found")

    tell(prepare, "queue_export.requested")
    tell(prepare, "queue_export.requested")

    url = f"{EXPORTS}{asked.json()['id']}/"
    done = desk(rina).get(url).json()
    assert (done["state"], done["rows"], done["capped"]) == ("ready", 3, False)
    file = desk(rina).get(f"{url}file/")
    content = b"".join(file.streaming_content)  # type: ignore[attr-defined]  # a FileResponse
    assert file.headers["Content-Type"] == "text/csv"
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert lines[0] == ["Nomor", "Pemohon", "Tenggat"]
    assert sorted(line[1] for line in lines[1:]) == ["'=HYPERLINK(1)", "'@budi", "Siti Rahma"]
    readings = DataAccess.objects.filter(what="list")
    assert {(str(each.about), each.why, each.reader_name) for each in readings} == {
        (id, "Rapat bulanan", "Rina") for id in ids
    }
    assert readings.count() == 3
    assert Notice.objects.filter(recipient=rina, kind="queue_export.ready").count() == 1
    agus, dewi = member("agus@example.org", "officer"), member("dewi@example.org", "admin")
    assert problem(desk(agus).get(f"{url}file/")) == (404, "not_found")
    assert problem(desk(dewi).get(f"{url}file/")) == (404, "not_found")
    assert desk(agus).get(EXPORTS).json()["results"] == []
    assert [(each["asked_by"], each["reason"]) for each in desk(dewi).get(EXPORTS).json()["results"]] == [
        ("Rina", "Rapat bulanan")
    ]

    key = QueueExport.objects.get().storage_key
    with_hooks = forget_lists(now=timezone.now() + timedelta(hours=25))

    assert with_hooks == 1
    assert QueueExport.objects.get().state == "expired"
    assert problem(desk(rina).get(f"{url}file/")) == (404, "not_found")
    default_storage.delete(key)


def test_a_workbook_holds_text_and_no_formula(rina: User, ids: list[str]) -> None:
    asked = ask(rina, format="xlsx", columns=["applicant", "service", "overdue", "unit", "assignee", "state", "clock"])
    tell(prepare, "queue_export.requested")

    file = desk(rina).get(f"{EXPORTS}{asked.json()['id']}/file/")
    book = zipfile.ZipFile(io.BytesIO(b"".join(file.streaming_content)))  # type: ignore[attr-defined]  # a FileResponse
    sheet = book.read("xl/worksheets/sheet1.xml").decode()

    assert "=HYPERLINK(1)" in sheet
    assert not re.search(r"<f[ >]", sheet)
    assert sheet.count("<row ") == 4
    assert [sheet.count(f">{word}<") for word in ("tidak", "berjalan", "Diajukan", "submitted")] == [3, 3, 3, 0]


def test_a_list_ends_at_its_cap_and_says_so(rina: User, ids: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.applications.operations.lists.taking.MOST_ROWS", 2)
    monkeypatch.setattr("services.applications.operations.lists.taking._BATCH", 1)
    ask(rina)

    tell(prepare, "queue_export.requested")

    export = QueueExport.objects.get()
    assert (export.rows, export.capped) == (2, True)
    assert DataAccess.objects.filter(what="list").count() == 2


def test_what_is_filtered_out_is_not_in_it(rina: User, ids: list[str]) -> None:
    Application.objects.filter(pk=ids[0]).update(assignee=rina)
    ask(rina, filters={"assignee": "me"})

    tell(prepare, "queue_export.requested")

    assert QueueExport.objects.get().rows == 1
    assert [str(each.about) for each in DataAccess.objects.filter(what="list")] == [ids[0]]


def test_who_left_meanwhile_gets_nothing(rina: User, ids: list[str]) -> None:
    ask(rina)
    Membership.objects.filter(user=rina).delete()

    tell(prepare, "queue_export.requested")

    assert QueueExport.objects.get().state == "failed"
    assert DataAccess.objects.filter(what="list").count() == 0


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"columns": ["nik"]}, "/columns/0"),
        ({"columns": []}, "/columns"),
        ({"format": "pdf"}, "/format"),
        ({"reason": " "}, "/reason"),
        ({"filters": {"unit": "tiada"}}, "/unit"),
    ],
)
def test_a_list_that_is_none_is_refused_by_name(rina: User, changed: dict[str, Any], named: str) -> None:
    answer = ask(rina, **changed)

    assert (answer.status_code, list(fields(answer))) == (400, [named])
    assert QueueExport.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_lists_asked_for_at_once_are_one_and_workers_at_once_forget_it_once() -> None:
    publish_service()
    rina = member("rina@example.org", "officer")
    agency_id = Membership.objects.get(user=rina).agency_id
    wish: dict[str, Any] = {
        "agency_id": agency_id,
        "reason": "Rapat",
        "filters": {},
        "columns": ["number"],
        "kind": "csv",
    }

    def asked() -> QueueExport:
        return ask_for_list(asked_by=rina.id, language="id", now=timezone.now(), **wish)

    found = at_once(*[asked] * 4, refused=(Problem,))

    assert [each.code for each in found if isinstance(each, Problem)] == ["still_preparing"] * 3
    prepare_list(export_id=QueueExport.objects.get().pk, now=timezone.now())
    later = timezone.now() + timedelta(hours=25)
    assert sum(at_once(*[lambda: forget_lists(now=later)] * 4)) == 1
