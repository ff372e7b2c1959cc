"""Before a version is published it is tried: golden cases, the latest applications, open drafts; and nobody's answers
are told.
"""

import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from services.agencies.models import Role
from services.applications import replaying
from services.applications.models import Application
from services.applications.replaying import replay_batch
from services.catalogue.models import Change, Replay, Service
from services.events.models import OutboxEvent
from services.events.operations import drain
from tests.accounts.proofing.conftest import Caller
from tests.at_once import at_once
from tests.problems import problem
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import ANSWERS, CONTENT, resident
from tests.services.catalogue.admins import Admin
from tests.services.catalogue.conftest import dewi, member, other, stranger
from tests.services.signed_in import signed_in

__all__ = ["dewi", "member", "other", "stranger"]

pytestmark = pytest.mark.django_db
UJI = "office/services/uji/"
KEPT = {"drafts_policy": "carry_on"}
LABEL = {"id": "Alamat", "en": "Address"}
CASE: dict[str, Any] = {
    "title": {"id": "Lajang", "en": "Single"},
    "day": "2026-03-10",
    "answers": {"data": {"nama": "Warga Contoh", "nik": "9971014101900001", "kawin": False}},
    "expect": {"valid": True, "fee": 10000, "hidden": ["/data/pasangan"]},
}


def form(change: Callable[[Any], None]) -> dict[str, Any]:
    """Return the service's form with its one group changed."""
    changed = copy.deepcopy(CONTENT["form"])
    change(changed["schema"]["properties"]["data"])
    return {"form": changed}


def with_address(group: Any) -> None:
    group["properties"]["alamat"] = {"type": "string", "minLength": 3, "x-label": LABEL}
    group["required"].append("alamat")


def without_nik(group: Any) -> None:
    del group["properties"]["nik"]
    group["required"].remove("nik")


@pytest.fixture
def admin(dewi: Admin) -> Admin:
    """An admin whose service is open and asks for no documents."""
    dewi.make("uji", requirements=[])
    assert dewi.publish("uji").status_code == 201
    return dewi


@pytest.fixture
def app() -> Client:
    return signed_in(resident(), "applications", "notifications")


def begin(admin: Admin, **changes: Any) -> None:
    """Begin a draft that holds the service as it was made, with some of its content changed."""
    assert admin.send("post", f"{UJI}draft/", {}).status_code == 201
    content = copy.deepcopy(CONTENT) | {"requirements": []} | changes
    saved = admin.send("put", f"{UJI}draft/", {"content": content})
    assert (saved.status_code, saved.json()["faults"]) == (200, [])


def applied(app: Client, answers: Any = ANSWERS) -> str:
    id = ready(app, answers, files=False)
    assert submit(app, id).status_code == 200
    return id


def ask(admin: Admin, key: str = "", **wanted: Any) -> Any:
    return admin.send("post", f"{UJI}replay/", wanted, key=key)


def work() -> None:
    while drain(now=timezone.now()):
        pass


def replayed(admin: Admin, **wanted: Any) -> Any:
    """Let a worker try the draft; return what it found."""
    return admin.replay("uji", **wanted)


def causes(found: Any) -> dict[tuple[str, str, str], tuple[int, int]]:
    return {
        (each["kind"], each["pointer"], each["code"]): (each["submitted"], each["drafts"])
        for each in found["report"]["causes"]
    }


def test_a_breaking_change_is_published_once_it_was_replayed(admin: Admin, app: Client) -> None:
    id, draft = applied(app), ready(app, {"data": {"nama": "Siti"}}, files=False)
    admin.change("uji", **form(with_address))

    refused = admin.publish("uji", **KEPT)
    assert (refused.status_code, refused.json()["code"]) == (409, "replay_needed")
    asked = ask(admin)
    assert asked.status_code == 202, asked.content
    assert (asked.json()["state"], asked.json()["report"], asked.json()["stale"]) == ("waiting", None, False)
    assert asked.headers["Location"].endswith("/api/v1/office/services/uji/replay/")
    assert admin.publish("uji", **KEPT).json()["code"] == "replay_needed"
    work()
    found = admin.get(f"{UJI}replay/").json()

    assert (found["state"], found["done"], found["total"], found["stale"]) == ("done", 2, 2, False)
    report = found["report"]
    assert report["submitted"] == {"looked_at": 1, "affected": 1}
    assert report["drafts"] == {"looked_at": 1, "affected": 1, "left_out": 0}
    assert report["kinds"] == [{"kind": "invalid", "submitted": 1, "drafts": 1}]
    (cause,) = report["causes"]
    assert (cause["pointer"], cause["code"], cause["applications"]) == ("/data/alamat", "missing", [id, draft])
    assert cause["text"] == "*Alamat* ditanyakan dan wajib diisi"
    published = admin.publish("uji", **KEPT)
    assert (published.status_code, published.json()["version"]) == (201, 2), published.content
    assert published.json()["differences_accepted"] is False
    # What was found belongs to the versions as they stood.
    assert admin.get(f"{UJI}replay/").json()["stale"] is True
    assert [each["what"] for each in admin.get(f"{UJI}history/").json()["results"]][:2] == ["published", "replay_asked"]


