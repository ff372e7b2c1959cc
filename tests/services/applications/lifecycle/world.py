"""One resident, her officers, strangers and a calendar; and how they are asked."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import time_machine
from django.db import transaction
from django.test import Client, override_settings
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from accounts.models import User
from services.applications.models import (
    DRAFT,
    Application,
    Appointment,
    Destruction,
    Event,
    LegalHold,
    Satisfaction,
    Submission,
)
from services.events.models import OutboxEvent
from tests.services.applications.api.test_clock import platform_staff, with_questions
from tests.services.applications.api.test_office import officer
from tests.services.applications.factory import publish_service, resident
from tests.services.applications.lifecycle.counting import (
    APPEAL_DAYS,
    APPEALED_WITHIN,
    DAYS,
    EXTENDED,
    FOLLOW_UP,
    MONTHS,
    OBJECTED_WITHIN,
    OBJECTION_DAYS,
    REOPENED,
)
from tests.services.applications.test_new_version import drain_all
from tests.services.signed_in import signed_in

MONDAY = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)  # before Lebaran
JSON = "application/json"
API = "/api/v1/"
MOST = 3
PLACES = st.integers(0, 5)
MARKS = ("/answers/data/nik", "/answers/data/nama", "/files/foto")
OBJECTION: dict[str, Any] = {
    "within": {"working_days": OBJECTED_WITHIN, "basis": "Uji"},
    "decide": {"working_days": OBJECTION_DAYS, "basis": "Uji"},
    "follow_up": {"working_days": FOLLOW_UP, "basis": "Uji"},
    "on_silence": "granted",
    "appeal": {
        "within": {"working_days": APPEALED_WITHIN, "basis": "Uji"},
        "decide": {"working_days": APPEAL_DAYS, "basis": "Uji"},
    },
}
REOPENING: dict[str, Any] = {
    "by": ["approver"],
    "from": ["rejected", "withdrawn"],
    "within": {"calendar_days": 40, "basis": "Uji"},
    "follow_up": {"working_days": REOPENED, "basis": "Uji"},
}
COUNTER: dict[str, Any] = {
    "key": "loket-a",
    "name": {"id": "Loket A", "en": "Counter A"},
    "place": "Jl. Sudirman 1, Balikpapan",
    "windows": [
        {"weekday": each, "begins": "08:00", "ends": "09:00", "minutes": 30, "capacity": 1} for each in range(5)
    ],
    "closed_days": [],
}


def workflow() -> dict[str, Any]:
    """Return a workflow with a pause, a return from it, and an extension."""
    found = with_questions()
    extend = {
        "action": "extend",
        "label": {"id": "Perpanjang", "en": "Extend"},
        "from": ["in_review"],
        "to": "in_review",
    }
    extend |= {"roles": ["officer"], "extends": {"working_days": EXTENDED, "basis": "UU uji"}}
    return {**found, "transitions": [*found["transitions"], extend]}


def publish() -> None:
    """Publish two services: one of which delay is told upwards, and one that silence grants."""
    promise = {"from": "complete", "basis": "Uji"}
    corrections = {"rounds": 2, "working_days": 3, "on_silence": "reject", "basis": "Uji"}
    publish_service(
        workflow=workflow(),
        deadline=promise | {"working_days": DAYS["uji"], "on_lapse": "escalate"},
        corrections=corrections,
        objection=OBJECTION,
        reopening=REOPENING,
        retention={"months": MONTHS["uji"]},
    )
    publish_service(
        service="diam",
        deadline=promise | {"working_days": DAYS["diam"], "on_lapse": "granted"},
        corrections=corrections,
        workflow=workflow(),
        retention={"months": MONTHS["diam"], "then": "destroy", "basis": "Uji"},
    )


def told_by(answer: Any) -> tuple[int, Any]:
    """Return what an answer says; a refusal bears the request's own id."""
    body = answer.json() if answer.content else {}
    return answer.status_code, {key: value for key, value in body.items() if key != "trace_id"}


