"""Calling a module's code: with a time limit, a check of what it answers, and a rest after repeated failure.

A module that raises, hangs or answers nonsense breaks its own service and nothing else.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as OutOfTime
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from services.module_api.answers import Ack, Allow, Check, Deny, FeeLine, Park, Problem, Retry

if TYPE_CHECKING:
    from services.module_api.module import OPDModule

logger = logging.getLogger(__name__)

_FAILURES_UNTIL_REST = 5
_REST_SECONDS = 30.0
_THREADS_PER_MODULE = 4


@dataclass(frozen=True, slots=True)
class HookResult:
    """What came of a call. `ok` with `value` (None where the module has no such hook), or `error` in words."""

    ok: bool
    value: Any = None
    error: str = ""


@dataclass(slots=True)
class _Circuit:
    """How a module has been doing. Its threads are its own, so one that hangs cannot hold up another agency."""

    pool: ThreadPoolExecutor
    failures: int = 0
    rests_until: float = 0.0


_circuits: dict[str, _Circuit] = {}
_lock = Lock()


def call_hook(module: "OPDModule", name: str, *args: Any, timeout: float) -> HookResult:
    """Call `module.<name>(*args)` within `timeout` seconds. Never raises.

    A module without the hook answers None at no cost. After five failures in a row a module is left alone for half a
    minute, so that its users get their answer at once instead of after the time limit.
    """
    hook = getattr(module, name, None)
    if hook is None:
        return HookResult(ok=True)
    circuit = _circuit_of(module.label)
    if monotonic() < circuit.rests_until:
        return HookResult(ok=False, error="the module rests after repeated failures")
    try:
        result = circuit.pool.submit(_asked, name, hook, args).result(timeout=timeout)
    except OutOfTime:
        result = HookResult(ok=False, error=f"no answer within {timeout:g} s")
    except RuntimeError as error:  # its threads were just given up for new ones
        result = HookResult(ok=False, error=str(error))
    if not result.ok:
        return _failed(circuit, module, name, result.error)
    circuit.failures = 0
    return result


def _asked(name: str, hook: Callable[..., Any], args: tuple[Any, ...]) -> HookResult:
    """Ask and judge the answer, in the module's own thread, which `sys.exit()` may not leave either."""
    try:
        value = hook(*args)
        _EXPECTED[name](value)
    except BaseException as error:  # noqa: BLE001 - whatever a module's code raises
        return HookResult(ok=False, error=f"{type(error).__name__}: {error}")
    return HookResult(ok=True, value=value)


def forget_failures() -> None:
    """Give every module a fresh start; for tests, and after a module was mended in place."""
    with _lock:
        _circuits.clear()


def _circuit_of(label: str) -> _Circuit:
    with _lock:
        circuit = _circuits.get(label)
        if circuit is None:
            pool = ThreadPoolExecutor(_THREADS_PER_MODULE, thread_name_prefix=label)
            circuit = _circuits[label] = _Circuit(pool)
        return circuit


def _failed(circuit: _Circuit, module: "OPDModule", name: str, error: str) -> HookResult:
    circuit.failures += 1
    if circuit.failures >= _FAILURES_UNTIL_REST:
        circuit.failures = 0
        circuit.rests_until = monotonic() + _REST_SECONDS
        # Threads that hang are left behind with their pool; a later call gets a new one.
        circuit.pool.shutdown(wait=False, cancel_futures=True)
        circuit.pool = ThreadPoolExecutor(_THREADS_PER_MODULE, thread_name_prefix=module.label)
    logger.error("module %s: %s failed: %s", module.label, name, error)
    return HookResult(ok=False, error=error)


def _problems(value: Any) -> None:
    for each in _listed(value, Problem):
        _words(each.detail)
        if not isinstance(each.pointer, str) or not isinstance(each.code, str):
            raise TypeError("Problem.pointer and .code are texts")


def _fees(value: Any) -> None:
    for each in _listed(value, FeeLine):
        if type(each.amount) is not int or not 0 <= each.amount < 10**12:
            raise TypeError("FeeLine.amount is whole rupiah, not negative")


def _verdict(value: Any) -> None:
    if not isinstance(value, Allow | Deny):
        raise TypeError(f"guard answers Allow or Deny, not {type(value).__name__}")
    if isinstance(value, Deny):
        _words(value.reason)


def _heard(value: Any) -> None:
    if value is not None and not isinstance(value, Ack | Retry | Park):
        raise TypeError(f"on_event answers Ack, Retry or Park, not {type(value).__name__}")


def _checks(value: Any) -> None:
    _listed(value, Check)


def _listed(value: Any, kind: type) -> list[Any]:
    if not isinstance(value, list) or not all(isinstance(each, kind) for each in value):
        raise TypeError(f"the answer is a list of {kind.__name__}")
    return value


def _words(texts: Any) -> None:
    if not all(isinstance(texts.get(language), str) for language in ("id", "en")):
        raise TypeError('words are {"id": ..., "en": ...}')


_EXPECTED: dict[str, Callable[[Any], None]] = {
    "validate": _problems,
    "fees": _fees,
    "guard": _verdict,
    "on_event": _heard,
    "check": _checks,
}