def test_nothing_that_a_resident_wrote_is_in_what_is_kept(admin: Admin, app: Client) -> None:
    applied(
        app, {"data": {"nama": "Nama Rahasia", "nik": "6471014101900001", "kawin": True, "pasangan": "Juga Rahasia"}}
    )

    def other_form(group: Any) -> None:
        without_nik(group)
        group["properties"]["nama"]["maxLength"] = 3
        group["properties"]["pasangan"] = {"type": "integer", "x-label": {"id": "Pasangan", "en": "Spouse"}}

    begin(admin, **form(other_form))
    found = replayed(admin)

    assert {("lost", "/data/nik", "removed"), ("invalid", "/data/nama", "invalid")} <= causes(found).keys()
    kept = str(Replay.objects.values().get()) + str(list(OutboxEvent.objects.values())) + str(found)
    assert "Rahasia" not in kept
    assert "6471014101900001" not in kept


def test_each_way_in_which_an_application_would_feel_it_is_counted(admin: Admin, app: Client) -> None:
    married = {"data": {"nama": "Siti Rahma", "nik": "6471014101900001", "kawin": True, "pasangan": "Ahmad"}}
    applied(app), applied(app, married)

    def change(group: Any) -> None:
        without_nik(group)
        group["properties"]["nama_lengkap"] = group["properties"].pop("nama") | {"x-id": "/data/nama"}
        group["required"][0] = "nama_lengkap"

    changed = form(change)
    changed["form"]["ui"]["elements"][1]["rule"]["effect"] = "HIDE"
    states = {
        "received": {"label": {"id": "Diterima", "en": "Received"}, "clock": "running"},
        "granted": {"label": {"id": "Disetujui", "en": "Granted"}, "end": "granted"},
    }
    step = {"label": {"id": "Setujui", "en": "Grant"}, "from": ["received"], "to": "granted", "roles": ["officer"]}
    begin(
        admin,
        **changed,
        fee={"rule": {"if": [{"var": "data.kawin"}, 5000, 20000]}, "basis": "Perda baru"},
        deadline={"working_days": 5, "from": "complete", "basis": "Standar uji"},
        workflow={"initial": "received", "states": states, "transitions": [step | {"action": "grant"}]},
        requirements=[{"id": "ktp", "title": {"id": "KTP", "en": "Card"}, "accept": ["pdf"], "max_mb": 1}],
        outcome=CONTENT["outcome"] | {"shows": ["/data/nama_lengkap"], "verify_shows": []},
    )
    found = replayed(admin)

    assert causes(found) == {
        ("lost", "/data/nik", "removed"): (2, 0),
        ("lost", "/data/pasangan", "hidden"): (1, 0),
        ("moved", "/data/nama_lengkap", "moved"): (2, 0),
        ("invalid", "/data/pasangan", "missing"): (1, 0),
        ("fee", "/fee", "lower"): (1, 0),
        ("fee", "/fee", "higher"): (1, 0),
        ("deadline", "/deadline", "changed"): (2, 0),
        ("document", "/files/ktp", "missing"): (2, 0),
        ("state", "/workflow/states/submitted", "missing"): (2, 0),
    }
    assert found["report"]["submitted"] == {"looked_at": 2, "affected": 2}
    english = admin.api.get(f"/api/v1/{UJI}replay/", headers={"Accept-Language": "en"}).json()
    assert {each["text"] for each in english["report"]["causes"] if each["kind"] == "document"} == {
        "*Card* is asked now"
    }


