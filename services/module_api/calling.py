"""Calling a module's code: in a process of its own, with a time limit, its answer checked, and a rest after failures.

A module that raises, hangs, answers nonsense, takes the machine's memory or ends its process breaks its own service and
nothing else.
"""

import atexit
import logging
import os
from dataclasses import dataclass, field
from threading import Lock, Timer
from time import monotonic
from typing import Any

from django.conf import settings

from services.module_api.hooks import HOOKS
from services.module_api.messages import opened, packed
from services.module_api.module import OPDModule, installed_modules
from services.module_api.process import HookFailed, Host

logger = logging.getLogger(__name__)

_FAILURES_UNTIL_REST = 5
_HANGS_UNTIL_REST = 2
_LONGEST_REST = 10  # times the first
_WARM_UP_AFTER_SECONDS = 3.0  # once this process itself has started, which is waited for


@dataclass(frozen=True, slots=True)
class HookResult:
    """What came of a call. `ok` with `value` (None where the module has no such hook), or `error` in words."""

    ok: bool
    value: Any = None
    error: str = ""


@dataclass(slots=True)
class _Circuit:
    """How a module has been doing. After a rest one call is let through; when that fails the next rest is longer."""

    failures: int = 0
    hangs: int = 0
    rests_until: float = 0.0
    rest: float = 0.0
    probing: bool = False
    lock: Lock = field(default_factory=Lock)

    def admits(self) -> bool:
        """Return whether a call may be made now."""
        with self.lock:
            if not self.rest:
                return True
            if self.probing or monotonic() < self.rests_until:
                return False
            self.probing = True
            return True

    def went_well(self) -> None:
        with self.lock:
            self.failures, self.hangs, self.rest, self.probing = 0, 0, 0.0, False

    def went_wrong(self, *, hangs: bool) -> None:
        with self.lock:
            self.failures += 1
            self.hangs += hangs
            if self.failures >= _FAILURES_UNTIL_REST or self.hangs >= _HANGS_UNTIL_REST or self.probing:
                first: float = settings.MODULE_REST_SECONDS
                self.rest = min(self.rest * 2, first * _LONGEST_REST) if self.rest else first
                self.rests_until = monotonic() + self.rest
                self.failures, self.hangs, self.probing = 0, 0, False

    def was_not_asked(self) -> None:
        with self.lock:
            self.probing = False


_circuits: dict[str, _Circuit] = {}
_host = Host()


def has_hook(module: OPDModule, *names: str) -> bool:
    """Return whether the module has at least one of these hooks."""
    return any(getattr(module, name, None) is not None for name in names)


def call_hook(module: OPDModule, name: str, *args: Any, timeout: float) -> HookResult:
    """Call `module.<name>(*args)` within `timeout` seconds. Never raises.

    A module without the hook answers None at no cost. After five failures in a row, or two that took all their time, a
    module is left alone for half a minute, and longer when it fails again: its users get their answer at once. One call
    at a time is made of each process to each module; who comes while it hangs waits no more than half a second.
    """
    if not has_hook(module, name):
        return HookResult(ok=True)
    circuit = _circuits.setdefault(module.label, _Circuit())
    if not circuit.admits():
        return HookResult(ok=False, error="the module rests after repeated failures")
    try:
        value = _asked(module.label, name, args, timeout)
    except (HookFailed, TypeError) as error:
        _note(circuit, error)
        words = str(error) if isinstance(error, HookFailed) else f"TypeError: {error}"
        logger.error("module %s: %s failed: %s", module.label, name, words)
        return HookResult(ok=False, error=words)
    circuit.went_well()
    return HookResult(ok=True, value=value)


def _note(circuit: _Circuit, error: Exception) -> None:
    if isinstance(error, HookFailed) and error.busy:
        circuit.was_not_asked()
    else:
        circuit.went_wrong(hangs=isinstance(error, HookFailed) and error.hangs)


def _asked(label: str, name: str, args: tuple[Any, ...], timeout: float) -> Any:
    """Return the answer, checked here: the module's own process may have been bent by its code.

    :raises HookFailed: when there is none. :raises TypeError: when it is not what the contract says.
    """
    hook = HOOKS[name]
    told = _host.ask(label, packed({"hook": name, "args": args}), timeout=timeout)
    if "error" in told:
        logger.error("module %s: %s raised at %s", label, name, str(told.get("where"))[:300])
        raise HookFailed(str(told["error"])[:1000])
    kind = str(told.get("kind"))
    if kind not in hook.answers:
        raise TypeError(f"{name} answers {' or '.join(hook.answers)}, not {kind[:100]}")
    value = opened(hook.answers[kind], told.get("value"))
    hook.check(value)
    return value


def warm_up() -> None:
    """Start the modules' processes soon, in the background, so that the first resident need not wait for them."""
    if any(has_hook(module, *HOOKS) for module in installed_modules()):
        timer = Timer(_WARM_UP_AFTER_SECONDS, lambda: _host.warm_up())
        timer.daemon = True
        timer.start()


def forget_failures() -> None:
    """Give every module a fresh start; for tests, and after a module was mended in place."""
    _circuits.clear()


def _after_fork() -> None:
    """Begin anew in a forked child: the modules' processes are its parent's, and a lock may have been held."""
    global _host
    _host.forget()
    _host = Host()
    _circuits.clear()


os.register_at_fork(after_in_child=_after_fork)
atexit.register(lambda: _host.close())
