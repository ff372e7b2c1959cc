"""A breaking change is tried on what residents applied for before it is published, also when the worker is killed."""

import copy
import time
from typing import Any
from uuid import uuid4

import pytest

from tests.journeys.people import Person
from tests.journeys.stack import Stack
from tests.journeys.test_spine import draft, eventually, resident, staff, submit
from tests.services.applications.factory import ANSWERS, CONTENT

pytestmark = pytest.mark.xdist_group("stack")
SLUG = "surat-dicoba"
AT = f"office/services/{SLUG}/"
CASE: dict[str, Any] = {
    "title": {"id": "Lajang", "en": "Single"},
    "day": "2026-03-10",
    "answers": {"data": {"nama": "Warga Contoh", "nik": "9971014101900001", "kawin": False}},
    "expect": {
        "valid": True,
        "fee": 10000,
        "path": [{"action": "start_review", "role": "officer", "state": "in_review"}],
    },
}


def keyed(**more: str) -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())} | more


def publish(admin: Person, **wish: Any) -> Any:
    return admin.post(f"{AT}publish/", json=wish, headers=keyed(**{"If-Match": "*"}))


def state(admin: Person) -> Any:
    return admin.get(f"{AT}replay/").json()


def test_a_change_is_tried_by_a_worker_that_is_killed_and_goes_on(stack: Stack) -> None:
    dewi, siti = staff(stack, "admin.dukcapil"), resident(stack)
    content = copy.deepcopy(CONTENT) | {"service": SLUG, "requirements": []}
    made = dewi.post("office/services/", json={"service": SLUG, "content": content}, headers=keyed())
    assert made.status_code == 201, made.text
    saved = dewi.call("PUT", f"{AT}cases/lajang/", json={"content": CASE})
    assert saved.status_code == 201, saved.text
    assert publish(dewi).status_code == 201
    ids = [draft(siti, SLUG, ANSWERS, ()) for _each in range(6)]
    for id in ids[:5]:
        assert submit(siti, id).status_code == 200

    group = content["form"]["schema"]["properties"]["data"]
    group["properties"]["alamat"] = {"type": "string", "minLength": 3, "x-label": {"id": "Alamat", "en": "Address"}}
    group["required"].append("alamat")
    assert dewi.post(f"{AT}draft/", json={}, headers=keyed()).status_code == 201
    written = dewi.call("PUT", f"{AT}draft/", json={"content": content}, headers={"If-Match": "*"})
    assert written.json()["sound"] is True, written.text
    assert publish(dewi, drafts_policy="carry_on").json()["code"] == "cases_differ"

    mended = copy.deepcopy(CASE)
    mended["answers"]["data"]["alamat"] = "Jalan Contoh 1"
    put = dewi.call("PUT", f"{AT}cases/lajang/", json={"content": mended}, headers={"If-Match": saved.headers["ETag"]})
    assert put.status_code == 200, put.text
    assert publish(dewi, drafts_policy="carry_on").json()["code"] == "replay_needed"

    stack.kill_worker()
    try:
        asked = dewi.post(f"{AT}replay/", json={"applications": 100}, headers=keyed())
        assert (asked.status_code, asked.headers["Location"]) == (202, f"{stack.base_url}/api/v1/{AT}replay/")
        again = dewi.post(f"{AT}replay/", json={"applications": 100}, headers=keyed())
        assert again.json()["id"] == asked.json()["id"]
        time.sleep(0.5)
        assert state(dewi)["state"] == "waiting"
        stack.start_worker()
        time.sleep(2)
        stack.kill_worker()
    finally:
        stack.start_worker()
    found = eventually(lambda: state(dewi)["state"] == "done" and state(dewi), seconds=60)

    report = found["report"]
    assert (found["done"], found["total"], found["stale"]) == (7, 7, False)
    assert (report["submitted"]["affected"], report["drafts"]["affected"]) == (5, 1)
    (cause,) = report["causes"]
    assert (cause["pointer"], cause["code"], sorted(cause["applications"])) == ("/data/alamat", "missing", sorted(ids))
    assert [(each["id"], each["passed"]) for each in report["cases"]] == [("lajang", True)]
    published = publish(dewi, drafts_policy="re_ask")
    assert (published.status_code, published.json()["version"]) == (201, 2), published.text
    moved = siti.get(f"applications/{ids[5]}/").json()
    assert [each["pointer"] for each in moved["must_answer_again"]] == ["/answers/data/alamat"]