def test_golden_cases_are_run_by_check_by_replay_and_at_publishing(admin: Admin) -> None:
    saved = admin.send("put", f"{UJI}cases/lajang/", {"content": CASE})
    assert saved.status_code == 201, saved.content
    admin.change("uji", fee={"amount": 12000, "basis": "Perda uji"})

    check = admin.get(f"{UJI}check/").json()
    assert check["change_class"] == "breaking"
    (result,) = check["cases"]
    assert (result["id"], result["passed"]) == ("lajang", False)
    assert result["differences"] == [
        {"pointer": "/expect/fee", "text": "Biaya Rp12.000, bukan Rp10.000", "expected": 10000, "found": 12000}
    ]
    found = replayed(admin)
    assert (found["report"]["cases_passed"], found["report"]["cases"]) == (0, [result])
    refused = admin.publish("uji", **KEPT)
    assert (refused.status_code, refused.json()["code"]) == (409, "cases_differ")
    assert refused.json()["errors"] == [
        {"pointer": "/cases/lajang/expect/fee", "code": "differs", "detail": "Biaya Rp12.000, bukan Rp10.000"}
    ]
    mended = CASE | {"expect": CASE["expect"] | {"fee": 12000}}
    put = admin.send("put", f"{UJI}cases/lajang/", {"content": mended}, etag=saved.headers["ETag"])
    assert put.status_code == 200, put.content
    assert admin.publish("uji", **KEPT).status_code == 201


def test_a_first_version_needs_its_golden_cases_alone(dewi: Admin) -> None:
    dewi.make("uji", fee={"amount": 1, "basis": "Perda"}, requirements=[])
    assert dewi.send("put", f"{UJI}cases/lajang/", {"content": CASE}).status_code == 201

    assert dewi.publish("uji").json()["code"] == "cases_differ"
    assert replayed(dewi)["total"] == 1
    fixed = {"content": {"fee": {"amount": 10000}}}
    assert dewi.send("patch", f"{UJI}draft/", fixed).status_code == 200
    assert dewi.publish("uji").status_code == 201


def test_a_mild_change_needs_no_replay_but_its_golden_cases(admin: Admin) -> None:
    assert admin.send("put", f"{UJI}cases/lajang/", {"content": CASE}).status_code == 201
    admin.change("uji", category="baru")

    assert admin.publish("uji", **KEPT).status_code == 201
    admin.change("uji", fee={"amount": 5000})
    assert admin.get(f"{UJI}check/").json()["change_class"] == "compatible"
    assert admin.publish("uji", **KEPT).json()["code"] == "cases_differ"


def test_a_change_made_stricter_is_replayed_like_any_other(admin: Admin) -> None:
    admin.change("uji", category="baru")

    assert admin.publish("uji", change_class="legal", **KEPT).json()["code"] == "replay_needed"
    replayed(admin)
    assert admin.publish("uji", change_class="legal", **KEPT).status_code == 201


def test_differences_are_accepted_with_a_reason_and_that_is_written_down(admin: Admin) -> None:
    assert admin.send("put", f"{UJI}cases/lajang/", {"content": CASE}).status_code == 201
    admin.change("uji", fee={"amount": 12000})

    silent = admin.publish("uji", accept_differences=True, **KEPT)
    assert (silent.status_code, silent.json()["errors"][0]["pointer"]) == (400, "/reason")
    published = admin.publish("uji", accept_differences=True, reason="Perda berlaku hari ini", **KEPT)

    assert (published.status_code, published.json()["differences_accepted"]) == (201, True), published.content
    line = Change.objects.get(what="differences_accepted")
    assert (line.reason, line.actor_id) == ("Perda berlaku hari ini", admin.user.pk)
    assert (line.values["cases"], line.values["replay"]) == (["lajang"], None)


def test_what_needs_no_acceptance_is_not_said_to_be_accepted(admin: Admin) -> None:
    admin.change("uji", category="baru")

    published = admin.publish("uji", accept_differences=True, reason="Untuk jaga-jaga", **KEPT)

    assert (published.status_code, published.json()["differences_accepted"]) == (201, False)
    assert not Change.objects.filter(what="differences_accepted").exists()


