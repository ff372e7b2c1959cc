"""A week without a network, then everything at once: as an app uses the running system."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.journeys.people import Person
from tests.journeys.stack import Stack
from tests.journeys.test_spine import BIRTH, draft, photo, resident, staff, submit, take

pytestmark = pytest.mark.xdist_group("stack")
FILES = ("surat_lahir", "kartu_keluarga", "buku_nikah")


def caught_up(person: Person, cursor: str) -> dict[str, Any]:
    answer = person.get("applications/", params={"updated_since": cursor, "limit": 100})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_week_offline_then_synced(stack: Stack) -> None:
    phone, tablet, rina = resident(stack), resident(stack), staff(stack, "petugas.dukcapil")
    shared, thrown, sent = (draft(phone, "akta-kelahiran", BIRTH, FILES) for _ in range(3))
    assert submit(phone, sent).status_code == 200
    read = phone.get(f"applications/{shared}/")
    cursor = caught_up(phone, "")["cursor"]

    # The phone is away. Meanwhile the tablet goes on, and the office too.
    tablet.call(
        "PATCH", f"applications/{shared}/", json={"answers": {"ibu": {"nama": "Siti Aminah S."}}},
        headers={"If-Match": read.headers["ETag"]},
    )  # fmt: skip
    tablet.call("DELETE", f"applications/{thrown}/", headers={"If-Match": "*"})
    take(rina, sent, "start_review")
    new, key = str(uuid4()), str(uuid4())

    # It is back, asks once, and learns of everything.
    page = caught_up(phone, cursor)
    seen = {each["id"]: each for each in page["results"]}
    assert (page["next"], page["reset"], thrown in page["deleted"]) == (None, False, True)
    assert seen[shared]["answers"]["ibu"]["nama"] == "Siti Aminah S."
    assert (seen[sent]["state"], seen[sent]["unread"]) == ("in_review", 1)
    marked = phone.post(f"applications/{sent}/read/", json={"news": seen[sent]["news"]})
    assert marked.json()["unread"] == 0

    # What was typed on the way: one field was changed on both sides, the other is kept beside it.
    typed = {"answers": {"ibu": {"nama": "Siti A."}, "anak": {"berat_gram": 3100}}, "base": read.json()["answers"]}
    old = {"If-Match": read.headers["ETag"]}
    refused = phone.call("PATCH", f"applications/{shared}/", json=typed, headers=old)
    assert (refused.status_code, [each["pointer"] for each in refused.json()["conflicts"]]) == (
        412,
        ["/answers/ibu/nama"],
    )
    merged = phone.call("PATCH", f"applications/{shared}/", json=typed | {"merge": True}, headers=old).json()
    assert (merged["answers"]["ibu"]["nama"], merged["answers"]["anak"]["berat_gram"]) == ("Siti Aminah S.", 3100)

    # What was begun on the way arrives in the wrong order, and twice.
    assert phone.post(f"applications/{new}/submit/", headers={"Idempotency-Key": key}).status_code == 404
    for status in (201, 200):
        made = phone.post("applications/", json={"id": new, "service": "akta-kelahiran"})
        assert made.status_code == status, made.text
    saved = phone.call("PATCH", f"applications/{new}/", json={"answers": BIRTH}, headers={"If-Match": "*"})
    assert saved.status_code == 200, saved.text
    for requirement in FILES:
        phone.post(f"applications/{new}/files/", data={"requirement": requirement}, files={"file": ("a.png", photo())})
    answers = [phone.post(f"applications/{new}/submit/", headers={"Idempotency-Key": key}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()

    # What it holds in hand is checked by anybody.
    receipt = answers[0].json()["receipt"]
    assert phone.get(f"applications/{new}/receipt/").json()["receipt"] == receipt
    checked = httpx.post(f"{stack.base_url}/api/v1/receipts/verify/", json={"receipt": receipt}, timeout=20)
    assert (checked.status_code, checked.json()["number"]) == (200, answers[0].json()["number"])
    last = caught_up(phone, page["cursor"])
    assert {shared, new} <= {each["id"] for each in last["results"]}
