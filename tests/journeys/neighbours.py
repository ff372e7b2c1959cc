"""Another agency's residents and officers, served all the while: what they got, and how long it took."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import httpx

from tests.journeys.people import TLS, Person

# What differs from one application to the next, or with the second at which it was made.
_PAUSE = 0.05
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_OWN = {"id", "number", "receipt", "sha256", "created_at", "updated_at", "submitted_at", "trace_id", "revision"}


@dataclass
class Neighbours:
    """One resident and one officer who take an application through, again and again.

    They do while `during(phase)` says what happens meanwhile; `spent` are the milliseconds of each round that lay
    wholly in it.
    """

    resident: Person
    officer: Person
    service: str
    answers: dict[str, Any]
    results: set[str] = field(default_factory=set)
    spent: dict[str, list[float]] = field(default_factory=dict)
    _phase: str = ""
    _end: Event = field(default_factory=Event)
    _failure: BaseException | None = None

    def __enter__(self) -> "Neighbours":
        self._thread = Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._end.set()
        self._thread.join()
        if self._failure:
            raise self._failure

    @contextmanager
    def during(self, phase: str) -> Iterator[None]:
        """Count the rounds of this time as those of `phase`; it lasts for one round at least."""
        self._phase = phase
        before = len(self.spent.get(phase, []))
        try:
            yield
            while len(self.spent.get(phase, [])) == before and self._thread.is_alive():
                time.sleep(0.01)
        finally:
            self._phase = ""

    def middle(self, *phases: str) -> float:
        """Return the median of the milliseconds of these phases' rounds."""
        return median(each for phase in phases for each in self.spent[phase])

    def _run(self) -> None:
        try:
            with _client(self.resident) as resident, _client(self.officer) as officer:
                while not self._end.wait(_PAUSE):
                    if not self._phase:
                        continue
                    phase, begun = self._phase, time.perf_counter()
                    result = self._round(resident, officer)
                    self.results.add(repr(result))
                    if phase == self._phase:
                        self.spent.setdefault(phase, []).append((time.perf_counter() - begun) * 1000)
        except BaseException as error:  # noqa: BLE001 - raised where the test sees it
            self._failure = error

    def _round(self, resident: httpx.Client, officer: httpx.Client) -> list[Any]:
        id = str(uuid4())
        made = resident.post("applications/", json={"id": id, "service": self.service})
        etag = {"If-Match": made.headers.get("ETag", "")}
        answers = [
            made,
            resident.patch(f"applications/{id}/", json={"answers": self.answers}, headers=etag),
            resident.post(f"applications/{id}/submit/", headers={"Idempotency-Key": id}),
            officer.post(f"office/applications/{id}/actions/start_review/", json={"reason": ""}),
            resident.get("services/", params={"q": "ktp"}),
        ]
        return [(each.status_code, _plain(each.json())) for each in answers]


def _client(person: Person) -> httpx.Client:
    headers = {"Authorization": f"Bearer {person.token['access_token']}", "Accept-Language": "en"}
    return httpx.Client(base_url=f"{person.base_url}/api/v1/", headers=headers, timeout=30, verify=TLS)


def _plain(body: Any) -> Any:
    """Return a body without what is each application's own."""
    if isinstance(body, dict):
        return {key: _plain(value) for key, value in body.items() if key not in _OWN}
    if isinstance(body, str):
        return _DAY.sub("day", body)  # the day of the deadline is another one after midnight
    return [_plain(each) for each in body] if isinstance(body, list) else body