def test_a_replay_of_another_content_does_not_do(admin: Admin) -> None:
    admin.change("uji", **form(with_address))
    replayed(admin)
    edited = admin.send("patch", f"{UJI}draft/", {"content": {"category": "lain"}})
    assert edited.status_code == 200

    assert admin.get(f"{UJI}replay/").json()["stale"] is True
    assert admin.publish("uji", **KEPT).json()["code"] == "replay_needed"
    replayed(admin)
    assert admin.publish("uji", **KEPT).status_code == 201


def test_a_replay_of_long_ago_does_not_do(admin: Admin) -> None:
    admin.change("uji", **form(with_address))
    replayed(admin)
    Replay.objects.update(finished_at=timezone.now() - timedelta(days=7, minutes=1))

    assert admin.publish("uji", **KEPT).json()["code"] == "replay_needed"


def test_rolling_back_what_breaks_is_replayed_by_its_number(admin: Admin) -> None:
    admin.change("uji", **form(with_address))
    replayed(admin)
    assert admin.publish("uji", **KEPT).status_code == 201
    begin(admin, **form(without_nik))
    replayed(admin)
    assert admin.publish("uji", **KEPT).status_code == 201
    back = {"to": 2, "drafts_policy": "carry_on"}

    assert admin.send("post", f"{UJI}roll-back/", back).json()["code"] == "replay_needed"
    assert replayed(admin, source="2")["against"] == 3
    assert admin.send("post", f"{UJI}roll-back/", back).status_code == 201


def test_asked_twice_it_is_done_once(admin: Admin) -> None:
    admin.change("uji", **form(with_address))
    key = str(uuid4())

    first, same, again = ask(admin, key=key), ask(admin, key=key), ask(admin)

    assert first.json() == same.json() == again.json()
    work()
    assert (Replay.objects.count(), Change.objects.filter(what="replay_asked").count()) == (1, 1)
    assert ask(admin).json()["id"] != first.json()["id"]


def test_a_draft_that_changed_meanwhile_is_tried_anew(admin: Admin, app: Client) -> None:
    applied(app)
    admin.change("uji", **form(with_address))
    first = ask(admin).json()
    drain(now=timezone.now(), limit=1)
    admin.send("patch", f"{UJI}draft/", {"content": {"category": "lain"}})
    assert admin.get(f"{UJI}replay/").json()["stale"] is True

    second = ask(admin).json()
    work()

    states = dict(Replay.objects.values_list("id", "state"))
    assert {str(id): state for id, state in states.items()} == {first["id"]: "superseded", second["id"]: "done"}
    found = admin.get(f"{UJI}replay/").json()
    assert (found["id"], found["stale"], found["report"]["submitted"]["looked_at"]) == (second["id"], False, 1)


def events() -> list[OutboxEvent]:
    return list(OutboxEvent.objects.filter(topic="replay.due").order_by("created_at", "body__batch"))


def test_a_batch_that_was_done_is_not_done_again(admin: Admin, app: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "_BATCH", 2)
    for _turn in range(5):
        applied(app)
    admin.change("uji", **form(with_address))
    ask(admin)
    now = timezone.now()

    for batch in range(20):  # each told three times, by whom ever
        told = [each for each in events() if each.body["batch"] == batch]
        for event in told * 3:
            replay_batch(event, now)

    found = admin.get(f"{UJI}replay/").json()
    assert (found["state"], found["done"], found["report"]["submitted"]) == ("done", 5, {"looked_at": 5, "affected": 5})
    assert causes(found) == {("invalid", "/data/alamat", "missing"): (5, 0)}
    assert [each.body["batch"] for each in events()] == [0, 1, 2, 3, 4]


def test_a_worker_that_dies_over_a_batch_leaves_the_others_to_go_on(
    admin: Admin, app: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "_BATCH", 2)
    for _turn in range(5):
        applied(app)
    admin.change("uji", **form(with_address))
    ask(admin)
    seen: list[int] = []
    done = replaying._add

    def die_once(*arguments: Any) -> None:
        seen.append(1)
        if len(seen) == 4:
            raise MemoryError("the worker is gone")
        done(*arguments)

    monkeypatch.setattr(replaying, "_add", die_once)
    work()
    assert admin.get(f"{UJI}replay/").json()["done"] == 2
    now = timezone.now() + timedelta(minutes=5)
    while drain(now=now):
        pass

    found = admin.get(f"{UJI}replay/").json()
    assert (found["state"], causes(found)) == ("done", {("invalid", "/data/alamat", "missing"): (5, 0)})
    assert len(seen) == 7  # the two of the batch that was lost came once more


