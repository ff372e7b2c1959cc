"""What follows from an application's events: notices, the document. Told twice, out of order, it is the same."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from services.applications.consumers import issue_document, notify_resident
from services.applications.models import Application, Event
from services.applications.queries.chain import broken_links
from services.documents.models import IssuedDocument
from services.events.models import OutboxEvent
from services.events.operations import drain
from services.notifications.models import Notice
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def app() -> Client:
    publish_service()
    return signed_in(resident(), "applications", "notifications")


@pytest.fixture
def id(app: Client) -> str:
    """A granted application of which nobody was told yet."""
    made = ready(app)
    submit(app, made)
    rina = officer()
    take(rina, made, "start_review")
    take(rina, made, "grant")
    return made


def kinds(app: Client) -> list[str]:
    return [line["kind"] for line in app.get("/api/v1/notifications/").json()["results"]]


def drain_all() -> None:
    while drain(now=timezone.now()):
        pass


def events() -> list[OutboxEvent]:
    return list(OutboxEvent.objects.filter(topic__startswith="application.").order_by("-created_at"))


def test_the_inbox_has_the_order_of_the_history_however_late_and_mixed_it_is_told(app: Client, id: str) -> None:
    for event in events():
        notify_resident(event, timezone.now())

    assert kinds(app) == ["application.granted", "application.in_review", "application.submitted"]
    assert {notice.created_at for notice in Notice.objects.all()} == {event.at for event in Event.objects.all()}


def test_told_twice_it_is_one_document_one_event_and_one_notice_each(app: Client, id: str) -> None:
    drain_all()
    first = IssuedDocument.objects.get()

    for event in events():
        issue_document(event, timezone.now())
        notify_resident(event, timezone.now())
    drain_all()

    assert IssuedDocument.objects.get().sha256 == first.sha256
    assert [event.type for event in Event.objects.order_by("sequence")] == [
        "submitted",
        "in_review",
        "granted",
        "document_issued",
    ]
    assert kinds(app)[0] == "application.document_issued"
    assert len(kinds(app)) == 4
    assert list(broken_links()) == []


def test_a_refused_application_gets_no_document(app: Client) -> None:
    made = ready(app)
    submit(app, made)
    rina = officer()
    take(rina, made, "start_review")
    take(rina, made, "reject", reason="Tidak lengkap")

    drain_all()

    assert IssuedDocument.objects.count() == 0
    assert app.get(f"/api/v1/applications/{made}/document/").status_code == 404
    assert "Tidak lengkap" in Notice.objects.get(kind="application.rejected").body["id"]


def test_what_is_granted_at_once_gets_its_document_and_its_day(app: Client) -> None:
    publish_service(workflow="instant", service="sekejap")
    made = ready(app, service="sekejap")

    told: dict[str, Any] = submit(app, made).json()
    drain_all()

    assert (told["state"], told["end"], told["closed_at"]) == ("granted", "granted", told["submitted_at"])
    assert Application.objects.get(id=made).document is not None
    assert list(broken_links()) == []


def test_a_name_that_no_font_can_print_is_issued_all_the_same(app: Client) -> None:
    made = ready(app, {"data": {"nama": "ꦱꦶꦠꦶ 王", "nik": "6471014101900001", "kawin": False}})
    submit(app, made)
    rina = officer()
    take(rina, made, "start_review")
    take(rina, made, "grant")

    drain_all()

    assert app.get(f"/api/v1/applications/{made}/document/").content.startswith(b"%PDF-")
