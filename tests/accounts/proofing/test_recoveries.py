"""At a counter: who lost every way into their account, and who was given a number that another account holds."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.operations import register_person
from accounts.privacy.models import DataAccess
from accounts.proofing.models import Recovery
from accounts.provider.models import Authorization
from accounts.sign_in.models import PhoneChange, SignIn
from services.events.models import OutboxEvent
from services.events.operations import drain
from services.notifications.models import Notice
from superapp.http.models import IdempotencyKey
from tests.accounts.flow import code_in, sms
from tests.accounts.proofing.conftest import BUDI, Caller, happens

pytestmark = pytest.mark.django_db
Someone = Callable[[str], Caller]
PLACE = "office/identity/recoveries/"
OLD, NEW = "+6281234567890", "+6281298765432"
LOST = {
    "kind": "reopen",
    "contact": "0812 9876 5432",
    "nik": BUDI["nik"],
    "document": "ktp_el",
    "reason": "Ponsel hilang.",
}
GIVEN = {"kind": "free", "contact": OLD, "document": "ktp_el", "reason": "Nomor sekarang milik pemohon."}


@pytest.fixture(autouse=True)
def _here(settings: LazySettings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def proved(budi: Caller) -> Caller:
    """Budi, whose NIK is proved, with a number and a second factor."""
    budi.post("me/identity/", BUDI)
    User.objects.filter(pk=budi.user.pk).update(phone=OLD, phone_verified_at=timezone.now())
    Authenticator.objects.create(user=budi.user, type=Authenticator.Type.TOTP, data={})
    return budi


@pytest.fixture
def by_phone_alone() -> Caller:
    """Somebody whose account has nothing but a number."""
    return Caller(register_person(full_name="Lama", phone=OLD, now=timezone.now()))


def begin(first: Caller, asked: dict[str, str], folder: Path) -> str:
    """Begin a recovery and enter the code that was sent; return its address."""
    begun = first.post(PLACE, asked)
    assert begun.status_code == 201, begun.content
    assert begun.json()["state"] == "code"
    place = f"{PLACE}{begun.json()['id']}/"
    happens()
    mails = [each for each in mail.outbox if asked["contact"].lower() in each.to]
    sent = mails[-1] if "@" in asked["contact"] else sms(folder)[-1]
    entered = first.post(f"{place}code/", {"code": code_in(sent)})
    assert entered.status_code == 200, entered.content
    assert entered.json()["state"] == "started"
    return place


def test_an_account_is_opened_again_by_two_officers_and_everybody_is_told(
    proved: Caller, officer: Someone, tmp_path: Path, app: Any
) -> None:
    rina, agus, now = officer("Rina"), officer("Agus"), timezone.now()
    sign_in = SignIn.objects.create(person=proved.user, began_at=now, proved_at=now, seen_at=now, methods=["pwd"])
    given = Authorization.objects.create(
        person=proved.user, client=app, sign_in=sign_in, auth_time=now, assurance="verified", created_at=now
    )

    place = begin(rina, LOST, tmp_path)
    happens()
    assert any(OLD in each and "loket" in each for each in sms(tmp_path))
    assert rina.post(f"{place}confirm/").json()["code"] == "own_case"
    assert [each["id"] for each in agus.get(PLACE).json()["results"]] == [place.split("/")[-2]]
    done = agus.post(f"{place}confirm/")
    happens()

    assert done.status_code == 200, done.content
    assert (done.json()["state"], done.json()["nik"]) == ("confirmed", "6471********0001")
    assert BUDI["nik"] not in done.content.decode()
    person = User.objects.get(pk=proved.user.pk)
    assert (person.phone, person.email, person.assurance) == (NEW, None, "verified")
    assert not person.has_usable_password()
    assert not Authenticator.objects.filter(user=person).exists()
    sign_in.refresh_from_db()
    given.refresh_from_db()
    assert sign_in.ended_at is not None
    assert given.ended_at is not None
    told = "".join(sms(tmp_path))
    assert f"To: {NEW}" in told
    assert f"To: {OLD}" in told
    assert "budi@balikpapan.example" in [to for each in mail.outbox for to in each.to]
    assert {"identity.recovery_started", "identity.recovery_confirmed"} <= set(
        Notice.objects.filter(recipient=person).values_list("kind", flat=True)
    )
    read = DataAccess.objects.filter(person=person)
    assert {(each.reader_name, each.why) for each in read} == {("Rina", "Ponsel hilang."), ("Agus", "Ponsel hilang.")}


def test_who_was_let_in_again_signs_in_by_a_code_to_the_new_number(
    proved: Caller, officer: Someone, tmp_path: Path
) -> None:
    place = begin(officer("Rina"), LOST, tmp_path)
    officer("Agus").post(f"{place}confirm/")
    browser = Client()

    browser.post("/accounts/login/code/", {"phone": "081298765432"})
    answer = browser.post("/accounts/login/code/confirm/", {"code": code_in(sms(tmp_path)[-1])})

    assert answer.status_code == 302
    assert "_auth_user_id" in browser.session, answer.headers
    assert browser.session["_auth_user_id"] == str(proved.user.pk)


def test_a_link_sent_before_does_not_undo_it(proved: Caller, officer: Someone, tmp_path: Path) -> None:
    """Whoever took the account over may hold the contact that a change was told to."""
    now = timezone.now()
    change = PhoneChange.objects.create(
        person=proved.user,
        previous="+6281111111111",
        previous_verified_at=now,
        current=OLD,
        changed_at=now,
        cools_until=now + timedelta(hours=72),
    )

    place = begin(officer("Rina"), LOST, tmp_path)
    officer("Agus").post(f"{place}confirm/")

    change.refresh_from_db()
    assert change.cools_until <= timezone.now()


def test_a_number_is_freed_and_the_account_keeps_its_other_contact(
    proved: Caller, officer: Someone, tmp_path: Path
) -> None:
    place = begin(officer("Rina"), GIVEN, tmp_path)
    done = officer("Agus").post(f"{place}confirm/")
    happens()

    assert (done.status_code, done.json()["closed"]) == (200, False)
    person = User.objects.get(pk=proved.user.pk)
    assert (person.phone, person.email, person.is_active) == (None, "budi@balikpapan.example", True)
    assert any("somebody else" in str(each.body) or "orang lain" in str(each.body) for each in mail.outbox)
    assert any(f"To: {OLD}" in each and "mendaftar" in each for each in sms(tmp_path))
    assert register_person(full_name="Baru", phone=OLD, now=timezone.now()).pk != person.pk


def test_an_account_without_another_contact_is_closed_and_its_person_gets_it_back(
    by_phone_alone: Caller, officer: Someone, tmp_path: Path
) -> None:
    by_phone_alone.post("me/identity/", BUDI)
    rina, agus = officer("Rina"), officer("Agus")
    freed = agus.post(f"{begin(rina, GIVEN, tmp_path)}confirm/")
    assert freed.json()["closed"] is True
    assert not User.objects.get(pk=by_phone_alone.user.pk).is_active

    opened = agus.post(f"{begin(rina, LOST, tmp_path)}confirm/")

    assert opened.status_code == 200, opened.content
    person = User.objects.get(pk=by_phone_alone.user.pk)
    assert (person.phone, person.is_active) == (NEW, True)


def test_by_an_email_address_too(proved: Caller, officer: Someone, tmp_path: Path) -> None:
    place = begin(officer("Rina"), LOST | {"contact": "Baru@Balikpapan.example"}, tmp_path)
    officer("Agus").post(f"{place}confirm/")

    person = User.objects.get(pk=proved.user.pk)
    assert (person.phone, person.email) == (None, "baru@balikpapan.example")
    assert EmailAddress.objects.get(user=person).verified


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"nik": "6471021704880009"}, "/nik", "unknown_nik"),
        ({"nik": ""}, "/nik", "blank"),
        ({"contact": "12"}, "/contact", "format"),
        ({"contact": "a@b"}, "/contact", "format"),
        ({"kind": "free", "contact": NEW}, "/contact", "not_held"),
        ({"contact": "rina@balikpapan.example"}, "/contact", "held_elsewhere"),
        ({"document": "x"}, "/document", "invalid_choice"),
        ({"reason": ""}, "/reason", "blank"),
    ],
)
def test_what_leads_nowhere_is_said_of_its_field(
    proved: Caller, officer: Someone, changes: dict[str, str], field: str, code: str
) -> None:
    answer = officer("Rina").post(PLACE, LOST | changes)

    assert answer.status_code == 400, answer.content
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(field, code)]
    assert not Recovery.objects.exists()


def test_the_nik_is_needed_to_open_an_account(proved: Caller, officer: Someone) -> None:
    answer = officer("Rina").post(PLACE, {name: LOST[name] for name in LOST if name != "nik"})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/nik")


def test_three_wrong_codes_end_it_and_it_lapses(proved: Caller, officer: Someone, tmp_path: Path) -> None:
    rina, agus = officer("Rina"), officer("Agus")
    place = f"{PLACE}{rina.post(PLACE, LOST).json()['id']}/"
    happens()
    right = code_in(sms(tmp_path)[-1])
    wrong = "000000" if right != "000000" else "111111"

    assert agus.post(f"{place}code/", {"code": right}).status_code == 404  # another officer's
    tries = [rina.post(f"{place}code/", {"code": wrong}).status_code for _turn in range(3)]
    assert tries == [400, 400, 400]
    assert rina.post(f"{place}code/", {"code": right}).json()["code"] == "not_waiting"
    assert agus.post(f"{place}confirm/").json()["code"] == "not_waiting"
    late = begin(rina, LOST, tmp_path)
    Recovery.objects.update(expires_at=timezone.now())

    assert agus.post(f"{late}confirm/").json()["code"] == "not_waiting"
    assert agus.get(late).json()["state"] == "lapsed"
    assert User.objects.get(pk=proved.user.pk).phone == OLD


def test_one_waits_at_a_time_and_a_rejection_changes_nothing(proved: Caller, officer: Someone, tmp_path: Path) -> None:
    rina, agus = officer("Rina"), officer("Agus")
    place = begin(rina, LOST, tmp_path)

    assert rina.post(PLACE, LOST).json()["code"] == "waiting_already"
    rejected = agus.post(f"{place}reject/", {"reason": "Foto tidak sesuai."})
    happens()

    assert (rejected.json()["state"], rejected.json()["refusal"]) == ("rejected", "Foto tidak sesuai.")
    assert agus.post(f"{place}confirm/").json()["code"] == "not_waiting"
    assert User.objects.get(pk=proved.user.pk).phone == OLD
    assert "identity.recovery_rejected" in Notice.objects.values_list("kind", flat=True)


def test_nobody_does_it_for_themselves_or_for_who_runs_the_platform(
    proved: Caller, officer: Someone, someone: Someone
) -> None:
    rina = officer("Rina")
    User.objects.filter(pk=rina.user.pk).update(phone=NEW, phone_verified_at=timezone.now())
    own = rina.post(PLACE, GIVEN | {"contact": NEW})
    User.objects.filter(pk=proved.user.pk).update(is_staff=True)

    platform = rina.post(PLACE, GIVEN)

    assert (own.status_code, own.json()["code"]) == (403, "own_case")
    assert (platform.status_code, platform.json()["code"]) == (403, "platform_staff")
    assert someone("Tono").post(PLACE, GIVEN).status_code == 403
    assert not Recovery.objects.exists()


def test_one_closed_for_another_reason_stays_closed(proved: Caller, officer: Someone) -> None:
    User.objects.filter(pk=proved.user.pk).update(is_active=False)

    assert officer("Rina").post(PLACE, LOST).json()["code"] == "account_closed"


def test_a_number_proved_meanwhile_by_another_is_not_taken_from_them(
    proved: Caller, officer: Someone, tmp_path: Path
) -> None:
    place = begin(officer("Rina"), LOST, tmp_path)
    register_person(full_name="Tina", phone=NEW, now=timezone.now())

    answer = officer("Agus").post(f"{place}confirm/")

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "held_elsewhere")
    assert User.objects.get(pk=proved.user.pk).phone == OLD


def test_the_code_stands_nowhere_in_the_clear(proved: Caller, officer: Someone, tmp_path: Path) -> None:
    officer("Rina").post(PLACE, LOST)
    happens()

    code = code_in(sms(tmp_path)[-1])
    assert re.fullmatch(r"\d{6}", code)
    assert code not in str(
        [*Recovery.objects.values(), *OutboxEvent.objects.values(), *IdempotencyKey.objects.values()]
    )


class Gateway:
    """A gateway for text messages that may be down."""

    down = False
    tried: ClassVar[list[str]] = []

    def send(self, *, to: str, text: str) -> None:
        """Keep the message.

        :raises OSError: while it is down.
        """
        self.tried.append(text)
        if self.down:
            raise ConnectionRefusedError


def test_while_the_gateway_is_down_the_code_waits_and_stays_the_same(
    proved: Caller, officer: Someone, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SMS_SENDER = f"{__name__}.Gateway"
    monkeypatch.setattr(Gateway, "down", True)
    monkeypatch.setattr(Gateway, "tried", [])
    rina, now = officer("Rina"), timezone.now()

    begun = rina.post(PLACE, LOST)
    happens()
    assert (begun.status_code, len(Gateway.tried)) == (201, 1), begun.content
    monkeypatch.setattr(Gateway, "down", False)
    drain(now=now + timedelta(minutes=1))

    assert len(Gateway.tried) == 2
    assert Gateway.tried[0] == Gateway.tried[1]
    entered = rina.post(f"{PLACE}{begun.json()['id']}/code/", {"code": code_in(Gateway.tried[1])})
    assert entered.json()["state"] == "started"


def test_a_code_that_is_void_by_now_is_not_sent(proved: Caller, officer: Someone, tmp_path: Path) -> None:
    rina, now = officer("Rina"), timezone.now()
    rina.post(PLACE, LOST)
    rina.post(PLACE, LOST | {"contact": "081298765433"})

    happens()
    assert [NEW in each for each in sms(tmp_path)] == [False]
    rina.post(PLACE, LOST)
    drain(now=now + timedelta(minutes=16))
    assert len(sms(tmp_path)) == 1


def test_three_codes_an_hour_go_out_for_one_account_whoever_sends_them(
    proved: Caller, officer: Someone, tmp_path: Path
) -> None:
    rina, agus = officer("Rina"), officer("Agus")
    for who, contact in ((rina, NEW), (agus, "081298765433"), (rina, NEW)):
        assert who.post(PLACE, LOST | {"contact": contact}).status_code == 201
    Recovery.objects.filter(pk=Recovery.objects.order_by("started_at")[0].pk).update(
        started_at=timezone.now() - timedelta(minutes=50)
    )

    refused = agus.post(PLACE, LOST)

    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_codes")
    assert 590 <= int(refused["Retry-After"]) <= 600
    assert Recovery.objects.count() == 3
    Recovery.objects.update(started_at=timezone.now() - timedelta(minutes=60))
    assert agus.post(PLACE, LOST).status_code == 201


def test_an_officer_sends_so_many_codes_an_hour(proved: Caller, officer: Someone, settings: LazySettings) -> None:
    settings.RECOVERY_CODES_AN_HOUR = {"account": 9, "officer": 2}
    rina, other = officer("Rina"), "+6281200000000"
    register_person(full_name="Lama", phone=other, now=timezone.now())
    assert rina.post(PLACE, LOST).status_code == 201
    assert rina.post(PLACE, GIVEN | {"contact": other}).status_code == 201

    assert rina.post(PLACE, LOST).status_code == 429
    assert officer("Agus").post(PLACE, LOST).status_code == 201
