"""Numbers change hands: trust in one ages, and one that replaces another cools down while the old contact is told."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.operations import register_person
from accounts.proofing.consumers import check_identity
from accounts.proofing.models import Check
from accounts.proofing.operations.raising import submit_identity
from accounts.sign_in import operations, queries
from accounts.sign_in.consumers import tell_old_contact
from accounts.sign_in.models import Ending, PhoneChange, SignIn
from services.events.models import OutboxEvent
from services.events.operations import RetryLater
from tests.accounts.flow import PASSWORD, code_in, sms

OLD, NEW = "+6281234567890", "+6281111112222"
MORE = "/accounts/prove-more/"


def not_used_for(person: User, days: int) -> None:
    User.objects.filter(pk=person.pk).update(phone_verified_at=timezone.now() - timedelta(days=days))


def by_code(phone: str, folder: Path) -> tuple[Client, Any]:
    """Sign in by a code to the number; return the browser and what it was sent to."""
    cache.clear()
    client = Client()
    client.post("/accounts/login/code/", {"phone": phone})
    answer = client.post("/accounts/login/code/confirm/", {"code": code_in(sms(folder)[-1])})
    assert answer.status_code == 302
    return client, answer["Location"]


def changed(person: User, hours: int = 0) -> PhoneChange:
    operations.set_phone(user=person, phone=NEW, verified=True, now=timezone.now() - timedelta(hours=hours))
    return PhoneChange.objects.get()


def test_a_number_in_use_signs_in_by_itself_and_its_trust_is_renewed(person: User, tmp_path: Path) -> None:
    not_used_for(person, 270)

    client, _place = by_code(OLD, tmp_path)

    assert "_auth_user_id" in client.session
    person.refresh_from_db()
    assert person.phone_verified_at
    assert timezone.now() - person.phone_verified_at < timedelta(minutes=1)


def test_a_number_long_unused_is_not_enough(person: User, tmp_path: Path) -> None:
    not_used_for(person, 280)

    client, place = by_code(OLD, tmp_path)
    assert place == MORE
    assert "_auth_user_id" not in client.session
    assert client.get("/akun/").status_code == 302
    wrong = client.post(MORE, {"password": "not-the-password"})
    assert "_auth_user_id" not in client.session
    right = client.post(MORE, {"password": PASSWORD})

    assert 'aria-invalid="true"' in wrong.content.decode()
    assert right.status_code == 302
    assert SignIn.objects.get().methods == ["otp", "pwd", "sms"]
    assert "_auth_user_id" in by_code(OLD, tmp_path)[0].session


def test_trying_again_is_not_enough_either(person: User, tmp_path: Path) -> None:
    not_used_for(person, 280)

    places = [by_code(OLD, tmp_path)[1] for _ in range(2)]

    assert places == [MORE, MORE]


def test_a_code_by_mail_makes_it_enough(person: User, tmp_path: Path) -> None:
    not_used_for(person, 280)
    client, _place = by_code(OLD, tmp_path)

    client.post(MORE, {"to": "email"})
    answer = client.post(MORE, {"code": code_in(mail.outbox[-1])})

    assert answer.status_code == 302
    assert "_auth_user_id" in client.session


def test_guesses_are_few(person: User, tmp_path: Path) -> None:
    not_used_for(person, 280)
    client, _place = by_code(OLD, tmp_path)

    answers = [client.post(MORE, {"password": f"guess-{number}"}).status_code for number in range(6)]

    assert answers == [200, 200, 200, 200, 200, 429]
    assert client.post(MORE, {"password": PASSWORD}).status_code == 429


def test_who_has_nothing_else_is_told_where_to_go(tmp_path: Path) -> None:
    budi = register_person(full_name="Budi", email=None, phone=OLD, password=None, now=timezone.now())
    not_used_for(budi, 280)
    client, _place = by_code(OLD, tmp_path)

    pages = [client.get(MORE, headers={"Accept-Language": language}).content.decode() for language in ("id", "en")]

    assert "loket" in pages[0]
    assert "counter" in pages[1]
    assert "<input" not in re.sub(r'<input type="hidden"[^>]*>', "", pages[0].partition("<main")[2])
    client.post(MORE, {"to": "email"})
    client.post(MORE, {"password": "", "code": ""})
    assert "_auth_user_id" not in client.session


def test_the_page_is_for_who_is_signing_in_only() -> None:
    assert Client().get(MORE)["Location"] == "/accounts/login/"


def test_a_new_number_is_not_enough_until_it_has_cooled_down(person: User, tmp_path: Path) -> None:
    changed(person, hours=71)

    assert by_code(NEW, tmp_path)[1] == MORE
    assert queries.proved_addresses(person, now=timezone.now()) == {"email": "siti@balikpapan.example"}
    assert not queries.phone_suffices(person, now=timezone.now())
    assert queries.phone_suffices(person, now=timezone.now() + timedelta(hours=2))


def test_after_three_days_it_is(person: User, tmp_path: Path) -> None:
    changed(person, hours=73)

    assert "_auth_user_id" in by_code(NEW, tmp_path)[0].session


def test_a_first_number_and_the_same_number_again_do_not_cool_down(person: User) -> None:
    operations.set_phone(user=person, phone=OLD, verified=True, now=timezone.now())

    assert not PhoneChange.objects.exists()
    assert queries.phone_suffices(person, now=timezone.now())


def test_the_old_contact_is_told_and_can_stop_it(person: User, browser: Client, tmp_path: Path) -> None:
    changed(person)
    event = OutboxEvent.objects.get(topic="account.phone_changed")

    tell_old_contact(event, timezone.now())

    text, letter = sms(tmp_path)[-1], str(mail.outbox[-1].body)
    assert f"To: {OLD}" in text
    assert mail.outbox[-1].to == ["siti@balikpapan.example"]
    (path,) = re.findall(r"https?://[^/]+(/accounts/phone/stop/\S+)", letter)
    assert path in text
    seen = Client().get(path)
    person.refresh_from_db()
    assert (seen.status_code, person.phone) == (200, NEW)  # a preview of the link does not stop it
    Client().post(path)
    person.refresh_from_db()
    assert person.phone == OLD
    assert browser.get("/akun/").status_code == 302
    assert SignIn.objects.get().ending == Ending.NOT_ME


def test_stopping_twice_changes_nothing_more(person: User) -> None:
    change = changed(person)
    path = f"/accounts/phone/stop/{queries.stop_token(change)}/"
    Client().post(path)
    operations.set_phone(user=User.objects.get(), phone="+6281111113333", verified=True, now=timezone.now())

    assert Client().post(path).status_code == 200

    assert User.objects.get().phone == "+6281111113333"


@pytest.mark.parametrize("hours", [0, 73])
def test_a_wrong_or_late_link_stops_nothing(person: User, hours: int) -> None:
    change = changed(person, hours=hours)
    token = queries.stop_token(change) if hours else "made-up"

    assert Client().post(f"/accounts/phone/stop/{token}/").status_code == 404

    assert User.objects.get().phone == NEW


def test_a_number_that_someone_else_proved_meanwhile_stays_theirs(person: User) -> None:
    change = changed(person)
    register_person(full_name="Budi", email=None, phone=OLD, password=None, now=timezone.now())

    operations.stop_phone_change(change_id=change.pk, now=timezone.now())

    assert User.objects.get(phone=OLD).full_name == "Budi"
    assert queries.proved_addresses(User.objects.get(pk=person.pk), now=timezone.now()).keys() == {"email"}


def test_changing_it_through_the_page_does_all_this(person: User, tmp_path: Path) -> None:
    client, _place = by_code(OLD, tmp_path)
    client.post("/accounts/phone/change/", {"phone": NEW, "action_add": ""})

    client.post("/accounts/phone/verify/", {"code": code_in(sms(tmp_path)[-1])})

    change = PhoneChange.objects.get()
    assert (change.previous, change.current) == (OLD, NEW)
    assert User.objects.get().phone == NEW


def test_a_number_that_came_back_waits_for_another_proof(person: User, tmp_path: Path) -> None:
    """The old number may be another person's by now, and it is they who pressed the link."""
    operations.stop_phone_change(change_id=changed(person).pk, now=timezone.now())

    client, place = by_code(OLD, tmp_path)
    assert place == MORE
    client.post(MORE, {"password": PASSWORD})

    assert "_auth_user_id" in by_code(OLD, tmp_path)[0].session