class World(RuleBasedStateMachine):
    """Who there is, what they know of, and asking."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.clock: Any = self.stack.enter_context(time_machine.travel(MONDAY, tick=False))
        self.stack.enter_context(override_settings(CALENDAR_FRESH_SECONDS=0))
        self.stack.enter_context(transaction.atomic())
        self.stack.callback(transaction.set_rollback, True)
        publish()
        self.siti = signed_in(resident(), "applications", "notifications", "account")
        self.rina = officer()
        self.ana = officer("approver", email="ana@example.org")
        self.budi = officer("officer", "approver", email="budi@example.org")
        self.dewi = officer("officer", "approver", "head", email="dewi@example.org")
        self.staff = platform_staff()
        self.stranger = signed_in(resident("lain@example.org"), "applications", "notifications")
        self.elsewhere = officer(email="hendra@example.org", code="DPMPTSP")
        admin = officer("admin", email="admin@example.org")
        self.counter = str(admin.post(f"{API}office/counters/", COUNTER, content_type=JSON).json()["id"])
        self.people = {each.email: str(each.id) for each in User.objects.all() if each.email}
        self.ids: list[str] = []
        self.gone: set[str] = set()  # thrown away, or destroyed
        self.hours: list[tuple[Client, str]] = []
        self.handed_in: dict[str, tuple[Any, ...]] = {}
        self.rated: dict[str, dict[str, int]] = {}
        self.fetched: set[str] = set()
        self.holds: dict[str, str] = {}
        self.read: dict[str, int] = {}

    def teardown(self) -> None:
        self.stack.close()

    def world(self) -> dict[str, Any]:
        """Return what a request that is refused, or sent again, may not move."""
        mine = Application.objects.order_by("id")
        return {
            "applications": list(mine.values_list("id", "state", "answers")),
            "links": list(mine.values_list("objects_to_id", "agency_id", "assignee_id", "due_on", "document_id")),
            "revisions": list(mine.values_list("id", "revision")),
            "events": set(Event.objects.values_list("id", flat=True)),
            "submissions": Submission.objects.count(),
            "outbox": OutboxEvent.objects.count(),
            "hours": list(Appointment.objects.order_by("id").values_list("id", "state", "starts_at")),
            "surveys": list(Satisfaction.objects.order_by("application_id").values_list("application_id", "scores")),
            "holds": list(LegalHold.objects.order_by("id").values_list("id", "lifted_at")),
            "destroyed": Destruction.objects.count(),
        }

    def do(self, call: Callable[[], Any], *, again: bool, same: bool = True) -> Any:
        """Ask, and where wanted once more; hold that a refusal changed nothing, and the second time nothing more.

        `same`: the second answer is the first one's. Saving a draft again saves the same, as a newer revision.
        """
        before = self.world()
        answer = call()
        note(f"-> {answer.status_code} {answer.content[:200]!r}")
        assert answer.status_code < 500, answer.content
        after = self.world()
        if answer.status_code >= 400:
            assert after == before
            assert answer.headers["Content-Type"].startswith("application/problem+json")
        if again:
            second = call()
            then = self.world()
            assert then | {"revisions": ()} == after | {"revisions": ()}
            if same:
                assert then == after
                assert told_by(second) == told_by(answer)
        self.told_of_each_change(before)
        return answer

    def told_of_each_change(self, before: dict[str, Any]) -> None:
        """Hold that each event of this is told once, and that each change of state is one event."""
        new = list(Event.objects.exclude(id__in=before["events"]))
        told = OutboxEvent.objects.filter(topic__startswith="application.").exclude(id__in=before["events"])
        assert sorted((each.id, each.application_id, f"application.{each.type}") for each in new) == sorted(
            told.values_list("id", "key", "topic")
        )
        states = {id: state for id, state, _answers in before["applications"]}
        for id, state in Application.objects.values_list("id", "state"):
            changes = [each.to_state for each in new if each.application_id == id and each.from_state != each.to_state]
            assert changes == [state] * (states.get(id, DRAFT) != state)

    def all_is_told(self) -> None:
        """Have the worker tell all that waits, also what waits for some minutes."""
        drain_all()
        self.clock.shift(timedelta(minutes=5))
        drain_all()

    def pick(self, place: int) -> str:
        """Return one of her applications, objections among them."""
        return self.ids[place % len(self.ids)]

    def of(self, place: int) -> Application:
        """Return the row of one of them."""
        return Application.objects.get(id=self.pick(place))

    def post(self, who: Client, path: str, body: Any, *, again: bool, same: bool = True) -> Any:
        headers = {"Idempotency-Key": str(uuid4())}
        return self.do(lambda: who.post(path, body, content_type=JSON, headers=headers), again=again, same=same)
