"""Whatever residents, officers, the calendar and time do, in any order: what must always hold holds after each step.

A state machine asks over the API, sends requests twice, has strangers try everything, and counts due dates by itself.
`LIFECYCLE_EXAMPLES=2000 make test ARGS="tests/services/applications/test_lifecycle.py"` goes on for longer, by chance.
"""

import os
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.agencies.models import Holiday
from services.applications.models import DRAFT, Application, BulkItem, Event, Hop, Submission
from services.applications.operations.silence import tend_rounds
from services.applications.queries.chain import broken_links
from services.events.models import Delivery, OutboxEvent
from services.notifications.models import Notice
from tests.services.applications.api.test_clock import platform_staff, with_questions
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import officer
from tests.services.applications.api.test_submit import URL
from tests.services.applications.factory import ANSWERS, publish_service, resident
from tests.services.applications.test_new_version import drain_all
from tests.services.documents.crafted import png
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("LIFECYCLE_EXAMPLES", "0"))
MONDAY = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)  # before Lebaran
DAYS, EXTENDED = 4, 2
JSON = "application/json"
MARKS = ("/answers/data/nik", "/answers/data/nama", "/files/foto")
LEADS_TO = {
    "start_review": "in_review",
    "ask": "waiting",
    "go_on": "in_review",
    "extend": "in_review",
    "grant": "granted",
}
LEADS_TO |= {"reject": "rejected", "withdraw": "withdrawn"}
ENDS = {"granted", "rejected", "withdrawn"}
MOST = 3
OWN_PATHS = ("", "timeline/", "deadline/", "corrections/", "actions/", "document/", "receipt/", "prefill/")
OFFICE_PATHS = ("", "timeline/", "corrections/", "actions/", "document/")
PLACES = st.integers(0, MOST - 1)
DATA = st.sampled_from(
    [ANSWERS["data"], {"nik": "6471014101900002"}, {"kawin": True, "pasangan": "Ahmad"}, {"nama": 7}, {"x": 1}]
)


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


def told_by(answer: Any) -> tuple[int, Any]:
    """Return what an answer says; a refusal bears the request's own id."""
    body = answer.json() if answer.content else {}
    return answer.status_code, {key: value for key, value in body.items() if key != "trace_id"}


def counted(events: list[Event]) -> tuple[bool, date]:
    """Return whether the clock stands, and the due date without a pause that lasts still: counted the long way."""
    holidays = set(Holiday.objects.values_list("date", flat=True))
    stood: list[tuple[date, date]] = []
    since: date | None = None
    asked, left = False, DAYS
    for each in events:
        day = timezone.localdate(each.at)
        if each.type == "correction_asked":
            asked = True
        elif each.type.startswith("correction_") or each.to_state in ENDS:
            asked = False
        left += EXTENDED * (each.action == "extend")
        stands = each.to_state == "waiting" or (asked and each.to_state not in ENDS)
        if stands and since is None:
            since = day
        elif not stands and since is not None:
            stood.append((since, day))
            since = None
    day = timezone.localdate(events[0].at)
    while left:
        day += timedelta(days=1)
        waited = any(begun < day <= ended for begun, ended in stood)
        left -= not waited and day.weekday() < 5 and day not in holidays
    return since is not None, day


