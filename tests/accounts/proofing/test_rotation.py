"""`manage.py rotate_keys`: everything sealed comes under new keys while people go on; killed, it goes on later."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts.operations import register_person
from accounts.proofing import queries
from accounts.proofing.models import NumberMark, Sealed
from accounts.proofing.operations import keeping, rotation
from accounts.provider import keys
from accounts.provider.models import SigningKey
from accounts.sign_in.operations import add_authenticator_app
from accounts.sign_in.rotation import factors_by_key
from superapp.launch.code import KEY, totp_code
from superapp.secrets import key_ring
from tests.accounts.proofing.conftest import Caller

pytestmark = pytest.mark.django_db(transaction=True)
RINGS = ("VAULT_KEYS", "VAULT_INDEX_KEY", "MFA_KEYS", "OIDC_SEALING_KEYS")


def new_keys(settings: LazySettings) -> None:
    for name in RINGS:
        setattr(settings, name, f"new:{key_ring().partition(':')[2]},{getattr(settings, name)}")


def without_the_old(settings: LazySettings) -> None:
    for name in RINGS:
        setattr(settings, name, getattr(settings, name).split(",")[0])


def people(number: int) -> list[Any]:
    """Register people with made-up numbers in the vault."""
    made = []
    for each in range(number):
        person = register_person(full_name=f"P{each}", email=f"p{each}@balikpapan.example", now=timezone.now())
        keeping.keep_numbers(person_id=person.pk, nik=nik(each), kk=f"64710211000{each:05}", now=timezone.now())
        made.append(person)
    return made


def nik(number: int) -> str:
    return f"64710201019{number:05}"


def test_second_factors_and_signing_keys_come_under_the_new_keys_too(budi: Caller, settings: LazySettings) -> None:
    add_authenticator_app(person_id=budi.user.pk, secret=KEY)
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    keys.rotate(now=timezone.now())
    new_keys(settings)

    told = StringIO()
    call_command("rotate_keys", batch=1, stdout=told)
    without_the_old(settings)
    keys.forget_cached()

    assert "2 second factors sealed again ..." in told.getvalue()
    assert factors_by_key() == {"new": 2}
    assert keys.signing_keys_by_key() == {"new": SigningKey.objects.exclude(sealed="").count()}
    assert TOTP(Authenticator.objects.get(type="totp")).validate_code(totp_code())
    assert RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes() == codes
    assert keys.verify(keys.sign({"a": 1}, now=timezone.now()), now=timezone.now()) == {"a": 1}
    again = StringIO()
    call_command("rotate_keys", stdout=again)
    assert "sealed again ..." not in again.getvalue()


def test_people_prove_themselves_while_keys_are_replaced(settings: LazySettings) -> None:
    people(12)
    new_keys(settings)
    begun, late = threading.Event(), register_person(full_name="Late", email="l@balikpapan.example", now=timezone.now())

    def prove() -> None:
        begun.wait(10)
        keeping.keep_numbers(person_id=late.pk, nik=nik(99), kk=nik(98), now=timezone.now())
        connections.close_all()

    thread = threading.Thread(target=prove)
    thread.start()
    for _rows in rotation.reseal(batch=2):
        begun.set()
    thread.join(20)
    call_command("rotate_keys", stdout=StringIO())
    without_the_old(settings)

    assert set(rotation.rows_by_key()["sealed"]) == {"new"}
    assert queries.person_of_nik(nik(99)) == late.pk
    assert [queries.number_of(queries.person_of_nik(nik(each)), "nik") for each in range(12)] == [  # type: ignore[arg-type]
        nik(each) for each in range(12)
    ]


def test_killed_in_the_middle_it_goes_on_where_it_was(settings: LazySettings) -> None:
    people(30)
    new_keys(settings)
    running = subprocess.Popen(
        [sys.executable, "manage.py", "rotate_keys", "--batch", "1"],
        cwd=settings.BASE_DIR,
        env=os.environ | {name: getattr(settings, name) for name in RINGS} | {"DATABASE_URL": _address()},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    for _line in range(5):
        running.stdout.readline()
    running.send_signal(signal.SIGKILL)
    running.wait(10)

    left = rotation.rows_by_key()["sealed"]
    assert left["new"] >= 5, left
    assert len(left) == 2, left
    told = StringIO()
    call_command("rotate_keys", batch=7, stdout=told)
    without_the_old(settings)
    call_command("rotate_keys", stdout=StringIO())

    assert rotation.rows_by_key() == {"sealed": {"new": 60}, "marks": {"new": 60}}
    assert f"{60 - left['new']} sealed again ..." in told.getvalue()
    assert [queries.number_of(queries.person_of_nik(nik(each)), "nik") for each in (0, 29)] == [nik(0), nik(29)]  # type: ignore[arg-type]


def _address() -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def test_a_row_that_is_being_written_is_waited_for(settings: LazySettings) -> None:
    (person,) = people(1)
    new_keys(settings)
    held, release = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            list(Sealed.objects.select_for_update().filter(person=person))
            held.set()
            release.wait(10)
        connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    assert held.wait(10)
    threading.Timer(0.5, release.set).start()
    list(rotation.reseal(batch=5))
    thread.join(10)

    assert rotation.rows_by_key()["sealed"] == {"new": 2}
    assert NumberMark.objects.count() == 2


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    keys.forget_cached()
