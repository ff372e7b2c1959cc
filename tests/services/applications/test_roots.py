"""The daily root: over all that was committed since the last; published, proven; what was changed is found by it."""

import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event as Signal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from services.applications.history import FIRST, event_hash
from services.applications.merkle import CHUNK, chunk_hashes, climb, path_of, root_of
from services.applications.models import Application, Event, HistoryLeaf, HistoryRoot
from services.applications.operations.recording import record
from services.applications.operations.sealing import seal_day
from services.applications.queries.roots import unlike_the_roots
from tests.at_once import at_once
from tests.problems import problem
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.applications.test_verify_history import tamper, verify
from tests.services.signed_in import signed_in

URL = "/api/v1/history/roots/"
NIGHT = datetime(2026, 11, 24, 16, 2, tzinfo=UTC)  # two minutes into the 25th in the city


@pytest.fixture
def app(db: None) -> Client:
    publish_service(requirements=[])
    return signed_in(resident(), "applications", "account")


def one(app: Client) -> str:
    """Submit an application and begin its review; return its id."""
    id = ready(app, files=False)
    assert submit(app, id).status_code == 200
    return id


@pytest.fixture
def sealed(app: Client) -> tuple[str, str]:
    """Return two applications whose events are sealed, one root for each."""
    first, second = one(app), ""
    with time_machine.travel(NIGHT - timedelta(days=1)):
        assert seal_day(now=timezone.now())
    second = one(app)
    rina = officer()
    take(rina, first, "start_review")
    take(rina, first, "reject", reason="Tidak lengkap.")
    assert seal_day(now=NIGHT)
    return first, second


@given(st.integers(1, 40), st.integers(0, 39))
def test_each_entry_climbs_to_the_root_and_no_other_does(size: int, place: int) -> None:
    entries = [sha256(bytes([each])).digest() for each in range(size)]
    place %= size
    chunks = chunk_hashes(entries)

    path = path_of(place, entries, chunks)

    assert climb(entries[place], path) == root_of(chunks)
    assert climb(sha256(b"x").digest(), path) != root_of(chunks)