class Lifecycle(RuleBasedStateMachine):
    """One resident, her officers, strangers, the calendar."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.clock: Any = self.stack.enter_context(time_machine.travel(MONDAY, tick=False))
        self.stack.enter_context(override_settings(CALENDAR_FRESH_SECONDS=0))
        self.stack.enter_context(transaction.atomic())
        self.stack.callback(transaction.set_rollback, True)
        publish_service(
            workflow=workflow(),
            deadline={"working_days": DAYS, "from": "complete", "basis": "Uji"},
            corrections={"rounds": 2, "working_days": 3, "on_silence": "reject", "basis": "Uji"},
        )
        self.siti = signed_in(resident(), "applications", "notifications")
        self.rina = officer()
        self.ana = officer("approver", email="ana@example.org")
        self.staff = platform_staff()
        self.stranger = signed_in(resident("lain@example.org"), "applications", "notifications")
        self.elsewhere = officer(email="hendra@example.org", code="DPMPTSP")
        self.ids: list[str] = []
        self.handed_in: dict[str, tuple[Any, ...]] = {}

    def teardown(self) -> None:
        self.stack.close()

    # --- Asking ------------------------------------------------------------------------------------------------------

    def world(self) -> dict[str, Any]:
        """Return what a request that is refused, or sent again, may not move."""
        return {
            "applications": list(Application.objects.order_by("id").values_list("id", "state", "answers")),
            "revisions": list(Application.objects.order_by("id").values_list("id", "revision")),
            "events": set(Event.objects.values_list("id", flat=True)),
            "submissions": Submission.objects.count(),
            "outbox": OutboxEvent.objects.count(),
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

    def pick(self, place: int) -> str:
        return self.ids[place % len(self.ids)]

    # --- The resident ------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.ids) < MOST)
    @rule(again=st.booleans(), far=st.integers(0, 6))
    def begin(self, again: bool, far: int) -> None:
        """Begin a draft, and go on with it: some way, or as far as under review."""
        id = str(uuid4())
        body = {"id": id, "service": "uji"}
        self.do(lambda: self.siti.post(URL, body, content_type=JSON), again=again, same=False)
        self.ids.append(id)
        place = len(self.ids) - 1
        if far > 0:
            self.answer(place, ANSWERS["data"], again=again)
        if far > 1:
            self.hand_in(place)
        if far > 2:
            self.submit(place, again=again, other_key=False)
        if far > 3:
            self.review(place, again=again)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, data=DATA, again=st.booleans())
    def answer(self, place: int, data: Any, again: bool) -> None:
        """Save answers; sent again they are those that were saved."""
        id = self.pick(place)
        etag = self.siti.get(f"{URL}{id}/").headers["ETag"]
        body = {"answers": {"data": data}}
        headers = {"If-Match": etag}
        self.do(
            lambda: self.siti.patch(f"{URL}{id}/", body, content_type=JSON, headers=headers), again=again, same=False
        )

    @precondition(lambda self: self.ids)
    @rule(place=PLACES)
    def hand_in(self, place: int) -> None:
        file = SimpleUploadedFile("a.png", png())
        self.do(
            lambda: self.siti.post(f"{URL}{self.pick(place)}/files/", {"requirement": "foto", "file": file}),
            again=False,
        )

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, again=st.booleans(), other_key=st.booleans())
    def submit(self, place: int, again: bool, other_key: bool) -> None:
        """Hand in; with another key what stands is answered, too."""
        keys = iter([str(uuid4())] * 2 if not other_key else [str(uuid4()), str(uuid4())])
        path = f"{URL}{self.pick(place)}/submit/"
        self.do(lambda: self.siti.post(path, headers={"Idempotency-Key": next(keys)}), again=again)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, again=st.booleans())
    def withdraw(self, place: int, again: bool) -> None:
        self.post(self.siti, f"{URL}{self.pick(place)}/withdraw/", {}, again=again)

    def post(self, who: Client, path: str, body: Any, *, again: bool) -> Any:
        headers = {"Idempotency-Key": str(uuid4())}
        return self.do(lambda: who.post(path, body, content_type=JSON, headers=headers), again=again)

    # --- The office --------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, action=st.sampled_from(sorted(LEADS_TO)), approver=st.booleans(), again=st.booleans())
    def act(self, place: int, action: str, approver: bool, again: bool) -> None:
        """Take an action, offered or not: it is taken if and only if it was offered and nothing blocked it."""
        id, who = self.pick(place), self.ana if approver else self.rina
        found = who.get(f"{OFFICE}{id}/actions/")
        open_now = {each["action"] for each in found.json().get("results", []) if not each["blocked"]}
        answer = self.post(who, f"{OFFICE}{id}/actions/{action}/", {"reason": "Uji."}, again=again)
        if found.status_code == 200 and action != "start_review":  # which takes no reason
            assert (answer.status_code == 200) == (action in open_now), (open_now, answer.content)
        if answer.status_code == 200:
            assert answer.json()["state"] == LEADS_TO[action]

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, again=st.booleans())
    def review(self, place: int, again: bool) -> None:
        self.post(self.rina, f"{OFFICE}{self.pick(place)}/actions/start_review/", {}, again=again)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, marks=st.sets(st.sampled_from(MARKS), min_size=1), again=st.booleans())
    def ask_correction(self, place: int, marks: set[str], again: bool) -> None:
        items = [{"pointer": each, "reason_code": "incorrect"} for each in sorted(marks)]
        self.post(self.rina, f"{OFFICE}{self.pick(place)}/corrections/", {"items": items}, again=again)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, data=DATA)
    def correct(self, place: int, data: Any) -> None:
        body, headers = {"answers": {"data": data}}, {"If-Match": "*"}
        path = f"{URL}{self.pick(place)}/corrections/"
        self.do(lambda: self.siti.patch(path, body, content_type=JSON, headers=headers), again=False)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, again=st.booleans(), note=st.sampled_from(["", "Sudah benar."]))
    def send_correction(self, place: int, again: bool, note: str) -> None:
        self.post(self.siti, f"{URL}{self.pick(place)}/corrections/send/", {"note": note}, again=again)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, again=st.booleans())
    def cancel_correction(self, place: int, again: bool) -> None:
        self.post(self.rina, f"{OFFICE}{self.pick(place)}/corrections/cancel/", {}, again=again)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, step=st.sampled_from(["claim", "release"]), approver=st.booleans(), again=st.booleans())
    def take_in_hand(self, place: int, step: str, approver: bool, again: bool) -> None:
        who = self.ana if approver else self.rina
        path = f"{OFFICE}{self.pick(place)}/{step}/"
        self.do(lambda: who.post(path, {}, content_type=JSON), again=again)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, step=st.sampled_from(["hand-over", "give-back", "recall"]))
    def pass_on(self, place: int, step: str) -> None:
        """Send it to the other agency and have it back: its clock runs on, and only where it lies is it seen."""
        id = self.pick(place)
        who = self.elsewhere if step == "give-back" else self.rina
        body = {"reason": "Mohon ditinjau."} | ({"agency": "DPMPTSP"} if step == "hand-over" else {})
        answer = self.do(lambda: who.post(f"{OFFICE}{id}/{step}/", body, content_type=JSON), again=False)
        if answer.status_code == 200:
            away = step == "hand-over"
            seen = [each.get(f"{OFFICE}{id}/").status_code for each in (self.rina, self.elsewhere)]
            assert seen == ([404, 200] if away else [200, 404])
        assert Hop.objects.filter(application_id=id, left_at=None).count() <= 1

    @precondition(lambda self: self.ids)
    @rule(action=st.sampled_from(["start_review", "grant", "reject"]))
    def order_for_all(self, action: str) -> None:
        """Order one action for all of them: each is done if and only if it would be by itself, and told so."""
        lines, job = [{"id": each} for each in self.ids], uuid4()
        body = {"id": str(job), "action": action, "reason": "Uji.", "applications": lines}
        states = dict(Application.objects.values_list("id", "state"))
        answer = self.rina.post(f"{OFFICE}bulk/", body, content_type=JSON)
        assert answer.status_code == 202, answer.content
        drain_all(timedelta(minutes=5))
        for each in BulkItem.objects.filter(job_id=job):
            now = Application.objects.filter(id=each.application_id).values_list("state", flat=True)[0]
            done = each.state == BulkItem.State.DONE
            assert now == (LEADS_TO[action] if done else states[each.application_id]), each.problem

    # --- The world ---------------------------------------------------------------------------------------------------

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        self.clock.shift(timedelta(hours=hours))

    @rule()
    def the_worker_tends(self) -> None:
        tend_rounds(now=timezone.now())

    @rule(ahead=st.integers(-3, 9), closed=st.booleans(), again=st.booleans())
    def the_calendar_changes(self, ahead: int, closed: bool, again: bool) -> None:
        """Close or open a day; open applications are counted anew before anything else happens."""
        day = timezone.localdate() + timedelta(days=ahead)
        path = f"/api/v1/office/holidays/{day}/"
        body = {"name": "Libur", "kind": "libur_nasional", "basis": "SKB"}
        ask = (
            (lambda: self.staff.put(path, body, content_type=JSON))
            if closed
            else (lambda: self.staff.delete(f"{path}?basis=x"))
        )
        self.do(ask, again=again, same=False)
        drain_all(timedelta(minutes=5))

    @rule()
    def the_outbox_is_told_twice(self) -> None:
        """Tell all that waits, then tell all of it once more, as after a crash: nothing is told double."""
        drain_all(timedelta(minutes=5))
        told = self.told()
        Delivery.objects.update(done_at=None, due_at=timezone.now())
        drain_all(timedelta(minutes=5))
        assert self.told() == told
        for event in Event.objects.filter(type__in=["submitted", "withdrawn", "in_review", "granted", "rejected"]):
            assert Notice.objects.filter(event_id=event.id, recipient__email="siti@example.org").count() == 1

    def told(self) -> tuple[Any, ...]:
        events = list(Event.objects.order_by("application_id", "sequence").values_list("id", flat=True))
        return (
            events,
            Notice.objects.count(),
            list(Application.objects.order_by("id").values_list("document_id", flat=True)),
        )

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, path=st.sampled_from(OWN_PATHS), office=st.sampled_from(OFFICE_PATHS))
    def strangers_try(self, place: int, path: str, office: str) -> None:
        """Whoever is neither the applicant nor of the agency learns not even that it is there."""
        id = self.pick(place)
        if Application.objects.filter(id=id, agency__code="DPMPTSP").exists():
            return  # handed over, it is known there
        before = self.world()
        given: dict[str, Any] = {"content_type": JSON, "headers": {"Idempotency-Key": str(uuid4()), "If-Match": "*"}}
        tried = [
            self.stranger.get(f"{URL}{id}/{path}"),
            self.elsewhere.get(f"{OFFICE}{id}/{office}"),
            self.stranger.post(f"{URL}{id}/submit/", **given),
            self.stranger.post(f"{URL}{id}/withdraw/", {}, **given),
            self.stranger.patch(f"{URL}{id}/", {"answers": ANSWERS}, **given),
            self.stranger.post(f"{URL}{id}/corrections/send/", {}, **given),
            self.elsewhere.post(f"{OFFICE}{id}/actions/grant/", {"reason": ""}, **given),
            self.elsewhere.post(
                f"{OFFICE}{id}/corrections/", {"items": [{"pointer": MARKS[0], "reason_code": "incorrect"}]}, **given
            ),
        ]
        assert {each.status_code for each in tried} == {404}
        assert self.stranger.get(URL).json()["results"] == []
        assert id not in [each["id"] for each in self.elsewhere.get(OFFICE).json()["results"]]
        assert self.world() == before

    # --- What must always hold ---------------------------------------------------------------------------------------

    @invariant()
    def the_history_is_whole(self) -> None:
        assert list(broken_links()) == []
        for id in self.ids:
            states = [(DRAFT, DRAFT)]
            for each in (
                Event.objects.filter(application_id=id).order_by("sequence").values_list("from_state", "to_state")
            ):
                assert each[0] == states[-1][1]
                states.append(each)
            assert Application.objects.values_list("state", flat=True).get(id=id) == states[-1][1]

    @invariant()
    def what_was_handed_in_stays(self) -> None:
        now = {
            f"{each.application_id} {each.number}": (each.answers, each.files, each.sha256, each.submitted_at)
            for each in Submission.objects.all()
        }
        assert {key: now.get(key) for key in self.handed_in} == self.handed_in
        self.handed_in = now

    @invariant()
    def the_clock_is_that_of_the_history(self) -> None:
        for application in Application.objects.exclude(submitted_at=None).order_by("id"):
            events = list(Event.objects.filter(application=application).order_by("sequence"))
            stands, due_on = counted(events)
            assert (application.paused_on is not None) == (stands and not application.end), events
            if not application.end:
                assert application.due_on == due_on, [(each.type, each.to_state, each.at) for each in events]


def test_what_must_always_hold_holds() -> None:
    by_chance = EXAMPLES > 0
    run_state_machine_as_test(
        Lifecycle,
        settings=settings(
            derandomize=not by_chance,
            max_examples=EXAMPLES or 12,
            stateful_step_count=60 if by_chance else 25,
            phases=[Phase.generate, Phase.shrink] if by_chance else [Phase.generate],
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
