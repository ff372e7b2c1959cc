"""`me/identity/`: a resident proves who they are by the population registry."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from psycopg import sql

from accounts.proofing import queries
from accounts.proofing.models import Check, NumberMark, Proof, Sealed
from accounts.proofing.operations import keeping, rotation
from accounts.proofing.registry import Answer, Asked, Member, Unavailable
from accounts.sealing import Unreadable
from services.events.operations import drain
from services.notifications.models import Notice
from superapp.http.log import RequestLine
from superapp.secrets import key_ring
from tests.accounts.proofing.conftest import BUDI, RATNA, Caller

pytestmark = pytest.mark.django_db

Someone = Callable[[str], Caller]


class Down:
    """A registry that does not answer."""

    name = "down"

    def verify(self, asked: Asked, *, seconds: float) -> Answer:
        raise Unavailable("down")

    def household_of(self, kk: str) -> tuple[Member, ...] | None:
        raise Unavailable("down")


def test_who_matches_is_verified_and_the_number_is_shown_masked(budi: Caller) -> None:
    answer = budi.post("me/identity/", BUDI)

    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["assurance"], body["nik"], body["how"]) == ("verified", "6471********0001", "registry")
    assert (body["source"], body["check"]["state"], body["warnings"]) == ("simulator", "matched", [])
    assert budi.get("me/").json()["assurance"] == "verified"
    assert budi.get("me/identity/").json() == {name: body[name] for name in body if name != "warnings"}
    proof = Proof.objects.get()
    assert proof.results == dict.fromkeys(("nik", "kk", "full_name", "birth_date"), "match") | {"status": "alive"}
    assert not Sealed.objects.filter(kind="claim").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"kk": "6471021203180003"},
        {"full_name": "Andi Wijaya"},
        {"birth_date": "1988-04-18"},
        {"nik": "6471021704880009"},
    ],
)
def test_who_does_not_match_is_not_told_where(budi: Caller, changes: dict[str, str]) -> None:
    answer = budi.post("me/identity/", BUDI | changes)

    body = answer.json()
    assert (body["assurance"], body["check"]["state"], body["tries_left"]) == ("basic", "mismatched", 4)
    assert body["nik"] is None
    assert "mismatch" not in answer.content.decode().replace("mismatched", "")
    assert Sealed.objects.count() == 0


@pytest.mark.parametrize("person", ["6471010303500030", "6471022412920031"])
def test_the_dead_and_the_blocked_prove_nobody(budi: Caller, person: str) -> None:
    data = {
        "6471010303500030": ("6471012209160001", "Almarhum Sugeng Riyadi", "1950-03-03"),
        "6471022412920031": ("6471020402210001", "Tono Hartono", "1992-12-24"),
    }[person]
    sent = dict(zip(("kk", "full_name", "birth_date"), data, strict=True)) | {"nik": person}

    assert budi.post("me/identity/", sent).json()["check"]["state"] == "mismatched"


@pytest.mark.parametrize("field", ["nik", "kk", "full_name", "birth_date"])
@pytest.mark.parametrize("value", ["", "123", "64710217048800012", "٦" * 16])
def test_what_is_no_number_or_name_or_day_names_the_field(budi: Caller, field: str, value: str) -> None:
    if field == "full_name" and value:
        value = "a\0"

    answer = budi.post("me/identity/", BUDI | {field: value})

    assert answer.status_code == 400
    assert [each["pointer"] for each in answer.json()["errors"]] == [f"/{field}"]
    assert not Check.objects.exists()


def test_sent_twice_under_one_key_it_is_one_try(budi: Caller) -> None:
    first = budi.post("me/identity/", BUDI, key="k1")
    again = budi.post("me/identity/", BUDI, key="k1")

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Check.objects.count() == 1
    assert budi.post("me/identity/", BUDI).json()["code"] == "already_verified"


def test_five_tries_a_day_for_one_person_and_for_one_number(budi: Caller, someone: Someone) -> None:
    for day in range(1, 6):
        assert budi.post("me/identity/", BUDI | {"birth_date": f"1988-05-0{day}"}).status_code == 200

    sixth = budi.post("me/identity/", BUDI)
    stranger = someone("Tina").post("me/identity/", BUDI)

    assert (sixth.status_code, sixth.json()["code"]) == (429, "too_many_tries")
    assert (stranger.status_code, stranger.json()["code"]) == (429, "too_many_tries")
    Check.objects.update(requested_at=timezone.now() - timedelta(hours=25))
    assert budi.post("me/identity/", BUDI).json()["assurance"] == "verified"


def test_a_number_that_another_account_holds_raises_nobody(budi: Caller, someone: Someone) -> None:
    budi.post("me/identity/", BUDI)
    second = someone("Tina")

    body = second.post("me/identity/", BUDI).json()

    assert (body["check"]["state"], body["assurance"], body["nik"]) == ("taken", "basic", None)
    assert queries.person_of_nik(BUDI["nik"]) == budi.user.pk


def test_a_family_may_share_its_card(budi: Caller, someone: Someone) -> None:
    budi.post("me/identity/", BUDI)

    assert someone("Ratna").post("me/identity/", RATNA).json()["assurance"] == "verified"
    members = queries.household_of(budi.user.pk)
    assert members is not None
    assert [(each.full_name, each.relation) for each in members][:3] == [
        ("Budi Santoso", "head"),
        ("Ratna Dewi", "spouse"),
        ("Bagas Santoso", "child"),
    ]


def test_a_registry_that_is_down_loses_nothing(budi: Caller, settings: LazySettings) -> None:
    settings.POPULATION_REGISTRY = f"{__name__}.Down"
    body = budi.post("me/identity/", BUDI).json()
    assert (body["check"]["state"], body["assurance"]) == ("pending", "basic")
    assert budi.post("me/identity/", BUDI).json()["code"] == "check_under_way"
    now = timezone.now()
    _drain(now + timedelta(seconds=1))
    assert budi.get("me/identity/").json()["check"]["state"] == "pending"

    settings.POPULATION_REGISTRY = "accounts.proofing.registry.simulator.Simulator"
    _drain(now + timedelta(hours=1))

    assert budi.get("me/identity/").json()["assurance"] == "verified"
    assert [each.kind for each in Notice.objects.all()] == ["identity.matched"]


def test_beyond_the_days_quota_it_waits_for_tomorrow(budi: Caller, settings: LazySettings) -> None:
    settings.REGISTRY_DAILY_QUOTA = 0
    assert budi.post("me/identity/", BUDI).json()["check"]["state"] == "pending"
    settings.REGISTRY_DAILY_QUOTA = 10

    _drain(timezone.now() + timedelta(days=1))

    assert budi.get("me/identity/").json()["assurance"] == "verified"


def _drain(now: Any) -> None:
    while drain(now=now):
        pass


def test_the_numbers_stand_nowhere_in_the_clear(budi: Caller, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    budi.post("me/identity/", BUDI | {"birth_date": "1988-04-18"})
    answer = budi.post("me/identity/", BUDI)
    _drain(timezone.now())

    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        holding = []
        for table in tables:
            cursor.execute(
                sql.SQL("SELECT 1 FROM {} AS t WHERE t::text LIKE ANY (%s) LIMIT 1").format(sql.Identifier(table)),
                [_likes()],
            )
            holding += [table] if cursor.fetchone() else []
    assert holding == []
    ours = "".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    assert not any(BUDI[name] in ours + answer.content.decode() for name in ("nik", "kk"))


def _likes() -> list[str]:
    return [f"%{BUDI[name]}%" for name in ("nik", "kk")]


def test_a_line_of_the_log_masks_what_looks_like_a_number() -> None:
    try:
        raise ValueError(f"no such person: {BUDI['nik']}")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "kk=%s", (BUDI["kk"],), (ValueError, error, None))

    line = RequestLine("%(message)s").format(record)

    assert line == "kk=6471********0002\nValueError: no such person: 6471********0001"


def test_nothing_shows_a_number_when_printed(budi: Caller) -> None:
    budi.post("me/identity/", BUDI)
    members = queries.household_of(budi.user.pk)
    shown = [*Sealed.objects.all(), *NumberMark.objects.all(), *Check.objects.all(), *Proof.objects.all(), members]

    assert not any(BUDI[name] in f"{each} {each!r}" for name in ("nik", "kk") for each in shown)


def test_a_sealed_number_opens_for_its_person_and_kind_alone(budi: Caller, someone: Someone) -> None:
    budi.post("me/identity/", BUDI)
    row = Sealed.objects.get(kind="nik")

    row.person_id = someone("Tina").user.pk
    row.save()

    with pytest.raises(Unreadable):
        queries.number_of(row.person_id, "nik")


def test_keys_are_replaced_while_numbers_stay_found_and_unique(
    budi: Caller, someone: Someone, settings: LazySettings
) -> None:
    budi.post("me/identity/", BUDI)
    old, old_index = settings.VAULT_KEYS, settings.VAULT_INDEX_KEY
    settings.VAULT_KEYS = f"{_named('new')},{old}"
    settings.VAULT_INDEX_KEY = f"{_named('newer')},{old_index}"
    # Before the rotation, under two keys: found and unique by the old mark.
    assert queries.person_of_nik(BUDI["nik"]) == budi.user.pk
    with pytest.raises(keeping.Taken):
        keeping.keep_numbers(person_id=someone("Tina").user.pk, nik=BUDI["nik"], kk=BUDI["kk"], now=timezone.now())

    call_command("rotate_keys", batch=1)
    settings.VAULT_KEYS, settings.VAULT_INDEX_KEY = (
        each.split(",")[0] for each in (settings.VAULT_KEYS, settings.VAULT_INDEX_KEY)
    )
    call_command("rotate_keys")

    assert rotation.rows_by_key() == {"sealed": {"new": 2}, "marks": {"newer": 2}}
    assert queries.number_of(budi.user.pk, "nik") == BUDI["nik"]
    with pytest.raises(keeping.Taken):
        keeping.keep_numbers(person_id=someone("Tono").user.pk, nik=BUDI["nik"], kk=BUDI["kk"], now=timezone.now())


def _named(name: str) -> str:
    return f"{name}:{key_ring().partition(':')[2]}"
