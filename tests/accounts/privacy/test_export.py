"""`me/export/`: a copy of everything, prepared by a worker."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.storage.filesystem import FileSystemStorage
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.privacy.models import Export
from accounts.privacy.operations.deletion import erase_accounts_own
from accounts.privacy.operations.export import ask_for_export, forget_exports, prepare_export
from accounts.privacy.portable import Attachment, Part, Section
from accounts.sign_in.models import FailedTry, PhoneChange
from accounts.sign_in.operations import deactivate, record_failure, set_phone
from services.events.models import OutboxEvent
from services.events.operations import drain
from services.notifications.models import Notice
from tests.accounts.privacy.conftest import Connect
from tests.problems import problem

URL = "/api/v1/me/export/"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Any, settings: LazySettings) -> None:
    place = FileSystemStorage(location=tmp_path / "files")
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(place.location)},
        }
    }


@pytest.fixture
def fresh(person: User, connect: Connect) -> Callable[..., Client]:
    """Return callers whose token comes of a sign-in so long ago."""

    def run(ago: timedelta = timedelta(minutes=1), of: User = person) -> Client:
        given = connect(of, scopes=["account"], auth_time=timezone.now() - ago)
        return Client(headers={"Authorization": f"Bearer access-{given.pk}"})

    return run


def work() -> None:
    while drain(now=timezone.now()):
        pass


def opened(answer: Any) -> zipfile.ZipFile:
    assert answer.status_code == 200, answer.content
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_a_person_gets_everything_in_one_file(fresh: Callable[..., Client], person: User) -> None:
    siti = fresh()
    assert problem(siti.get(URL)) == (404, "not_found")

    asked = siti.post(URL)
    assert (asked.status_code, asked.json()["state"]) == (202, "preparing")
    work()

    ready = siti.get(URL).json()
    assert ready["state"] == "ready"
    answer = siti.get(f"{URL}{ready['id']}/download/")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Cache-Control"] == "private, no-store"
    archive = opened(answer)
    assert archive.testzip() is None
    assert {
        "README.txt",
        "account.json",
        "sign_ins.json",
        "authorizations.json",
        "access_log.json",
        "consents.json",
        "releases.json",
        "applications.json",
        "notices.json",
    } <= set(archive.namelist())
    assert json.loads(archive.read("account.json"))[0]["email"] == "siti@balikpapan.example"
    assert len(json.loads(archive.read("sign_ins.json"))) == ready["contents"]["sign_ins"] == 1
    readme = archive.read("README.txt").decode()
    assert "SALINAN DATA PRIBADI ANDA" in readme
    assert "A COPY OF YOUR PERSONAL DATA" in readme
    assert "password" not in archive.read("account.json").decode()
    assert Notice.objects.get(recipient=person).title["en"] == "The copy of your data is ready"


def test_failed_tries_and_earlier_numbers_are_the_persons_own_to_have_and_to_lose(
    fresh: Callable[..., Client], person: User
) -> None:
    record_failure(person_id=person.pk, address="203.0.113.7", user_agent="x", now=timezone.now())
    set_phone(user=person, phone="+6281111112222", verified=True, now=timezone.now())
    fresh().post(URL)
    work()

    archive = opened(fresh().get(f"{URL}{Export.objects.get().pk}/download/"))

    [tries] = json.loads(archive.read("failed_tries.json"))
    assert (tries["address"], tries["tries"]) == ("203.0.113.7", 1)
    [change] = json.loads(archive.read("phone_changes.json"))
    assert (change["previous"], change["current"]) == ("+6281234567890", "+6281111112222")
    erase_accounts_own(person.pk, timezone.now())
    assert not FailedTry.objects.exists()
    assert not PhoneChange.objects.exists()


@pytest.mark.parametrize("ago", [timedelta(minutes=16), timedelta(days=20)])
def test_an_old_sign_in_is_asked_to_prove_itself(fresh: Callable[..., Client], ago: timedelta) -> None:
    stale = fresh(ago)

    refused = stale.post(URL)

    assert problem(refused) == (403, "reauthentication_required")
    assert 'error="insufficient_user_authentication", max_age="900"' in refused.headers["WWW-Authenticate"]
    assert not Export.objects.exists()
    fresh().post(URL)
    work()
    assert problem(stale.get(f"{URL}{Export.objects.get().pk}/download/")) == (403, "reauthentication_required")


def test_it_is_nobody_elses(fresh: Callable[..., Client], budi: User) -> None:
    fresh().post(URL)
    work()

    answer = fresh(of=budi).get(f"{URL}{Export.objects.get().pk}/download/")

    assert problem(answer) == (404, "not_found")


def test_asking_twice_prepares_one(fresh: Callable[..., Client]) -> None:
    siti = fresh()

    first, second = siti.post(URL).json(), siti.post(URL).json()

    assert first["id"] == second["id"]
    assert OutboxEvent.objects.filter(topic="export.requested").count() == 1


def test_a_new_copy_takes_the_old_ones_place(
    fresh: Callable[..., Client], django_capture_on_commit_callbacks: Any
) -> None:
    siti = fresh()
    siti.post(URL)
    work()
    old = Export.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        siti.post(URL)

    assert not default_storage.exists(old.storage_key)
    assert problem(siti.get(f"{URL}{old.pk}/download/")) == (404, "not_found")


def test_after_72_hours_it_is_gone(
    fresh: Callable[..., Client], person: User, django_capture_on_commit_callbacks: Any
) -> None:
    fresh().post(URL)
    work()
    kept = Export.objects.get()

    with time_machine.travel(timezone.now() + timedelta(hours=72, minutes=1)):
        assert problem(fresh().get(f"{URL}{kept.pk}/download/")) == (404, "not_found")
        with django_capture_on_commit_callbacks(execute=True):
            assert forget_exports(now=timezone.now()) == 1
            assert forget_exports(now=timezone.now()) == 0

    assert not default_storage.exists(kept.storage_key)
    kept.refresh_from_db()
    assert (kept.state, kept.storage_key) == ("expired", "")


def half_dead(person_id: Any) -> Iterator[Part]:
    raise OSError("the worker dies here")
    yield


def test_a_worker_that_dies_over_it_leaves_it_to_the_next(person: User, settings: LazySettings) -> None:
    export = ask_for_export(person_id=person.pk, now=timezone.now())
    whole = settings.PERSONAL_DATA_OF
    settings.PERSONAL_DATA_OF = [*whole, "tests.accounts.privacy.test_export.half_dead"]
    with pytest.raises(OSError, match="dies"):
        prepare_export(export_id=export.pk, now=timezone.now())
    settings.PERSONAL_DATA_OF = whole

    for _ in range(2):
        prepare_export(export_id=export.pk, now=timezone.now())

    export.refresh_from_db()
    assert export.state == "ready"
    assert OutboxEvent.objects.filter(topic="privacy.export_ready").count() == 1


def test_what_nobody_could_prepare_in_a_day_may_be_asked_for_anew(person: User) -> None:
    now = timezone.now()
    stuck = ask_for_export(person_id=person.pk, now=now - timedelta(hours=25))

    forget_exports(now=now)

    assert ask_for_export(person_id=person.pk, now=now).pk != stuck.pk


READ: list[int] = []


class Watched(ContentFile):  # type: ignore[type-arg]  # not subscriptable at run time
    """Notes how much is asked for at once."""

    def read(self, size: int | None = None) -> bytes:
        READ.append(size if size is not None else -1)
        read: bytes = super().read(size) if size is not None else super().read()
        return read


def large(person_id: Any) -> Iterator[Part]:
    yield Section("many", {"id": "x", "en": "x"}, ({"line": number} for number in range(3)))
    yield Attachment("large.bin", lambda: Watched(b"x" * 1_000_000))
    yield Attachment("lost.bin", _lost)


def _lost() -> "File[bytes]":
    raise FileNotFoundError("lost")


def test_large_files_pass_in_blocks_and_a_lost_one_is_named(
    fresh: Callable[..., Client], settings: LazySettings
) -> None:
    settings.PERSONAL_DATA_OF = ["tests.accounts.privacy.test_export.large"]
    READ.clear()
    siti = fresh()
    siti.post(URL)
    work()

    archive = opened(siti.get(f"{URL}{Export.objects.get().pk}/download/"))

    assert len(archive.read("files/large.bin")) == 1_000_000
    assert READ
    assert max(READ) <= 64 * 1024
    assert min(READ) > 0
    assert "lost.bin" in archive.read("README.txt").decode()
    assert json.loads(archive.read("many.json")) == [{"line": 0}, {"line": 1}, {"line": 2}]


def test_a_copy_that_is_ready_is_not_given_to_who_was_deactivated(fresh: Callable[..., Client], person: User) -> None:
    siti = fresh()
    siti.post(URL)
    work()
    place = f"{URL}{Export.objects.get().pk}/download/"
    before = siti.get(place).status_code

    deactivate(person_id=person.pk, now=timezone.now())

    assert before == 200
    assert siti.get(place).status_code == 401
