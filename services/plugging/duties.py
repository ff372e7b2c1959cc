"""What modules owe to the people whose data they hold (UU 27/2022): a copy on request, and erasure.

Erasing an account writes, in the same transaction, one event for each module that may hold data; the outbox tells it
until the module has done it. A module that is down, or not installed at the moment, is asked again with growing delay
and then parked for an operator (`manage.py outbox --parked`); nothing that was not done is ever forgotten.
"""

import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as OutOfTime
from datetime import date, datetime
from functools import partial
from pathlib import PurePosixPath
from threading import Thread
from typing import Any, Final
from uuid import UUID

import orjson
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection, transaction

from accounts.privacy.operations.deletion import note_outcome
from accounts.privacy.portable import Attachment, Missing, Part, Section
from services.events.models import OutboxEvent
from services.events.operations import publish
from services.module_api import Erased, Held, HeldFile, OPDModule, installed_modules
from superapp.http.sql import fetch_all

logger = logging.getLogger(__name__)

DUTY_SECONDS: Final = 30.0
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_MIGRATED = "SELECT DISTINCT app FROM django_migrations WHERE starts_with(app, 'module_') ORDER BY app"


class NotDone(Exception):
    """A module did not do its duty; says which, and why."""


def export(person_id: UUID) -> Iterator[Part]:
    """Yield what each module holds of the person; of one that fails, that it is missing."""
    for module in installed_modules():
        if not hasattr(module, "export_subject"):
            continue
        try:
            yield from _parts(module, ask(module, "export_subject", person_id))
        except NotDone as error:
            logger.error("a copy of personal data waits: %s", error)
            title = {"id": f"Data pada modul {module.agency}", "en": f"Data at the module of {module.agency}"}
            yield Missing(title, str(error))


def _parts(module: OPDModule, held: list[Held | HeldFile]) -> list[Part]:
    """Return the answer as parts of the archive, below the module's own name."""
    parts: list[Part] = []
    for each in held:
        if isinstance(each, Held):
            parts.append(Section(f"{module.label}_{each.name}", dict(each.title), each.lines))
        else:
            name = f"{module.label}/{PurePosixPath(each.name).name}"
            parts.append(Attachment(name, partial(ContentFile, each.content)))
    return parts


def erase(person_id: UUID, now: datetime) -> list[dict[str, object]]:
    """Have every module that may hold data of the person erase it; told once the transaction commits."""
    for label in sorted(_holders()):
        publish(topic="module.erase", key=person_id, body={"person": str(person_id), "module": label}, now=now)
    return []


def _holders() -> set[str]:
    """Return the labels of modules that may hold data: those with the duty, and those whose tables are here.

    Also of one that is not installed today: its rows are still in the database.
    """
    declared = {each.label for each in installed_modules() if hasattr(each, "erase_subject")}
    without = {each.label for each in installed_modules()} - declared
    return declared | ({app for (app,) in fetch_all(_MIGRATED)} - without)


def erase_at_module(event: OutboxEvent, _now: datetime) -> None:
    """Have one module erase what it holds of a person, and add what it did to the receipt.

    :raises NotDone: when it fails; the outbox tells it again.
    """
    label, person_id = event.body["module"], UUID(event.body["person"])
    try:
        module = apps.get_app_config(label)
    except LookupError:
        raise NotDone(f"{label} is not installed; its tables may still hold data of the person") from None
    if not isinstance(module, OPDModule) or not hasattr(module, "erase_subject"):
        raise NotDone(f"{label} has no erase_subject any more; its tables may still hold data of the person")
    done: list[Erased] = ask(module, "erase_subject", person_id)
    lines: list[dict[str, object]] = [
        {"kind": f"{label}:{each.kind}", "erased": each.erased, "kept": each.kept} for each in done
    ]
    note_outcome(person_id=person_id, lines=lines)


def ask(
    module: OPDModule,
    duty: str,
    person_id: UUID,
    *,
    seconds: float = DUTY_SECONDS,
    call: Callable[[UUID], list[Any]] | None = None,
    keep: bool = True,
) -> list[Any]:
    """Return what the module's duty answers. It runs in a thread and a transaction of its own, all or nothing.

    `call` stands in for the duty; without `keep` whatever it did in the database is taken back.

    :raises NotDone: when it raises, hangs, or answers what it may not.
    """
    answer: Future[list[Any]] = Future()
    work = partial(_answered, duty, call or getattr(module, duty), person_id, seconds, keep)
    Thread(target=_run, args=(answer, work), name=module.label, daemon=True).start()
    try:
        return answer.result(timeout=seconds)
    except OutOfTime:
        raise NotDone(f"{module.label}.{duty}: no answer within {seconds:g} s") from None
    except Exception as error:
        raise NotDone(f"{module.label}.{duty}: {type(error).__name__}: {error}") from error


@transaction.atomic
def _answered(duty: str, call: Callable[[UUID], list[Any]], person_id: UUID, seconds: float, keep: bool) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{int(seconds * 1000)}"])
    found = call(person_id)
    _CHECKS[duty](found)
    if not keep:
        transaction.set_rollback(True)
    return found


def _run(answer: "Future[list[Any]]", work: Callable[[], list[Any]]) -> None:
    try:
        found = work()
    except BaseException as error:  # noqa: BLE001 - `sys.exit()` too: the caller is told, whatever it is
        answer.set_exception(error if isinstance(error, Exception) else RuntimeError(type(error).__name__))
    else:
        answer.set_result(found)
    finally:
        connection.close()


def _check_held(found: Any) -> None:
    """Refuse what the archive could not hold, before any of it is written.

    :raises TypeError: naming what it should be.
    """
    if not isinstance(found, list) or not all(isinstance(each, Held | HeldFile) for each in found):
        raise TypeError("export_subject answers a list of Held and HeldFile")
    names = [each.name for each in found]
    if len(set(names)) < len(names):
        raise TypeError("export_subject: each name comes once")
    for each in found:
        if isinstance(each, HeldFile):
            if not isinstance(each.content, bytes) or not PurePosixPath(each.name).name:
                raise TypeError("HeldFile has a name, and bytes as content")
        elif not _NAME.fullmatch(each.name) or {"id", "en"} - set(each.title):
            raise TypeError("Held.name is of small letters, digits, underscores; its title has id and en")
        else:
            orjson.dumps(list(each.lines), default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, UUID | date):
        return str(value)
    raise TypeError(f"Held.lines hold what JSON can say, not {type(value).__name__}")


def _check_erased(found: Any) -> None:
    if not isinstance(found, list) or not all(isinstance(each, Erased) for each in found):
        raise TypeError("erase_subject answers a list of Erased")
    if not all(type(number) is int and number >= 0 for each in found for number in (each.erased, each.kept)):
        raise TypeError("Erased.erased and .kept are whole numbers, not negative")


_CHECKS = {"export_subject": _check_held, "erase_subject": _check_erased}