def test_the_tree_is_that_of_the_standard() -> None:
    """The vectors of RFC 9162's predecessor, as its reference implementation publishes them."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    expected = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }

    for size, root in expected.items():
        assert root_of(chunk_hashes(bytes.fromhex(each) for each in inputs[:size])).hex() == root
    assert root_of(chunk_hashes([])) == sha256(b"").digest()


def test_chunks_make_the_same_tree_as_leaves() -> None:
    entries = [sha256(each.to_bytes(4, "big")).digest() for each in range(2 * CHUNK + 3)]
    chunks = chunk_hashes(entries)
    leaves = [sha256(b"\x00" + each).digest() for each in entries]

    assert root_of(chunks) == root_of(leaves)
    for place in (0, CHUNK - 1, CHUNK, 2 * CHUNK, 2 * CHUNK + 2):
        start = place - place % CHUNK
        assert climb(entries[place], path_of(place, entries[start : start + CHUNK], chunks)) == root_of(chunks)


def test_a_day_is_sealed_once_and_told_to_everybody(sealed: tuple[str, str], client: Client) -> None:
    assert seal_day(now=NIGHT + timedelta(hours=20)) is None

    listed = client.get(URL)
    day = client.get(f"{URL}2026-11-24/")

    lines = listed.json()["results"]
    assert [(each["number"], each["day"], each["events"]) for each in lines] == [
        (2, "2026-11-24", 3),
        (1, "2026-11-23", 1),
    ]
    assert (lines[0]["previous"], lines[1]["previous"]) == (lines[1]["hash"], FIRST)
    assert day.json() == lines[0]
    assert day.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert listed.headers["Cache-Control"] == "public, max-age=300"
    assert client.get(f"{URL}2026-11-24/", headers={"If-None-Match": day.headers["ETag"]}).status_code == 304
    for none in ("2026-11-25", "2026-11-22", "kemarin", "2026-13-01"):
        assert problem(client.get(f"{URL}{none}/")) == (404, "not_found")
    page = client.get(f"{URL}?limit=1").json()
    assert client.get(page["next"]).json()["results"] == lines[1:]
    told = {name: value for name, value in lines[0].items() if name != "hash"}
    written = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    assert sha256(written).hexdigest() == lines[0]["hash"]


def test_its_resident_proves_that_an_event_is_in_it(app: Client, sealed: tuple[str, str]) -> None:
    first, _second = sealed
    later = take(officer(email="tono@example.org"), _second, "start_review")
    assert later.status_code == 200

    for line in app.get(f"/api/v1/applications/{first}/timeline/").json()["results"]:
        proof = app.get(f"/api/v1/applications/{first}/timeline/{line['sequence']}/proof/").json()
        assert proof["hash"] == line["hash"]
        path = [(step["side"], bytes.fromhex(step["hash"])) for step in proof["path"]]
        assert climb(proof["hash"].encode(), path).hex() == proof["root"]["root"]
    for sequence in (9, 99999999999):
        missing = app.get(f"/api/v1/applications/{first}/timeline/{sequence}/proof/")
        assert problem(missing) == (404, "not_found")
    assert problem(app.get(f"/api/v1/applications/{_second}/timeline/2/proof/")) == (404, "not_sealed")
    budi = signed_in(resident("budi@example.org"), "applications")
    assert problem(budi.get(f"/api/v1/applications/{first}/timeline/1/proof/")) == (404, "not_found")


def test_a_night_without_a_worker_is_sealed_with_the_next(app: Client, client: Client) -> None:
    one(app)
    seal_day(now=NIGHT)
    one(app)

    root = seal_day(now=NIGHT + timedelta(days=3))
    empty = seal_day(now=NIGHT + timedelta(days=4))

    assert root
    assert empty
    assert (root.since, root.day, root.events) == (date(2026, 11, 25), date(2026, 11, 27), 1)
    assert client.get(f"{URL}2026-11-26/").json()["number"] == root.number
    assert (empty.events, empty.root) == (0, sha256(b"").hexdigest())
    assert list(unlike_the_roots({})) == []


@pytest.mark.django_db(transaction=True)
def test_a_transaction_open_over_midnight_is_in_the_next_root(app: Client) -> None:
    id, other = one(app), one(app)
    open_, may_end = Signal(), Signal()

    def slow() -> None:
        with transaction.atomic():
            application = Application.objects.select_for_update(of=("self",)).get(id=id)
            record(application, type="noted", actor_id=None, actor_role="system", now=NIGHT - timedelta(minutes=5))
            open_.set()
            assert may_end.wait(20)

    def seal() -> HistoryRoot | None:
        assert open_.wait(20)
        try:
            with transaction.atomic():
                application = Application.objects.select_for_update(of=("self",)).get(id=other)
                record(application, type="noted", actor_id=None, actor_role="system", now=NIGHT)
            return seal_day(now=NIGHT)
        finally:
            may_end.set()

    _done, first = at_once(slow, seal)
    second = seal_day(now=NIGHT + timedelta(days=1))

    assert first
    assert second
    assert (first.events, second.events) == (3, 1)
    assert HistoryLeaf.objects.get(application_id=id, sequence=2).root == second.number
    assert list(unlike_the_roots({})) == []


@pytest.mark.django_db(transaction=True)
def test_many_workers_seal_a_day_once(app: Client) -> None:
    for _ in range(3):
        one(app)

    made = at_once(*[lambda: seal_day(now=NIGHT)] * 8, refused=(IntegrityError,))

    assert [each.events for each in made if each is not None] == [3]
    assert HistoryRoot.objects.count() == 1


_CHANGED = [
    ("UPDATE applications_event SET hash = repeat('0', 64) WHERE sequence = 2", "the event is not as written"),
    ("DELETE FROM applications_event WHERE sequence = 3", "missing event"),
    ("UPDATE applications_historyroot SET events = events + 1 WHERE number = 1", "was changed"),
    ("UPDATE applications_historyroot SET previous_hash = repeat('1', 64) WHERE number = 2", "does not follow"),
    ("UPDATE applications_historyroot SET chunks = '[]'", "is not that of its events"),
    ("DELETE FROM applications_historyroot WHERE number = 2", "under a root that is missing"),
    ("DELETE FROM applications_historyroot WHERE number = 1", "does not follow the root before"),
    ("DELETE FROM applications_historyleaf WHERE sequence = 3", "that the platform did not write"),
    ("UPDATE applications_historyleaf SET hash = repeat('0', 64) WHERE sequence = 2", "is not that of its events"),
]


@pytest.mark.parametrize(("statement", "what"), _CHANGED)
def test_what_was_changed_is_found(sealed: tuple[str, str], statement: str, what: str) -> None:
    assert verify()[0] == 0
    tamper(statement)

    code, said = verify()

    assert code == 1
    assert what in said, said


def test_a_whole_application_removed_is_found(sealed: tuple[str, str]) -> None:
    first, _second = sealed
    for each in Application._meta.related_objects:
        table, column = each.related_model._meta.db_table, each.field.column
        tamper(f"DELETE FROM {table} WHERE {column} = %s", [first])  # noqa: S608 - names of the models
    tamper("DELETE FROM applications_application WHERE id = %s", [first])

    code, said = verify()

    assert (code, said.count(first)) == (1, 3)


def test_a_tail_cut_off_with_the_application_set_back_is_found(sealed: tuple[str, str]) -> None:
    first, _second = sealed
    tamper("DELETE FROM applications_event WHERE sequence = 3 AND application_id = %s", [first])
    tamper("UPDATE applications_application SET state = 'in_review', \"end\" = '' WHERE id = %s", [first])

    code, said = verify()

    assert code == 1
    assert "1 break(s)" in said
    assert f"{first} event 3: missing event: it was written" in said


def forge(application_id: str) -> None:
    """Write the history of an application anew, every hash made right, as somebody with the owner's rights could."""
    previous = FIRST
    for each in Event.objects.filter(application_id=application_id).order_by("sequence"):
        facts: dict[str, Any] = {name: getattr(each, name) for name in ("sequence", "type", "action", "from_state")}
        facts |= {name: getattr(each, name) for name in ("to_state", "actor_id", "actor_role", "data", "at")}
        reason = "Lain sekali." if each.reason else ""
        made = event_hash(previous=previous, application_id=each.application_id, reason=reason, **facts)
        tamper(
            "UPDATE applications_event SET reason = %s, previous_hash = %s, hash = %s WHERE id = %s",
            [reason, previous, made, str(each.id)],
        )
        previous = made


