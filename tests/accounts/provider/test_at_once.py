"""Two at the same moment: whoever ends something ends also what was being given."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.mandates.exchange import ACCESS_TOKEN, GRANT
from accounts.models import RelyingParty, User
from accounts.operations import register_person, register_relying_party
from accounts.privacy.models import Deletion
from accounts.privacy.operations.connections import disconnect
from accounts.privacy.operations.deletion import erase_due
from accounts.privacy.operations.sign_ins import disown
from accounts.proofing.models import Recovery
from accounts.proofing.operations.recoveries import confirm_recovery
from accounts.proofing.queries import Officer
from accounts.provider.models import Authorization, Consent
from accounts.provider.operations import end_authorizations
from accounts.sign_in import operations
from accounts.sign_in.models import Ending, PhoneChange, SignIn
from accounts.sign_in.operations import deactivate, end, stop_phone_change
from tests.accounts.flow import authorize, exchange, get_me, told

Tokens = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def meanwhile(act: Callable[[], Any]) -> Iterator[list[Any]]:
    """Begin a transaction for the body; `act` runs beside it, and it is committed when `act` waits or is done.

    What `act` gave is in the list afterwards.
    """
    gave: list[Any] = []

    def run() -> None:
        try:
            gave.append(act())
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        yield gave
        other.start()
        other.join(1.5)
    other.join(20)
    assert gave, "it never answered"


@pytest.mark.parametrize("ending", [Ending.REMOTE, Ending.DEACTIVATED])
def test_a_sign_in_that_is_being_ended_gives_no_code(
    browser: Client, app: RelyingParty, person: User, ending: Ending
) -> None:
    with meanwhile(lambda: authorize(browser, prompt="none")) as gave:
        end(person_id=person.pk, ending=ending, now=timezone.now())

    assert told(gave[0])["error"] == "login_required"
    assert not Authorization.objects.exists()


def test_a_consent_that_is_being_withdrawn_gives_no_code(browser: Client, person: User) -> None:
    register_relying_party(
        client_id="site", name="Site", scopes=["openid"], redirect_uris=["https://s.example/cb"], client_secret="s" * 40
    )
    asked: dict[str, str | None] = {
        "client_id": "site",
        "redirect_uri": "https://s.example/cb",
        "scope": "openid",
        "nonce": None,
    }
    page = authorize(browser, **asked)
    form = page.context["form"].initial  # type: ignore[attr-defined]
    sent = {name: value for name, value in form.items() if value} | {"csrfmiddlewaretoken": "x", "allow": "Authorize"}
    assert told(browser.post(page.wsgi_request.get_full_path(), sent))["code"]  # type: ignore[attr-defined,arg-type]
    assert told(authorize(browser, **asked))["code"]

    with meanwhile(lambda: authorize(browser, **asked)) as gave:
        disconnect(person_id=person.pk, client_id="site", now=timezone.now())

    assert gave[0].status_code == 200  # the consent page
    assert not Authorization.objects.filter(ended_at=None).exists()
    assert not Consent.objects.filter(withdrawn_at=None).exists()


def test_a_token_that_is_being_ended_is_exchanged_for_nothing(app: RelyingParty, tokens: Tokens, person: User) -> None:
    app.allowed_scopes += ["act"]
    app.save()
    given = tokens("openid act")
    form = {"grant_type": GRANT, "client_id": "app", "subject_token": given["access_token"], "mandate": "none"}

    with meanwhile(lambda: Client().post("/o/token/", form | {"subject_token_type": ACCESS_TOKEN})) as gave:
        end_authorizations(person_id=person.pk, now=timezone.now())

    assert gave[0].json()["error_description"] == "The subject_token does not allow this."


def test_a_family_that_is_being_ended_is_not_refreshed(app: RelyingParty, tokens: Tokens, person: User) -> None:
    form = {"grant_type": "refresh_token", "client_id": "app", "refresh_token": tokens()["refresh_token"]}

    with meanwhile(lambda: Client().post("/o/token/", form)) as gave:
        end_authorizations(person_id=person.pk, now=timezone.now())

    assert gave[0].json()["error"] == "invalid_grant"


def test_a_refresh_under_way_is_ended_with_its_family(app: RelyingParty, tokens: Tokens, person: User) -> None:
    form = {"grant_type": "refresh_token", "client_id": "app", "refresh_token": tokens()["refresh_token"]}

    with meanwhile(lambda: end_authorizations(person_id=person.pk, now=timezone.now())) as ended:
        given = Client().post("/o/token/", form).json()

    assert ended == [1]
    assert get_me(given["access_token"]).status_code == 401
    assert Client().post("/o/token/", form | {"refresh_token": given["refresh_token"]}).status_code == 400


@pytest.mark.parametrize("act", ["sign out", "deactivate"])
@pytest.mark.parametrize("away", [timedelta(minutes=10), timedelta(hours=1)])
def test_an_officers_refresh_and_the_end_of_the_sign_in_take_turns(
    browser: Client, app: RelyingParty, person: User, act: str, away: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.allowed_scopes += ["office"]
    app.save()
    SignIn.objects.update(methods=["mfa", "pwd"], staff=True)
    given = exchange(told(authorize(browser, scope="openid account office"))["code"]).json()  # type: ignore[attr-defined]
    monkeypatch.setattr("accounts.sign_in.operations.works_for_the_city", lambda _person: True)
    SignIn.objects.update(seen_at=timezone.now() - away)
    form = {"grant_type": "refresh_token", "client_id": "app", "refresh_token": given["refresh_token"]}

    def ends() -> None:
        if act == "sign out":
            end(person_id=person.pk, ending=Ending.PERSON, now=timezone.now())
        else:
            deactivate(person_id=person.pk, now=timezone.now())

    answer = beside(ends, lambda: Client().post("/o/token/", form), monkeypatch)

    assert answer.status_code == 400
    assert not Authorization.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("act", ["erase", "reopen", "free", "not me", "stop"])
def test_a_refresh_and_what_changes_the_person_take_turns(
    tokens: Tokens, person: User, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, other = tokens(), register_person(full_name="Rina", email="rina@contoh.example", now=timezone.now())
    form = {"grant_type": "refresh_token", "client_id": "app", "refresh_token": given["refresh_token"]}

    answer = beside(_what(act, person, other), lambda: Client().post("/o/token/", form), monkeypatch)

    assert answer.status_code == 200, answer.content
    assert get_me(answer.json()["access_token"]).status_code == 401
    assert not Authorization.objects.filter(ended_at=None).exists()


def _what(act: str, person: User, other: User) -> Callable[[], Any]:
    """Return what ends all that the person's sign-ins gave, ready to be done."""
    now = timezone.now()
    if act == "erase":
        Deletion.objects.create(person=person, asked_at=now, due_at=now)
        return lambda: erase_due(now=now)
    if act == "not me":
        sign_in = SignIn.objects.get()
        return lambda: disown(person_id=person.pk, sign_in_id=sign_in.pk, now=now)
    if act == "stop":
        change = PhoneChange.objects.create(
            person=person, previous="+6281111111111", previous_verified_at=now, current=person.phone or "",
            changed_at=now, cools_until=now,
        )  # fmt: skip
        return lambda: stop_phone_change(change_id=change.pk, now=now)
    EmailAddress.objects.all().delete()
    User.objects.filter(pk=person.pk).update(email=None)
    started = {"state": Recovery.State.STARTED, "started_at": now, "expires_at": now + timedelta(hours=1)}
    recovery = Recovery.objects.create(
        kind=act, person=person, contact=person.phone or "", first=other, document="ktp_el", reason="Hilang.", **started
    )
    second = Officer(
        register_person(full_name="Agus", email="agus@contoh.example", now=now).pk, "Agus", "admin", "X", "X"
    )
    return lambda: confirm_recovery(recovery_id=recovery.pk, officer=second, now=now)


def beside(ends: Callable[[], Any], act: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let `ends` go to its first end of authorizations, do `act`, let `ends` go on. Return what `act` gave."""
    begun, go_on = threading.Event(), threading.Event()
    real, done = operations.end_authorizations, []

    def slow(**what: Any) -> None:
        begun.set()
        go_on.wait(1.5)  # `act` takes its first lock meanwhile
        real(**what)

    def run() -> None:
        try:
            ends()
            done.append(True)
        finally:
            connection.close()

    monkeypatch.setattr(operations, "end_authorizations", slow)
    other = threading.Thread(target=run)
    other.start()
    assert begun.wait(5)
    gave = act()
    go_on.set()
    other.join(20)
    assert done == [True]
    return gave
