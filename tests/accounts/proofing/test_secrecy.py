"""When something fails that nobody foresaw, NIK and KK are neither in the answer, the log, nor the mailed report."""

import io
import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.core import mail
from django.db import connection
from django.utils import timezone
from django.utils.log import AdminEmailHandler

from accounts.proofing.registry import Answer, Asked, Member, Unavailable
from accounts.proofing.registry.dukcapil import Dukcapil
from services.events.models import Delivery, OutboxEvent
from services.events.operations import drain
from superapp.http.log import RequestLine
from tests.accounts.proofing.conftest import BUDI, Caller
from tests.services.office.test_clients_pages import browser_of

NUMBERS = (BUDI["nik"], BUDI["kk"])


class Careless:
    """A registry whose adapter quotes what it was asked."""

    name = "careless"

    def verify(self, asked: Asked, *, seconds: float) -> Answer:
        nik, kk = asked.nik, asked.kk
        raise RuntimeError(f"cannot read the answer for {nik}, {kk}: {asked!r}")

    def household_of(self, kk: str) -> tuple[Member, ...] | None:
        return None


class Gone(Careless):
    """One during whose answer the database goes away."""

    def verify(self, asked: Asked, *, seconds: float) -> Answer:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid()), %s", [asked.nik])
        raise AssertionError


@pytest.fixture
def written(settings: LazySettings) -> Iterator[Callable[[], str]]:
    """Everything that is logged, in the form of the log, and mailed to the administrators, with frames and values."""
    settings.ADMINS = [("Ops", "ops@balikpapan.example")]
    log, report = logging.StreamHandler(io.StringIO()), AdminEmailHandler(include_html=True)
    log.setFormatter(RequestLine("%(levelname)s %(name)s %(message)s"))
    report.setLevel(logging.ERROR)
    root = logging.getLogger()
    root.addHandler(log)
    root.addHandler(report)

    def told() -> str:
        mails = [part for each in mail.outbox for part in (each.subject, each.body, *_alternatives(each))]
        return "\n".join([log.stream.getvalue(), *map(str, mails)])

    yield told
    root.removeHandler(log)
    root.removeHandler(report)


def _alternatives(message: Any) -> list[str]:
    return [each[0] for each in getattr(message, "alternatives", ())]


def unforgiving(client: Any) -> Any:
    client.raise_request_exception = False
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("page", [False, True])
def test_an_error_that_quotes_the_numbers(
    budi: Caller, settings: LazySettings, written: Callable[[], str], page: bool
) -> None:
    settings.POPULATION_REGISTRY = f"{__name__}.Careless"
    if page:
        browser = unforgiving(browser_of(budi.user, "pwd"))
        answer = browser.post("/akun/identitas/", BUDI | {"action": "prove"})
    else:
        unforgiving(budi.api)
        answer = budi.post("me/identity/", BUDI)

    assert answer.status_code == 500
    told = written()
    assert "RuntimeError" in told
    assert mail.outbox, "the report was mailed"
    assert "6471********0001" in told
    assert not any(number in told + answer.content.decode() for number in NUMBERS)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away(budi: Caller, settings: LazySettings, written: Callable[[], str]) -> None:
    settings.POPULATION_REGISTRY = f"{__name__}.Gone"
    unforgiving(budi.api)

    answer = budi.post("me/identity/", BUDI)
    connection.close()

    assert answer.status_code == 503
    assert "OperationalError" in written() or "InterfaceError" in written()
    assert not any(number in written() + answer.content.decode() for number in NUMBERS)


def quoted(*, person_id: UUID, nik: str, now: datetime) -> None:
    """Fail as a part of the platform would that tells what it was given."""
    raise RuntimeError(f"cannot free {nik}")


@pytest.mark.django_db
def test_an_error_at_the_counter(
    budi: Caller, officer: Callable[[str], Caller], settings: LazySettings, written: Callable[[], str]
) -> None:
    rina, agus = (unforgiving(browser_of(officer(name).user, "pwd", "mfa")) for name in ("Rina", "Agus"))
    code = budi.post("me/identity/code/").json()["code"]
    begun = rina.post("/kantor/identitas/baru/", BUDI | {"code": code, "document": "ktp_el"})
    settings.NIK_YIELDED_BY = f"{__name__}.quoted"

    answer = agus.post(begun.headers["Location"], {"action": "confirm"})

    assert answer.status_code == 500
    told = written()
    assert mail.outbox, "the report was mailed"
    assert "cannot free 6471********0001" in told
    assert not any(number in told + answer.content.decode() for number in NUMBERS)


@pytest.mark.django_db
def test_what_a_worker_is_given_and_what_it_fails_with(
    budi: Caller, settings: LazySettings, written: Callable[[], str]
) -> None:
    settings.POPULATION_REGISTRY = "tests.accounts.proofing.test_identity.Down"
    budi.post("me/identity/", BUDI)
    settings.POPULATION_REGISTRY = f"{__name__}.Careless"

    for minutes in (1, 30, 120):
        drain(now=timezone.now() + timedelta(minutes=minutes))

    kept = str([*OutboxEvent.objects.values(), *Delivery.objects.values()])
    assert "RuntimeError" in written() + kept
    assert not any(number in written() + kept for number in NUMBERS)


@pytest.mark.django_db
def test_no_task_takes_a_number() -> None:
    """Workers are given ids alone: a broker and its logs hold what tasks are given."""
    from superapp.celery import app

    app.loader.import_default_modules()
    words = {"nik", "kk", "number", "identity", "claim"}
    taken = {
        name: words & set(task.run.__code__.co_varnames[: task.run.__code__.co_argcount])
        for name, task in app.tasks.items()
        if not name.startswith("celery.")
    }

    assert taken
    assert not any(taken.values()), taken


@pytest.mark.django_db
def test_an_error_of_the_ministrys_service_quotes_nothing(settings: LazySettings) -> None:
    settings.DUKCAPIL = {
        "url": "http://127.0.0.1:1/", "user": "u", "password": "rahasia", "address": "10.1.2.3", "threshold": 90
    }  # fmt: skip
    asked = Asked(BUDI["nik"], BUDI["kk"], BUDI["full_name"], timezone.localdate())

    with pytest.raises(Unavailable) as raised:
        Dukcapil().verify(asked, seconds=1)

    told = "".join(traceback.format_exception(raised.value))
    assert not any(each in told for each in (*NUMBERS, "rahasia", BUDI["full_name"]))