def test_a_history_rewritten_whole_is_found(sealed: tuple[str, str]) -> None:
    first, _second = sealed
    forge(first)

    code, said = verify()

    assert code == 1
    assert said.count("the event is not as written") == 1, said


def test_even_with_leaves_and_roots_made_anew_the_published_copy_tells(
    sealed: tuple[str, str], client: Client, tmp_path: Path
) -> None:
    copy = tmp_path / "roots.json"
    copy.write_bytes(client.get(URL).content)
    forge(sealed[0])
    tamper("UPDATE applications_historyleaf l SET hash = e.hash FROM applications_event e WHERE e.id = l.event_id")
    tamper("UPDATE applications_historyleaf SET root = NULL, place = NULL")
    tamper("DELETE FROM applications_historyroot")
    tamper("UPDATE applications_historyleaf SET root = NULL")
    seal_day(now=NIGHT)
    assert verify()[0] == 0  # all of it fits together again ...

    code, said = verify("--published", str(copy))

    assert code == 1  # ... but not with what everybody has
    assert "root 1 of 2026-11-24 is not the one that was published" in said
    assert "root 2 was published and is missing" in said


def test_an_event_inserted_behind_the_platform_is_found(sealed: tuple[str, str]) -> None:
    _first, second = sealed
    kept = Event.objects.get(application_id=second)
    facts: dict[str, Any] = {
        "sequence": 2,
        "type": "submitted",
        "action": "",
        "from_state": kept.to_state,
        "to_state": kept.to_state,
        "actor_id": None,
        "actor_role": "system",
        "reason": "",
        "data": {},
        "at": kept.at,
    }
    made = event_hash(previous=kept.hash, application_id=kept.application_id, **facts)
    tamper(
        """INSERT INTO applications_event
           (id, application_id, sequence, type, action, from_state, to_state, actor_role, reason, data, at,
            previous_hash, hash)
           VALUES (%s, %s, 2, 'submitted', '', %s, %s, 'system', '', '{}', %s, %s, %s)""",
        [str(uuid4()), second, kept.to_state, kept.to_state, kept.at.isoformat(), kept.hash, made],
    )

    code, said = verify()

    assert code == 1
    assert f"{second} event 2: an event that the platform did not write" in said


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE applications_historyroot SET events = 9",
        "DELETE FROM applications_historyroot",
        "TRUNCATE applications_historyroot",
        "UPDATE applications_historyleaf SET hash = repeat('0', 64)",
        "UPDATE applications_historyleaf SET root = NULL, place = NULL",
        "UPDATE applications_historyleaf SET root = 1, place = 99 WHERE root = 1 AND place = 0",
        "DELETE FROM applications_historyleaf",
        "TRUNCATE applications_historyleaf",
    ],
)
def test_the_database_refuses_to_change_it(sealed: tuple[str, str], statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        cursor.execute(
            f'ALTER DATABASE "{cursor.fetchone()[0]}" RESET superapp.disposable'
        )  # rolled back with the test
    with (
        pytest.raises(IntegrityError, match=r"sealed once|append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_sealing_costs_what_is_new(app: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO applications_historyleaf (event_id, application_id, sequence, hash)
               SELECT gen_random_uuid(), gen_random_uuid(), 1, md5(n::text) || md5(n::text)
               FROM generate_series(1, 3000) n"""
        )
    with django_assert_num_queries(7):
        full = seal_day(now=NIGHT)
    with django_assert_num_queries(7):
        empty = seal_day(now=NIGHT + timedelta(days=1))

    assert full
    assert empty
    assert (full.events, len(full.chunks), empty.events) == (3000, 3, 0)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT event_id FROM applications_historyleaf WHERE root IS NULL")
        assert "applications_leaf_unsealed" in str(cursor.fetchall())