def test_a_batch_that_always_fails_ends_the_replay_which_may_be_asked_for_again(
    admin: Admin, app: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied(app)
    admin.change("uji", **form(with_address))
    ask(admin)

    def never(*_arguments: Any) -> None:
        raise ArithmeticError("6471014503950001 is too much")

    with monkeypatch.context() as broken:
        broken.setattr(replaying, "_add", never)
        for tries in range(replaying.MOST_TRIES + 1):
            assert admin.get(f"{UJI}replay/").json()["state"] in ("waiting", "running"), tries
            while drain(now=timezone.now() + timedelta(hours=tries)):
                pass

    found = admin.get(f"{UJI}replay/").json()
    assert (found["state"], found["failure"]["tries"]) == ("failed", replaying.MOST_TRIES)
    assert found["finished_at"]
    assert "ArithmeticError" in found["failure"]["error"]
    assert "6471014503950001" not in str(found)
    assert "lalu minta lagi" in found["failure"]["text"]
    assert admin.publish("uji", **KEPT).status_code == 409
    again = replayed(admin)
    assert (again["state"], again["failure"], again["id"] != found["id"]) == ("done", None, True)


def test_a_part_of_a_fee_that_a_module_reckoned_is_said_not_to_be_compared(
    admin: Admin, app: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [applied(app), applied(app)]
    Application.objects.filter(pk=ids[1]).update(fee_amount=17_500)
    monkeypatch.setattr(replaying, "module_of", lambda _version: Reckons)
    admin.change("uji", **form(with_address))

    found = replayed(admin)["report"]["module_fees"]

    assert (found["submitted"], found["applications"]) == (1, [str(ids[1])])
    assert "Pada 1 permohonan, modul" in found["text"]


class Reckons:
    """A module with a part in the fee."""

    fees = True


@pytest.mark.parametrize(("wanted", "looked_at"), [(0, 0), (1, 1), (4, 4), (200, 5)])
def test_as_many_of_the_latest_as_asked_for(
    admin: Admin, app: Client, wanted: int, looked_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "_BATCH", 2)
    ids = [applied(app) for _turn in range(5)]
    admin.change("uji", **form(with_address))

    found = replayed(admin, applications=wanted)

    assert (found["total"], found["done"]) == (looked_at, looked_at)
    told = {id for each in found["report"]["causes"] for id in each["applications"]}
    assert told == set(ids[5 - looked_at :])


def test_the_report_names_few_and_counts_all(admin: Admin, app: Client) -> None:
    for _turn in range(12):
        applied(app)
    admin.change("uji", **form(with_address))

    (cause,) = replayed(admin)["report"]["causes"]

    assert (cause["submitted"], len(cause["applications"])) == (12, 10)


def test_drafts_beyond_the_latest_are_said_to_be_left_out(
    admin: Admin, app: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "MOST_DRAFTS", 2)
    for _turn in range(3):
        ready(app, files=False)
    admin.change("uji", **form(with_address))

    assert replayed(admin)["report"]["drafts"] == {"looked_at": 2, "affected": 2, "left_out": 1}


def test_what_was_put_aside_before_is_not_lost_again(admin: Admin, app: Client) -> None:
    ready(app, files=False)
    begin(admin, **form(without_nik))
    replayed(admin)
    assert admin.publish("uji", drafts_policy="upgrade").status_code == 201
    work()
    moved = Application.objects.get().moved
    assert moved
    assert moved["set_aside"]
    begin(admin, **form(without_nik), category="lain")

    assert causes(replayed(admin)) == {}


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"applications": 2001}, "/applications"),
        ({"applications": -1}, "/applications"),
        ({"applications": "x"}, "/applications"),
        ({"source": "lain"}, "/source"),
        ({"source": "0"}, "/source"),
        ({"source": "7"}, "/source"),
    ],
)
def test_what_cannot_be_tried_is_refused_by_field(admin: Admin, wanted: dict[str, Any], pointer: str) -> None:
    admin.change("uji", category="baru")

    refused = ask(admin, **wanted)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)
    assert not Replay.objects.exists()


