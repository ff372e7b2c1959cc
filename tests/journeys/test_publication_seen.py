"""A publication is seen by every web process within a second, and by a phone's own copy within a minute."""

import json
import re
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from superapp.launch.processes import end_all
from superapp.launch.system import wait_until_ready, web
from tests.journeys.people import Person
from tests.journeys.stack import Stack, free_port
from tests.journeys.test_spine import staff
from tests.services.applications.factory import CONTENT

pytestmark = pytest.mark.xdist_group("stack")

SLUG = "surat-terlihat"


@pytest.fixture
def addresses(stack: Stack) -> Iterator[list[str]]:
    """Two web servers on one database, each with processes of its own."""
    with ExitStack() as opened:
        port = free_port()
        second = web(stack.env, port, stack.var / "log")
        opened.callback(lambda: end_all([second]))
        second.start()
        wait_until_ready(f"http://127.0.0.1:{port}", second)
        yield [stack.base_url, f"http://127.0.0.1:{port}"]


def keyed() -> dict[str, str]:
    return {"If-Match": "*", "Idempotency-Key": str(uuid4())}


def processes(pid: int) -> int:
    children = [Path(f"/proc/{pid}/task/{task.name}/children") for task in Path(f"/proc/{pid}/task").iterdir()]
    return sum(len(each.read_text().split()) for each in children)


def publish(admin: Person, category: str) -> float:
    """Publish another category; return when that was answered."""
    begun = admin.post(f"office/services/{SLUG}/draft/", json={}, headers=keyed())
    assert begun.status_code == 201, begun.text
    patch = {"content": {"category": category}}
    saved = admin.call("PATCH", f"office/services/{SLUG}/draft/", json=patch, headers={"If-Match": "*"})
    assert saved.status_code == 200, saved.text
    wish = {"drafts_policy": "carry_on"}
    done = admin.post(f"office/services/{SLUG}/publish/", json=wish, headers=keyed())
    assert done.status_code == 201, done.text
    return time.monotonic()


def made(admin: Person) -> None:
    content = CONTENT | {"service": SLUG}
    begun = admin.post("office/services/", json={"service": SLUG, "content": content}, headers=keyed())
    assert begun.status_code == 201, begun.text
    done = admin.post(f"office/services/{SLUG}/publish/", json={}, headers=keyed())
    assert done.status_code == 201, done.text


def test_every_process_shows_a_publication_within_a_second(stack: Stack, addresses: list[str]) -> None:
    admin = staff(stack, "admin.dukcapil")
    made(admin)
    assert stack.web.popen
    assert processes(stack.web.popen.pid) >= 2
    seen: list[tuple[float, str, str]] = []
    stop = threading.Event()

    def ask(address: str) -> None:
        """Ask on a new connection each time, so that every process of a server gets its turn."""
        while not stop.is_set():
            asked = time.monotonic()
            with urllib.request.urlopen(f"{address}/api/v1/services/{SLUG}/") as answer:  # noqa: S310 - our own server
                seen.append((asked, address, json.loads(answer.read())["category"]))
            time.sleep(0.05)

    def wait_for(category: str, times: int) -> None:
        """Wait until each server has told it so often, however busy the machine is."""
        end = time.monotonic() + 60
        while any(sum(seen[n][1:] == (each, category) for n in range(len(seen))) < times for each in addresses):
            assert time.monotonic() < end, seen[-10:]
            time.sleep(0.1)

    readers = [threading.Thread(target=ask, args=(each,)) for each in addresses]
    for each in readers:
        each.start()
    try:
        wait_for("uji", 10)
        published = publish(admin, "terlihat")
        wait_for("terlihat", 20)
    finally:
        stop.set()
        for each in readers:
            each.join()

    assert max(asked for asked, _, category in seen if category == "uji") - published < 1.0


def test_a_phone_keeps_its_copy_for_a_minute_at_most(stack: Stack) -> None:
    kept = httpx.get(f"{stack.base_url}/api/v1/services/").headers["cache-control"]

    seconds = [int(each) for each in re.findall(r"(?:max-age|stale-while-revalidate)=(\d+)", kept)]
    assert sum(seconds) <= 60


def test_reading_asks_the_database_twice_a_second_at_most_and_not_reading_never(stack: Stack) -> None:
    def reads() -> int:
        """Return how often the one row of the revision was read, by whichever process."""
        with psycopg.connect(stack.env["DATABASE_URL"]) as database:
            database.execute("SELECT pg_stat_force_next_flush()")
            time.sleep(1.5)  # processes write their counts down when they are idle for a second
            found = database.execute(
                "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = 'catalogue_revision'"
            ).fetchone()
        assert found
        return int(found[0])

    httpx.get(f"{stack.base_url}/api/v1/services/")
    before = reads()
    idle = reads() - before
    begun = time.monotonic()
    with httpx.Client() as client:
        while time.monotonic() - begun < 3:
            client.get(f"{stack.base_url}/api/v1/services/")
    took = time.monotonic() - begun

    assert idle == 0
    assert reads() - before <= 2 * 2 * (took + 1)
