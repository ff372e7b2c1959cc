"""Two phones catch up, page by page, while others write, some of it early and committed late: neither misses anything.

Unlike `test_lifecycle` each step is committed; `LIFECYCLE_EXAMPLES` makes it go on for longer, too.
"""

import os
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from services.applications.models import Application
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import URL
from tests.services.applications.factory import ANSWERS, publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLES = int(os.environ.get("LIFECYCLE_EXAMPLES", "0"))
JSON = "application/json"
PLACES, PHONES = st.integers(0, 4), st.sampled_from(["siti's", "the family's"])
NAMES = st.sampled_from(["Siti", "Aminah", "Rahma"])


class Late:
    """A writer whose transaction stays open until it is let go."""

    def __init__(self, write: Callable[[], Any]) -> None:
        self.written, self.goes_on = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._work, args=(write,))
        self.thread.start()
        assert self.written.wait(30)

    def _work(self, write: Callable[[], Any]) -> None:
        try:
            with transaction.atomic():
                write()
                self.written.set()
                assert self.goes_on.wait(60)
        finally:
            self.written.set()
            connection.close()

    def commit(self) -> None:
        self.goes_on.set()
        self.thread.join()


class Phones(RuleBasedStateMachine):
    """One resident with two phones, an officer, and a writer that is slow to commit."""

    def __init__(self) -> None:
        super().__init__()
        publish_service(requirements=[])
        self.siti = signed_in(resident(), "applications")
        self.rina = officer()
        self.ids: list[str] = []
        self.cursors = {"siti's": "", "the family's": ""}
        self.held: dict[str, dict[str, Any]] = {"siti's": {}, "the family's": {}}
        self.late: Late | None = None
        self.touched = ""  # what the late one writes: its row is locked

    def teardown(self) -> None:
        self.commits_late()
        call_command("flush", verbosity=0, interactive=False)

    def pick(self, place: int) -> str:
        """Return one of them that nobody has locked, empty where there is none."""
        free = [each for each in self.ids if each != self.touched]
        return free[place % len(free)] if free else ""

    @precondition(lambda self: len(self.ids) < 5)
    @rule()
    def begin(self) -> None:
        id = str(uuid4())
        assert self.siti.post(URL, {"id": id, "service": "uji"}, JSON).status_code == 201
        self.ids.append(id)

    def save(self, id: str, name: str) -> int:
        body = {"answers": {"data": ANSWERS["data"] | {"nama": name}}}
        saved = self.siti.patch(f"{URL}{id}/", body, JSON, headers={"If-Match": "*"})
        return int(saved.status_code)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, name=NAMES)
    def saves(self, place: int, name: str) -> None:
        if id := self.pick(place):
            self.save(id, name)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES)
    def submits(self, place: int) -> None:
        if id := self.pick(place):
            self.save(id, "Siti Rahma")
            self.siti.post(f"{URL}{id}/submit/", headers={"Idempotency-Key": str(uuid4())})

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, action=st.sampled_from(["start_review", "grant"]))
    def an_officer_acts(self, place: int, action: str) -> None:
        if id := self.pick(place):
            take(self.rina, id, action)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES)
    def looks(self, place: int) -> None:
        if id := self.pick(place):
            assert self.siti.post(f"{URL}{id}/read/", {}, JSON).status_code == 200

    @precondition(lambda self: self.ids)
    @rule(place=PLACES)
    def throws_away(self, place: int) -> None:
        id = self.pick(place)
        if id and self.siti.delete(f"{URL}{id}/", headers={"If-Match": "*"}).status_code == 204:
            self.ids.remove(id)

    @precondition(lambda self: self.late is None)
    @rule(place=PLACES, what=st.sampled_from(["begin", "save", "read", "throw away"]))
    def is_written_early(self, place: int, what: str) -> None:
        """Write now what will be committed at some later step."""
        id = self.pick(place)
        if what == "begin":
            new = str(uuid4())
            self.touched = new
            self.late = Late(lambda: self.siti.post(URL, {"id": new, "service": "uji"}, JSON))
        elif id:
            write = {
                "save": lambda: self.save(id, "Terlambat"),
                "read": lambda: self.siti.post(f"{URL}{id}/read/", {}, JSON),
                "throw away": lambda: self.siti.delete(f"{URL}{id}/", headers={"If-Match": "*"}),
            }[what]
            self.touched, self.late = id, Late(write)

    @rule()
    def commits_late(self) -> None:
        if self.late is None:
            return
        self.late.commit()
        stands = Application.objects.filter(id=self.touched).exists()
        if stands and self.touched not in self.ids:
            self.ids.append(self.touched)
        elif not stands and self.touched in self.ids:
            self.ids.remove(self.touched)
        self.late, self.touched = None, ""

    def page(self, phone: str, limit: int) -> bool:
        """Take one page of what changed; return whether there is more."""
        answer = self.siti.get(URL, {"updated_since": self.cursors[phone], "limit": str(limit)})
        assert answer.status_code == 200, answer.content
        told = answer.json()
        held = self.held[phone] = {} if told["reset"] and not self.cursors[phone] else self.held[phone]
        assert not told["reset"] or not held
        for id in told["deleted"]:
            held.pop(id, None)
        held.update({each["id"]: each for each in told["results"]})
        self.cursors[phone] = told["cursor"]
        return told["next"] is not None

    @rule(phone=PHONES, limit=st.integers(1, 3))
    def a_phone_loses_the_network_after_a_page(self, phone: str, limit: int) -> None:
        self.page(phone, limit)

    @rule(phone=PHONES, limit=st.integers(1, 3))
    def a_phone_catches_up(self, phone: str, limit: int) -> None:
        """After the last page it holds what everybody can see by now, the late one's old state included."""
        rounds = 0
        # The round that was under way may have begun before; the next one is from now.
        for _ in range(2):
            while self.page(phone, limit):
                rounds += 1
                assert rounds < 100
        shown = {each["id"]: each for each in self.siti.get(URL, {"limit": 100}).json()["results"]}
        held = self.held[phone]
        assert set(held) == set(shown)
        for id in shown:
            whole = self.siti.get(f"{URL}{id}/").json()
            assert {key: held[id].get(key) for key in whole} == whole
        fresh = self.siti.get(URL, {"updated_since": "", "limit": "100"}).json()["results"]
        assert {each["id"]: each["unread"] for each in fresh} == {id: each["unread"] for id, each in held.items()}


def test_whatever_is_written_and_whenever_it_is_committed_no_phone_misses_it() -> None:
    by_chance = EXAMPLES > 0
    run_state_machine_as_test(
        Phones,
        settings=settings(
            derandomize=not by_chance,
            max_examples=EXAMPLES or 6,
            stateful_step_count=50 if by_chance else 30,
            phases=[Phase.generate, Phase.shrink] if by_chance else [Phase.generate],
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
