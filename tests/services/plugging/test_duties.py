"""A module hands over and erases what it holds of people, or it is known that it did not."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.operations import register_person
from accounts.privacy.models import Deletion, Export
from accounts.privacy.operations.deletion import ask_for_deletion, erase_due
from accounts.privacy.operations.export import ask_for_export, prepare_export
from services.events.models import Delivery, OutboxEvent
from services.events.operations import MAX_ATTEMPTS, RetryLater, drain, replay_parked
from services.plugging.duties import NotDone, ask
from tests.services.plugging.conftest import Plug

GOOD = """
def export_subject(self, person_id):
    return [Held("kunjungan", {"id": "Kunjungan", "en": "Visits"}, [{"hari": "2026-08-14"}])]
def erase_subject(self, person_id):
    return [Erased("kunjungan", erased=2, kept=1)]
"""


def duty(answer: str) -> str:
    return f"""
def export_subject(self, person_id):
    {answer}
def erase_subject(self, person_id):
    {answer}
"""


@pytest.fixture
def person(transactional_db: None) -> User:
    return register_person(full_name="Siti", email="siti@balikpapan.example", now=timezone.now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("return None", "answers a list of"),
        ("return [1]", "answers a list of"),
        ("return [Held('A b', {'id': '', 'en': ''}, []), Erased('x', -1)]", "answers a list of"),
        ("raise RuntimeError('ups')", "RuntimeError: ups"),
        ("import sys; sys.exit(3)", "SystemExit"),
        ("import time; time.sleep(3)", "no answer within 0.5 s"),
        ("from django.db import connection; connection.cursor().execute('SELECT pg_sleep(3)')", "0.5"),
    ],
)
@pytest.mark.parametrize("name", ["export_subject", "erase_subject"])
def test_whatever_a_duty_does_it_is_told_and_holds_nobody_up(plug: Plug, name: str, answer: str, said: str) -> None:
    module = plug(duty(answer))
    began = timezone.now()

    with pytest.raises(NotDone) as told:
        ask(module, name, uuid4(), seconds=0.5)

    assert said in str(told.value) or "statement timeout" in str(told.value)
    assert timezone.now() - began < timedelta(seconds=2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("export_subject", "return [Held('A b', {'id': '', 'en': ''}, [])]", "Held.name"),
        ("export_subject", "return [Held('a', {'id': ''}, [])]", "its title has id and en"),
        ("export_subject", "return [Held('a', {'id': '', 'en': ''}, [{'x': object()}])]", "not JSON serializable"),
        ("export_subject", "return [HeldFile('a', 'text')]", "bytes as content"),
        ("export_subject", "return [HeldFile('a', b''), HeldFile('a', b'')]", "each name comes once"),
        ("erase_subject", "return [Erased('a', -1)]", "whole numbers"),
        ("erase_subject", "return [Erased('a', True)]", "whole numbers"),
    ],
)
def test_rubbish_is_no_answer(plug: Plug, name: str, answer: str, said: str) -> None:
    with pytest.raises(NotDone, match=said):
        ask(plug(duty(answer)), name, uuid4())


@pytest.mark.django_db(transaction=True)
def test_what_was_begun_and_failed_is_as_before(plug: Plug, person: User) -> None:
    module = plug(
        duty("from accounts.models import User; User.objects.update(full_name='x'); raise RuntimeError('ups')")
    )

    with pytest.raises(NotDone):
        ask(module, "erase_subject", person.pk)

    person.refresh_from_db()
    assert person.full_name == "Siti"


def test_a_copy_waits_six_hours_and_then_goes_without_saying_so(plug: Plug, person: User) -> None:
    plug(duty("raise RuntimeError('ups')"))
    now = timezone.now()
    asked = ask_for_export(person_id=person.pk, now=now)

    with pytest.raises(RetryLater, match="export_subject: RuntimeError: ups"):
        prepare_export(export_id=asked.pk, now=now + timedelta(hours=5, minutes=59))
    assert Export.objects.get().state == "preparing"
    prepare_export(export_id=asked.pk, now=now + timedelta(hours=6))

    export = Export.objects.get()
    assert (export.state, export.missing) == (
        "ready",
        [{"id": "Data pada modul DLH", "en": "Data at the module of DLH"}],
    )
    assert "account" in export.contents


def test_an_erasure_is_told_until_it_is_done_and_parked_for_an_operator(plug: Plug, person: User) -> None:
    module: Any = type(plug(GOOD))
    mended, module.erase_subject = module.erase_subject, lambda _self, _person_id: 1 / 0
    now = timezone.now()
    ask_for_deletion(person_id=person.pk, now=now)
    later = now + timedelta(days=8)
    assert erase_due(now=later) == 1

    for _try in range(MAX_ATTEMPTS):
        work(later)
        later += timedelta(hours=8)

    parked = Delivery.objects.get(consumer="erase_at_module")
    assert parked.parked_at is not None
    assert parked.latest_error == "NotDone: module_opd_uji.erase_subject: ZeroDivisionError: division by zero"
    assert Deletion.objects.get().state == "done"
    module.erase_subject = mended
    replay_parked(now=later)
    work(later)
    parked.refresh_from_db()
    assert parked.done_at == later
    assert {"kind": "module_opd_uji:kunjungan", "erased": 2, "kept": 1} in Deletion.objects.get().outcome


def work(now: datetime) -> None:
    while drain(now=now):
        pass


def test_only_modules_that_may_hold_data_are_told(plug: Plug, person: User) -> None:
    plug(GOOD)
    plug(name="opd_uji_dua")
    ask_for_deletion(person_id=person.pk, now=timezone.now())

    erase_due(now=timezone.now() + timedelta(days=8))

    told = OutboxEvent.objects.filter(topic="module.erase").values_list("body__module", flat=True)
    assert list(told) == ["module_opd_uji"]
