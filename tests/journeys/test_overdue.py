"""Nobody answers: the officer, the head of the agency and the Inspektorat are told, each in turn; the resident sees it.

Days pass in this story, so it runs in one process; it speaks HTTP, and the worker's own task does the worker's work.
"""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from services.applications.tasks import tend_clocks
from services.events.tasks import drain_outbox
from tests.problems import problem
from tests.services.applications.api.test_office import take
from tests.services.applications.api.test_workflow import submitted
from tests.services.applications.factory import member
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
ESCALATED = "/api/v1/office/applications/escalated/"
# Wednesday before Lebaran 2026: 18 to 24 March are Nyepi, joint leave and Idulfitri.
WEDNESDAY = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
PROMISE = {"working_days": 3, "from": "complete", "basis": "UU 30/2014 Pasal 53", "on_lapse": "escalate"}


def staff(email: str, role: str, code: str) -> Client:
    return signed_in(member(email, role, code=code), "office", "notifications")


def work(day: datetime) -> None:
    """Let the worker do what is due on this day, twice: it may."""
    for _ in range(2):
        tend_clocks()
        drain_outbox()


def inbox(client: Client) -> list[tuple[str, str]]:
    """Return kind and title of what somebody was told, the oldest first."""
    found = client.get("/api/v1/notifications/", headers={"Accept-Language": "en"}).json()["results"]
    return [(each["kind"], each["title"].split(": ")[1]) for each in reversed(found)]


def test_overdue_and_escalated() -> None:
    with time_machine.travel(WEDNESDAY, tick=False) as clock:
        call_command("load_city")
        app, id = submitted("standard-review", deadline=PROMISE)
        rina = staff("rina@example.org", "officer", "DISDUKCAPIL")
        budi = staff("budi@example.org", "head", "DISDUKCAPIL")
        hana = staff("hana@example.org", "head", "DPMPTSP")
        wati = staff("wati@example.org", "officer", "INSPEKTORAT")
        told = app.get(f"/api/v1/applications/{id}/deadline/").json()
        assert told["due_on"] == "2026-03-16"
        assert [each["on"] for each in told["escalation"]] == ["2026-03-17", "2026-03-26", "2026-03-30"]

        def on(day: int) -> None:
            clock.move_to(datetime(2026, 3, day, 1, 0, tzinfo=UTC))
            work(datetime(2026, 3, day, tzinfo=UTC))

        on(12)
        assert inbox(rina) == []
        on(13)  # one working day before Monday the 16th
        assert inbox(rina) == [("staff.clock.near", "the due date is near")]
        on(16)
        assert len(inbox(rina)) == 1
        on(17)
        late = ("staff.escalated_officer", "the answer is late")
        assert inbox(rina)[1:] == [late]
        assert (inbox(budi), budi.get(ESCALATED).json()["results"]) == ([], [])
        on(25)
        assert inbox(budi) == []
        on(26)  # 17, 25 and 26: the third working day after it
        assert [kind for kind, _title in inbox(budi)] == ["staff.escalated_head"]
        [line] = budi.get(ESCALATED).json()["results"]
        assert (line["id"], line["escalated_to"], line["days_late"]) == (id, "head", 3)
        assert "applicant" not in line
        assert hana.get(ESCALATED).json()["results"] == wati.get(ESCALATED).json()["results"] == []
        on(30)
        assert [kind for kind, _title in inbox(wati)] == ["staff.escalated_inspectorate"]
        assert [each["escalated_to"] for each in wati.get(ESCALATED).json()["results"]] == ["inspectorate"]
        assert hana.get(ESCALATED).json()["results"] == []

        lines = app.get(f"/api/v1/applications/{id}/timeline/").json()["results"]
        assert [line["type"] for line in lines] == [
            "submitted",
            "escalated_officer",
            "escalated_head",
            "escalated_inspectorate",
        ]
        assert [title for _kind, title in inbox(app)] == ["received", "late", "late", "late"]
        told = app.get(f"/api/v1/applications/{id}/deadline/").json()
        assert [each["told_at"][:10] for each in told["escalation"]] == ["2026-03-17", "2026-03-26", "2026-03-30"]
        assert problem(rina.get(ESCALATED)) == (403, "not_supervisor")
        assert problem(app.get(ESCALATED)) == (403, "insufficient_scope")

        take(rina, id, "start_review")
        assert take(rina, id, "grant").json()["end"] == "granted"
        assert budi.get(ESCALATED).json()["results"] == wati.get(ESCALATED).json()["results"] == []
