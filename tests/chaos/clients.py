"""Residents' apps and an officer's screen on a bad day: what is not answered is sent again, the same, until it is."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from queue import Queue
from threading import Lock
from typing import Any
from uuid import UUID

import httpx

from tests.journeys.people import TLS, Person

_PATIENCE_SECONDS = 120.0
_SENT_TWICE = 0.1  # of the submissions, as by an app that did not wait long enough
# What a client takes for "not now": nobody there, half an answer, or somebody there who cannot.
_NOT_NOW = (500, 502, 503, 504)


def dice_of(seed: int) -> random.Random:
    """Return what chooses: the same for the same seed."""
    return random.Random(seed)  # noqa: S311 - what it throws is no secret


class GaveUp(AssertionError):
    """It was not answered in two minutes, or answered with what no client understands."""


@dataclass
class Tally:
    """What clients saw: how often they sent again, and why; the trace ids of answers that nobody foresaw (500)."""

    again: dict[str, int] = field(default_factory=dict)
    unforeseen: list[str] = field(default_factory=list)
    replayed: int = 0
    lock: Lock = field(default_factory=Lock)

    def count(self, why: str) -> None:
        with self.lock:
            self.again[why] = self.again.get(why, 0) + 1


@dataclass
class Line:
    """One signed-in person's connection. Each thread has its own."""

    person: Person
    tally: Tally
    random: random.Random
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self._connect()

    def send(self, method: str, path: str, *, fine: tuple[int, ...] = (200, 201), **given: Any) -> httpx.Response:
        """Send until it is answered; return the answer.

        :raises GaveUp: after two minutes, or for an answer that is not `fine`.
        """
        end = time.monotonic() + _PATIENCE_SECONDS
        pause = 0.05
        while time.monotonic() < end:
            try:
                answer = self.client.request(method, path, **given)
            except httpx.TransportError as error:
                self.tally.count(type(error).__name__)
                self._connect()
            else:
                if answer.status_code in fine:
                    self.tally.replayed += "Idempotency-Replayed" in answer.headers
                    return answer
                if answer.status_code == 401:
                    self._sign_in_again()
                elif answer.status_code not in _NOT_NOW:
                    raise GaveUp(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
                elif answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
                    self.tally.unforeseen.append(answer.headers.get("X-Trace-Id", answer.text[:500]))
                self.tally.count(str(answer.status_code))
            time.sleep(pause * self.random.uniform(0.5, 1.5))
            pause = min(pause * 1.6, 1.0)
        raise GaveUp(f"{method} {path}: not answered in {_PATIENCE_SECONDS:g} s")

    def pages(self, path: str) -> Iterator[Any]:
        """Yield every line of a list, page by page."""
        where: str | None = path
        while where:
            page = self.send("GET", where).json()
            yield from page["results"]
            where = page["next"]

    def _connect(self) -> None:
        headers = {"Authorization": f"Bearer {self.person.token['access_token']}", "Accept-Language": "en"}
        base = f"{self.person.base_url}/api/v1/"
        self.client = httpx.Client(base_url=base, headers=headers, timeout=15, verify=TLS)

    def _sign_in_again(self) -> None:
        try:
            self.person.authorize()
        except Exception as error:  # noqa: BLE001 - the same bad day; tried again with the next request
            self.tally.count(f"token: {type(error).__name__}")
        self._connect()


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A submission that its resident was told of: by then it may not be lost."""

    id: str
    email: str
    number: str
    receipt: str


@dataclass
class Residents:
    """Threads that apply, each for one person, each with its share."""

    service: str
    answers: dict[str, Any]
    tally: Tally
    made: "Queue[Acknowledged | None]"
    acknowledged: list[Acknowledged] = field(default_factory=list)

    def apply(self, person: Person, count: int, seed: int) -> None:
        """Make, fill in and submit `count` applications under ids of the client's own."""
        dice = dice_of(seed)
        line = Line(person, self.tally, dice)
        for _ in range(count):
            told = self._one(line, dice)
            self.acknowledged.append(told)
            self.made.put(told)

    def _one(self, line: Line, dice: random.Random) -> Acknowledged:
        id = str(UUID(int=dice.getrandbits(128), version=4))
        line.send("POST", "applications/", json={"id": id, "service": self.service})
        while self._fill_in(line, id) == 412:  # the answer to the first got lost, and it had been kept
            pass
        headers = {"Idempotency-Key": f"s-{id}"}
        body = line.send("POST", f"applications/{id}/submit/", headers=headers).json()
        if dice.random() < _SENT_TWICE:
            again = line.send("POST", f"applications/{id}/submit/", headers=headers).json()
            if again != body:
                raise GaveUp(f"{id}: submitted twice, answered {body} and {again}")
        return Acknowledged(id, line.person.email, body["number"], body["receipt"])

    def _fill_in(self, line: Line, id: str) -> int:
        etag = line.send("GET", f"applications/{id}/").headers["ETag"]
        given = {"json": {"answers": self.answers}, "headers": {"If-Match": etag}}
        return line.send("PATCH", f"applications/{id}/", fine=(200, 412), **given).status_code


@dataclass
class Officer:
    """Takes up what comes in; grants every twentieth. `done` counts what was acknowledged, by action."""

    person: Person
    tally: Tally
    made: "Queue[Acknowledged | None]"
    done: dict[str, int] = field(default_factory=dict)
    granted: list[str] = field(default_factory=list)

    def work(self, seed: int) -> None:
        """Act until nothing comes any more."""
        line = Line(self.person, self.tally, dice_of(seed))
        while (told := self.made.get()) is not None:
            self._act(line, told.id, "start_review")
            if sum(told.id.encode()) % 20 == 0:
                self._act(line, told.id, "grant")
                self.granted.append(told.id)

    def _act(self, line: Line, id: str, action: str) -> None:
        headers = {"Idempotency-Key": f"{action}-{id}"}
        line.send("POST", f"office/applications/{id}/actions/{action}/", json={"reason": ""}, headers=headers)
        self.done[action] = self.done.get(action, 0) + 1