def test_a_thief_who_changes_it_twice_cannot_take_the_first_one_back(person: User) -> None:
    first = changed(person)
    operations.set_phone(user=person, phone="+6281111113333", verified=True, now=timezone.now())
    second = PhoneChange.objects.exclude(pk=first.pk).get()
    operations.stop_phone_change(change_id=first.pk, now=timezone.now())

    operations.stop_phone_change(change_id=second.pk, now=timezone.now())

    assert User.objects.get(pk=person.pk).phone == OLD


def test_who_only_claims_the_old_number_does_not_keep_it_from_coming_back(person: User) -> None:
    change = changed(person)
    User.objects.create(full_name="Budi", phone=OLD)

    operations.stop_phone_change(change_id=change.pk, now=timezone.now())

    assert User.objects.get(pk=person.pk).phone == OLD


def test_identity_is_not_proved_while_a_new_number_cools_down(browser: Client, person: User) -> None:
    form = {
        "action": "prove",
        "nik": "6471010101900001",
        "kk": "6471010101100001",
        "full_name": "Siti Aminah",
        "birth_date": "1990-01-01",
    }
    change = changed(person)

    answer = browser.post("/akun/identitas/", form)
    refused = Check.objects.count()
    PhoneChange.objects.filter(pk=change.pk).update(cools_until=timezone.now())
    browser.post("/akun/identitas/", form)

    assert "baru diganti" in answer.content.decode()
    assert (refused, Check.objects.count()) == (0, 1)


def test_a_check_under_way_waits_until_a_new_number_has_cooled_down(person: User) -> None:
    now = timezone.now()
    told = {"nik": "6471010101900001", "kk": "6471010101100001", "full_name": "Siti", "birth_date": date(1990, 1, 1)}
    check = submit_identity(person_id=person.pk, now=now, **told)  # type: ignore[arg-type]
    changed(person)
    event = OutboxEvent.objects.get(topic="identity.check_requested")

    with pytest.raises(RetryLater) as waits:
        check_identity(event, now + timedelta(minutes=5))
    check.refresh_from_db()
    assert check.state == Check.State.PENDING
    assert waits.value.seconds > 71 * 3600
    check_identity(event, now + timedelta(hours=73))

    check.refresh_from_db()
    assert check.state != Check.State.PENDING
