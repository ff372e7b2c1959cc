"""Whether a module's hooks answer the golden cases: with the right types, in time, the same twice, asking nobody.

The hooks that are pure are called once as the platform calls them, then twice here under watch: what they open, ask of
the database or change in their snapshot is told.
"""

import copy
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as OutOfTime
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final
from uuid import uuid4

from django.db import connection

from services.definitions import Definition
from services.definitions.facts import MODULE as FROM_MODULE
from services.module_api import HookResult, OPDModule, Person, Snapshot, call_hook
from services.module_api.calling import forget_failures
from services.plugging.checking.report import Line

SECONDS: Final = 3.0
PURE: Final = ("validate", "fees", "guard", "document")
# What Python tells of, and which of its arguments says where it goes.
_WATCHED_EVENTS: Final = {
    "socket.connect": 1,
    "socket.getaddrinfo": 0,
    "subprocess.Popen": 1,
    "os.system": 0,
    "os.remove": 0,
    "os.rename": 0,
}
_watch = threading.local()
_watching = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to a hook: what it is called with, and how a report names it."""

    hook: str
    arguments: tuple[Any, ...]
    named: str


@dataclass(frozen=True, slots=True)
class Watched:
    """What came of a call under watch: the answer or an error, how long it took, what it reached for."""

    answer: Any = None
    error: str = ""
    seconds: float = 0.0
    reached: tuple[str, ...] = ()
    changed: bool = False


def questions(module: OPDModule, snapshots: Iterable[tuple[str, Snapshot, Iterable[str]]]) -> Iterator[Asked]:
    """Yield what the pure hooks are asked: each golden case, and for `guard` each action of its workflow."""
    for named, snapshot, actions in snapshots:
        for hook in PURE:
            if not hasattr(module, hook):
                continue
            if hook == "guard":
                for action in actions:
                    yield Asked(hook, (snapshot, action), f"guard({named}, {action!r})")
            else:
                yield Asked(hook, (snapshot,), f"{hook}({named})")


def check_hooks(module: OPDModule, asked: list[Asked]) -> Iterator[Line]:
    """Yield what is wrong with the answers; one line for each hook that has nothing wrong."""
    brought = [hook for hook in PURE if hasattr(module, hook)]
    if not brought:
        yield Line("hooks", "ok", "none: the definitions say it all")
        return
    for hook in brought:
        of_hook = [each for each in asked if each.hook == hook]
        wrong = [line for each in of_hook for line in _answered(module, each)]
        yield from wrong
        if not of_hook:
            yield Line("hooks", "error", f"{hook}: no golden case asks it.", "Write one in cases/<service>.yaml.")
        elif not wrong:
            yield Line("hooks", "ok", f"{hook}: {len(of_hook)} answers, in time, the same twice")
    forget_failures()


def check_prefill(module: OPDModule, definitions: Iterable[Definition]) -> Iterator[Line]:
    """Yield whether `prefill` answers, for somebody whom it does not know, what the definitions ask of the module."""
    if not hasattr(module, "prefill"):
        return
    asked = {definition.slug: _wanted(definition) for definition in definitions}
    if not any(asked.values()):
        hint = f"Name one in `form.prefill`, such as `{FROM_MODULE}<name>`."
        yield Line("prefill", "warning", "no definition asks it.", hint)
    for slug, wanted in asked.items():
        if not wanted:
            continue
        forget_failures()
        nobody = Person(id=uuid4(), name="Warga Contoh", assurance="verified", nik=None)
        result = call_hook(module, "prefill", nobody, wanted, timeout=SECONDS)
        if not result.ok:
            yield Line("prefill", "error", f"prefill({slug}): {result.error}.", f"It has {SECONDS:g} s.")
        elif beyond := sorted(set(result.value) - set(wanted)):
            yield Line("prefill", "error", f"prefill({slug}): nobody asked for {', '.join(beyond)}.")
        else:
            yield Line("prefill", "ok", f"{slug}: {len(wanted)} facts may be asked")


def _wanted(definition: Definition) -> tuple[str, ...]:
    return tuple(sorted({name for name in definition.form.prefill.values() if name.startswith(FROM_MODULE)}))


def _answered(module: OPDModule, asked: Asked) -> Iterator[Line]:
    forget_failures()  # each answer counts for itself
    result: HookResult = call_hook(module, asked.hook, *copy.deepcopy(asked.arguments), timeout=SECONDS)
    if not result.ok:
        yield Line("hooks", "error", f"{asked.named}: {result.error}.", f"It has {SECONDS:g} s.")
        return
    first, second = watched(module, asked), watched(module, asked)
    for each in (first, second):
        if each.error:
            yield Line("purity", "error", f"{asked.named}: {each.error}.", "A pure hook answers by its snapshot alone.")
            return
    if first.answer != second.answer:
        hint = "It may ask no clock and throw no dice; `snapshot.submitted_at` is the time."
        yield Line("purity", "error", f"{asked.named}: asked twice, it answers twice otherwise.", hint)
    if first.changed:
        yield Line("purity", "error", f"{asked.named}: it changes its snapshot.", "Copy what you change.")
    for what in dict.fromkeys(first.reached + second.reached):
        yield Line("purity", "error", f"{asked.named}: it reaches for {what}.", "A pure hook asks nobody.")


def watched(module: OPDModule, asked: Asked, seconds: float = SECONDS) -> Watched:
    """Call a hook in a thread of its own and return what it answered and what it reached for."""
    done: Future[Watched] = Future()
    threading.Thread(target=_run, args=(done, module, asked), daemon=True).start()
    try:
        return done.result(timeout=seconds)
    except OutOfTime:
        return Watched(error=f"no answer within {seconds:g} s")


def _run(done: "Future[Watched]", module: OPDModule, asked: Asked) -> None:
    given = copy.deepcopy(asked.arguments)
    reached: list[str] = []
    began = monotonic()
    try:
        with watching(reached), connection.execute_wrapper(_refuse(reached)):
            answer = getattr(module, asked.hook)(*given)
        error = ""
    except BaseException as caught:  # noqa: BLE001 - whatever a module's code raises
        answer, error = None, "" if reached else f"{type(caught).__name__}: {caught}"
    done.set_result(Watched(answer, error, monotonic() - began, tuple(reached), given != asked.arguments))


def _refuse(reached: list[str]) -> "Callable[..., Any]":
    def wrapper(_execute: Any, statement: str, *_rest: Any) -> Any:
        reached.append(f"the database ({' '.join(statement.split())[:60]})")
        raise RuntimeError("a pure hook asks no database")

    return wrapper


@contextmanager
def watching(reached: list[str], *, refuse: bool = False) -> Iterator[None]:
    """Put down in `reached` what this thread reaches for meanwhile; with `refuse` it gets nothing of it."""
    _begin_to_watch()
    _watch.reached, _watch.refuses = reached, refuse
    try:
        yield
    finally:
        _watch.reached, _watch.refuses = None, False


def _begin_to_watch() -> None:
    """Have Python tell what is opened; a hook of the interpreter stays for good, so it is set once."""
    global _watching
    if not _watching:
        _watching = True
        sys.addaudithook(_hear)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    reached = getattr(_watch, "reached", None)
    if reached is None:
        return
    if event in _WATCHED_EVENTS:
        reached.append(f"{event} {str(arguments[_WATCHED_EVENTS[event]])[:80]}")
    elif event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        reached.append(f"a file to write ({arguments[0]})")
    else:
        return
    if getattr(_watch, "refuses", False):
        raise ConnectionRefusedError("checkmodule lets nothing out")
