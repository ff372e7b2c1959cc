"""Whatever a module does in whichever hook stays in its own process."""

import os
import signal
import time
from collections.abc import Callable
from statistics import median
from threading import Thread

import pytest

from services.module_api import OPDModule, call_hook, calling
from services.module_api.calling import HookResult
from tests.bent import Bent
from tests.services.module_api.conftest import GIVEN

WRITE = """
import os
def write(data):
    for fd in range(3, 99):
        try: os.write(fd, data)
        except OSError: pass
write"""
MISDEEDS = {
    "sleeps": ("import time\ntime.sleep(60)", "no answer within 0.5 s"),
    "raises": ("raise RuntimeError('ups')\nanswer", "RuntimeError: ups"),
    "raises what cannot be shown": (
        "class Mute(Exception):\n    def __str__(self): raise self\nraise Mute()",
        "an exception that cannot be shown",
    ),
    "leaves": ("raise SystemExit(3)\nanswer", "SystemExit: 3"),
    "ends its process": ("import os\nos._exit(7)\nanswer", "its process ended: exit code 7"),
    "crashes": ("import ctypes\nctypes.string_at(0)\nanswer", "its process ended: SIGSEGV"),
    "answers rubbish": ("answer = object()", "TypeError"),
    "answers too much": ("answer = ['x' * 2_000_000]", "TypeError|too large"),
    "eats memory": ("answer = []\nwhile True: answer.append(bytearray(10_000_000))", "MemoryError"),
    "burns the processor in C": ("answer = 10 ** 10 ** 9", "no answer within 0.5 s"),
    "backtracks": ("import re\nanswer = re.match('(a+)+$', 'a' * 60 + 'b')", "no answer within 0.5 s"),
    "recurses": ("def again(): again()\nagain()\nanswer", "RecursionError"),
    "forks": ("import os\nwhile True: os.fork()\nanswer", "PermissionError"),
    "starts programs": ("import subprocess\nanswer = subprocess.run(['sleep', '60'])", "PermissionError"),
    "kills all": ("import os\nos.kill(-1, 9)\nanswer", "PermissionError"),
    "kills its host": ("import os\nos.kill(os.getppid(), 9)\nanswer", "PermissionError"),
    "writes to its caller": (
        f"{WRITE}(b'\\xff' * 99)\nanswer = []",
        "too large|nonsense|TypeError",
    ),
    "answers what is no message": (
        f"{WRITE}(b'\\0\\0\\0\\4true')\nanswer = []",
        "nonsense",
    ),
}


@pytest.fixture
def neighbour() -> Callable[[], tuple[HookResult, float]]:
    """Another agency's module: its answer, and the milliseconds until it came (the middle of many)."""
    from django.apps import apps

    other = apps.get_app_config("module_dpmptsp")
    assert isinstance(other, OPDModule)
    call_hook(other, "guard", *GIVEN["guard"], timeout=3)

    def ask() -> tuple[HookResult, float]:
        spent = []
        for _ in range(15):
            begun = time.perf_counter()
            answer = call_hook(other, "guard", *GIVEN["guard"], timeout=3)
            spent.append((time.perf_counter() - begun) * 1000)
        return answer, median(spent)

    return ask


@pytest.mark.parametrize("name", GIVEN)
@pytest.mark.parametrize("misdeed", MISDEEDS)
def test_it_fails_alone(
    module: OPDModule, bent: Bent, neighbour: Callable[[], tuple[HookResult, float]], misdeed: str, name: str
) -> None:
    code, error = MISDEEDS[misdeed]
    bent.does(**{name: code})
    before, _ = neighbour()
    told: list[HookResult] = []

    limit = 0.5 if "no answer" in error else 10
    thread = Thread(target=lambda: told.append(call_hook(module, name, *GIVEN[name], timeout=limit)))
    thread.start()
    during, spent = neighbour()
    thread.join()

    assert not told[0].ok
    assert any(each in told[0].error for each in error.split("|")), told[0].error
    assert during == before
    assert during.ok
    assert spent < 50
    bent.behaves()
    assert call_hook(module, name, *GIVEN[name], timeout=3).ok


def test_who_comes_while_it_hangs_does_not_wait_as_long(module: OPDModule, bent: Bent) -> None:
    bent.does(validate="import time\ntime.sleep(60)")
    first = Thread(target=lambda: call_hook(module, "validate", *GIVEN["validate"], timeout=2))
    first.start()
    time.sleep(0.2)

    begun = time.monotonic()
    result = call_hook(module, "validate", *GIVEN["validate"], timeout=2)

    assert result.error == "it is still busy with the call before"
    assert 0.1 < time.monotonic() - begun < 1
    again = time.monotonic()
    assert not call_hook(module, "validate", *GIVEN["validate"], timeout=2).ok
    assert time.monotonic() - again < 0.1
    first.join()


def test_what_it_leaves_running_ends_with_the_call(module: OPDModule, bent: Bent) -> None:
    bent.does(
        validate="""
            import os, threading, time
            threading.Thread(target=time.sleep, args=(60,)).start()
            seen(os.getpid())
            answer = []
        """
    )

    assert call_hook(module, "validate", *GIVEN["validate"], timeout=3).ok

    (pid,) = eval(bent.seen("validate"))  # noqa: S307 - written by the test itself
    assert not os.path.exists(f"/proc/{pid}")  # noqa: PTH110


def test_what_it_keeps_in_memory_is_given_back_before_it_hurts(module: OPDModule, bent: Bent) -> None:
    bent.does(
        validate="""
            import os, sys
            sys.kept = [*getattr(sys, "kept", []), b"x" * 40_000_000]
            seen(os.getpid())
            answer = []
        """
    )

    pids = set()
    for _ in range(12):
        assert call_hook(module, "validate", *GIVEN["validate"], timeout=3).ok
        pids.add(bent.seen("validate"))

    assert 2 <= len(pids) <= 6


def test_a_process_that_died_unasked_is_followed_by_another(module: OPDModule, bent: Bent) -> None:
    bent.does(validate="import os\nseen(os.getpid(), os.getppid())\nanswer = []")
    for which in (0, 1):  # its own, then the host's
        assert call_hook(module, "validate", *GIVEN["validate"], timeout=3).ok
        seen = eval(bent.seen("validate"))  # noqa: S307 - written by the test itself
        os.kill(seen[which], signal.SIGKILL)
        time.sleep(0.2)

        assert call_hook(module, "validate", *GIVEN["validate"], timeout=3).ok

    calling._host.close()
    (child, host) = eval(bent.seen("validate"))  # noqa: S307
    assert not any(os.path.exists(f"/proc/{pid}") for pid in (child, host))  # noqa: PTH110
