"""Whether a module hears events as it must: in time, twice without harm, and not at all while its system is away.

It is told of made-up applications, so nothing of it stays and nothing gets out: what it writes is taken back, and every
connection that it opens is refused.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as OutOfTime
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from services.definitions import Definition
from services.module_api import Event, OPDModule, Park, Retry
from services.module_api.hooks import HOOKS
from services.plugging.checking.hooks import SECONDS, watching
from services.plugging.checking.report import Line

_SEED = UUID("5d0d7b6c-3f5e-4c38-8d3b-0d5d6c8a1c11")
_TWICE = "It is told at least once: pass over an `event.id` that it has seen."


@dataclass
class _Heard:
    """What came of telling it once: its answer or what it raised, and which ways out it tried."""

    answer: Any = None
    error: str = ""
    reached: list[str] = field(default_factory=list)


def check_events(module: OPDModule, definitions: list[Definition]) -> Iterator[Line]:
    """Yield how `on_event` takes a submission and each end of each service, told twice."""
    if not hasattr(module, "on_event"):
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        yield Line("events", "warning", f"not told: there is no database ({said}).", "Run it beside `make run`.")
        return
    for definition in definitions:
        for event in _events(definition):
            yield _judged(f"on_event({definition.slug}, {event.topic!r})", *_told_twice(module, event))


def _events(definition: Definition) -> Iterator[Event]:
    """Yield a submission, and each end that the workflow has."""
    workflow = definition.workflow
    ends = [(code, code) for code, state in workflow.states.items() if state.end]
    for sequence, (type, state) in enumerate([("submitted", workflow.initial), *ends], start=1):
        application = uuid5(_SEED, definition.slug)
        body = {"application": str(application), "sequence": sequence, "type": type, "action": "", "reason": ""}
        body |= {"from_state": "draft" if sequence == 1 else workflow.initial, "to_state": state}
        id = uuid5(application, type)
        yield Event(id, f"application.{type}", definition.slug, MappingProxyType(body), timezone.localtime())


def _told_twice(module: OPDModule, event: Event) -> tuple[_Heard, _Heard]:
    done: Future[tuple[_Heard, _Heard]] = Future()
    threading.Thread(target=_run, args=(done, module.on_event, event), daemon=True).start()
    try:
        return done.result(timeout=2 * SECONDS)
    except OutOfTime:
        late = _Heard(error=f"no answer within {SECONDS:g} s")
        return late, late


def _run(done: "Future[tuple[_Heard, _Heard]]", hook: Callable[[Event], Any], event: Event) -> None:
    try:
        with transaction.atomic():
            found = _tell(hook, event), _tell(hook, event)
            transaction.set_rollback(True)
    except BaseException as error:  # noqa: BLE001 - the module may have broken the transaction itself
        heard = _Heard(error=f"{type(error).__name__}: {error}")
        found = heard, heard
    finally:
        connection.close()
    done.set_result(found)


def _tell(hook: Callable[[Event], Any], event: Event) -> _Heard:
    heard = _Heard()
    try:
        with transaction.atomic(), watching(heard.reached, refuse=True):
            heard.answer = hook(event)
        contract = HOOKS["on_event"]
        if type(heard.answer).__name__ not in contract.answers:
            raise TypeError(f"it answers {' or '.join(contract.answers)}, not {type(heard.answer).__name__}")
        contract.check(heard.answer)
    except BaseException as error:  # noqa: BLE001 - whatever a module's code raises
        heard.error = f"{type(error).__name__}: {error}"
    return heard


def _judged(named: str, first: _Heard, second: _Heard) -> Line:
    if first.reached:
        if first.error or isinstance(first.answer, Retry | Park):
            return Line("events", "ok", f"{named}: while its system is out of reach, it is told again")
        hint = "Answer `Retry()`, or let the error through."
        return Line("events", "error", f"{named}: it says that it heard, although {first.reached[0]} failed.", hint)
    if first.error:
        return Line("events", "error", f"{named}: {first.error}.", f"It has {SECONDS:g} s; then it is told again.")
    if second.error:
        return Line("events", "error", f"{named}: told twice: {second.error}.", _TWICE)
    return Line("events", "ok", f"{named}: {_words(first.answer)}; the same told twice")


def _words(answer: Any) -> str:
    if isinstance(answer, Retry):
        return f"told again in {answer.seconds:g} s"
    return "a person is asked" if isinstance(answer, Park) else "heard"