def test_without_a_draft_there_is_nothing_to_try_and_an_unsound_one_is_told(admin: Admin) -> None:
    assert ask(admin).status_code == 404
    assert admin.get(f"{UJI}replay/").status_code == 404
    admin.change("uji", fee={"amount": "banyak"})
    refused = ask(admin)
    assert (refused.status_code, refused.json()["code"]) == (422, "unsound_definition")


def test_who_is_no_admin_of_the_agency_finds_nothing(
    admin: Admin, stranger: Admin, member: Callable[..., Caller]
) -> None:
    admin.change("uji", category="baru")
    assert admin.send("put", f"{UJI}cases/lajang/", {"content": CASE}).status_code == 201
    officer = member("DISDUKCAPIL", Role.OFFICER)

    for method, path, body in [
        ("get", "replay/", None), ("post", "replay/", {}), ("get", "cases/", None), ("get", "cases/lajang/", None),
        ("put", "cases/lajang/", {"content": CASE}), ("delete", "cases/lajang/", None),
    ]:  # fmt: skip
        assert stranger.send(method, UJI + path, body).status_code == 404, (method, path)
        assert officer._call(method, UJI + path, body).status_code == 403, (method, path)
    assert not Replay.objects.exists()


def test_a_second_admin_approves_what_was_replayed(admin: Admin, other: Admin) -> None:
    on = {"agency": "DISDUKCAPIL", "four_eyes": True}
    assert admin.send("put", "office/publishing-rules/", on).status_code == 200
    admin.change("uji", **form(with_address))
    assert admin.publish("uji", **KEPT).json()["code"] == "replay_needed"
    replayed(admin)
    assert admin.publish("uji", **KEPT).status_code == 202

    seen = other.get(f"{UJI}replay/").json()

    assert (seen["stale"], seen["asked_by"]) == (False, admin.user.full_name)
    assert other.send("post", f"{UJI}approve/", {}).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_one_replay(admin: Admin) -> None:
    admin.change("uji", **form(with_address))

    def again() -> Any:
        twin = Admin(admin)
        return ask(twin).json()["id"]

    ids = at_once(*[again] * 4)

    assert (len(set(ids)), Replay.objects.count()) == (1, 1)
    assert Change.objects.filter(what="replay_asked").count() == 1


@pytest.mark.django_db(transaction=True)
def test_three_workers_at_once_count_each_application_once(
    admin: Admin, app: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "_BATCH", 2)
    for _turn in range(7):
        applied(app)
    admin.change("uji", **form(with_address))
    ask(admin)

    at_once(work, work, work)
    work()

    found = admin.get(f"{UJI}replay/").json()
    assert (found["state"], found["report"]["submitted"]) == ("done", {"looked_at": 7, "affected": 7})


def test_a_batch_costs_as_many_queries_however_many_are_in_it(admin: Admin, app: Client) -> None:
    admin.change("uji", **form(with_address))
    costs = []
    for size in (1, 2, 8):
        for _turn in range(size):
            applied(app)
        ask(admin)
        replay_batch(events()[-1], timezone.now())
        with CaptureQueriesContext(connection) as queries:
            replay_batch(events()[-1], timezone.now())
        costs.append(len(queries))
        replay_batch(events()[-1], timezone.now())
        assert Replay.objects.order_by("-asked_at")[0].state == "done"

    assert costs[1:] == [9, 9]


def test_old_replays_are_forgotten(admin: Admin) -> None:
    admin.change("uji", category="baru")
    for _turn in range(12):
        replayed(admin)

    assert Replay.objects.count() == 10


def test_a_replay_that_hangs_gives_way_after_an_hour(admin: Admin) -> None:
    admin.change("uji", category="baru")
    first = ask(admin).json()["id"]
    Replay.objects.update(asked_at=timezone.now() - timedelta(hours=2))

    assert ask(admin).json()["id"] != first
    assert Service.objects.get().replays.filter(state="superseded").count() == 1


def test_problem_bodies_say_what_to_do_in_both_languages(admin: Admin) -> None:
    admin.change("uji", **form(with_address))
    admin.api.credentials(HTTP_IF_MATCH="*", HTTP_ACCEPT_LANGUAGE="en")

    refused = admin._call("post", f"{UJI}publish/", KEPT)

    assert problem(refused) == (409, "replay_needed")
    assert refused.json()["detail"].startswith("This change has to be tried on applications first")
