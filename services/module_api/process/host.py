"""The caller's side: one host, one child for each module, one call at a time in each."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any

import orjson
from django.conf import settings
from django.db import connections

from services.module_api.process.wire import TooLarge, receive, send

_START_SECONDS = 30.0
_CONTROL_SECONDS = 10.0
_REST_AFTER_FAILED_START = 5.0
# How old a call may be for others to wait behind it: a module that hangs holds one thread of a process, not all.
_PATIENCE = 0.5
_MESSAGE = 4096


class HookFailed(Exception):
    """A module did not answer. `hangs` when its time ran out, `busy` when it was not even asked."""

    def __init__(self, words: str, *, hangs: bool = False, busy: bool = False) -> None:
        super().__init__(words)
        self.hangs = hangs
        self.busy = busy


@dataclass(slots=True)
class _Child:
    pid: int
    connection: socket.socket


@dataclass(slots=True)
class _Seat:
    """Where a module's child sits. Who holds the lock may speak to it, `since` when on the monotonic clock."""

    lock: Lock = field(default_factory=Lock)
    since: float = 0.0
    child: _Child | None = None


class Host:
    """Runs modules' hooks for this process. Its own process starts at the first call, and again when it ended."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seats: dict[str, _Seat] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._rests_until = 0.0

    def ask(self, label: str, message: bytes, *, timeout: float) -> dict[str, Any]:
        """Return what the module's child answers within `timeout` seconds; starting it is not counted.

        :raises HookFailed: in words, when it does not; its process is then ended.
        """
        seat = self._seats.setdefault(label, _Seat())
        if not seat.lock.acquire(blocking=False):
            age = monotonic() - seat.since
            if age >= _PATIENCE or not seat.lock.acquire(timeout=min(timeout, _PATIENCE - age)):
                raise HookFailed("it is still busy with the call before", busy=True)
        seat.since = monotonic()
        try:
            return self._ask(seat, label, message, timeout)
        finally:
            seat.lock.release()

    def warm_up(self) -> None:
        """Start the host's process now, so that the first call need not wait for it."""
        with contextlib.suppress(HookFailed), self._lock:
            self._running()

    def close(self) -> None:
        """End the host and all its children."""
        with self._lock:
            self._stop()

    def _ask(self, seat: _Seat, label: str, message: bytes, timeout: float) -> dict[str, Any]:
        child = self._seated(seat, label)
        until = monotonic() + timeout
        try:
            send(child.connection, message, until=until)
            answer = orjson.loads(receive(child.connection, until=until))
            spent = bool(answer["last"])
        except TimeoutError:
            self._end(seat)
            raise HookFailed(f"no answer within {timeout:g} s", hangs=True) from None
        except TooLarge as error:
            self._end(seat)
            raise HookFailed(f"the message is too large: {error}") from None
        except (OSError, EOFError):
            raise HookFailed(f"its process ended: {_ending(self._end(seat))}") from None
        except (ValueError, KeyError, TypeError):
            self._end(seat)
            raise HookFailed("its process answered nonsense") from None
        except BaseException:  # a time limit of the caller's own: whatever is answered later answers nobody
            self._end(seat)
            raise
        if spent:
            self._end(seat)
        return dict(answer)

    def _seated(self, seat: _Seat, label: str) -> _Child:
        """Return the module's child; a new one when there is none, or it went away while nobody asked."""
        if seat.child is not None and _is_gone(seat.child.connection):
            self._end(seat)
        if seat.child is None:
            asked = {"fork": label, "database": connections["default"].settings_dict["NAME"]}
            with self._lock:
                answer, descriptor = self._order(asked)
            seat.child = _Child(answer["pid"], socket.socket(fileno=descriptor))
        return seat.child

    def _end(self, seat: _Seat) -> int:
        """End a module's child; return its wait status."""
        child, seat.child = seat.child, None
        if child is None:
            return 0
        child.connection.close()
        with contextlib.suppress(HookFailed), self._lock:
            if self._control is not None:  # else it ended with its host
                return int(self._order({"end": child.pid})[0]["status"])
        return 0

    def _order(self, asked: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Ask the host's process, whose lock the caller holds. Return its answer, and the descriptor sent with it."""
        control = self._running()
        try:
            control.settimeout(_CONTROL_SECONDS)
            control.sendall(orjson.dumps(asked))
            message, descriptors, _flags, _address = socket.recv_fds(control, _MESSAGE, 1)
            return orjson.loads(message), descriptors[0] if descriptors else -1
        except BaseException as error:
            self._stop()  # half an exchange would be taken for the next one's
            if isinstance(error, OSError | ValueError):
                raise HookFailed("the modules' host ended") from error
            raise

    def _running(self) -> socket.socket:
        """Return the control socket of the host's process, started if need be."""
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        if self._control is None:
            if monotonic() < self._rests_until:
                raise HookFailed("the modules' host does not start")
            return self._start()
        return self._control

    def _start(self) -> socket.socket:
        own, theirs = socket.socketpair()
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        command = [sys.executable, "-m", "services.module_api.process.main", str(theirs.fileno())]
        self._control = own
        self._process = subprocess.Popen(  # noqa: S603 - this very interpreter, nothing from outside
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        own.settimeout(_START_SECONDS)
        try:
            if own.recv(_MESSAGE):
                return own
        except OSError:
            pass
        self._stop()
        self._rests_until = monotonic() + _REST_AFTER_FAILED_START
        raise HookFailed("the modules' host does not start")

    def _stop(self) -> None:
        """End the host's process. Its children end with it, and their callers find them gone."""
        if self._control is not None:
            self._control.close()
        process, self._process, self._control = self._process, None, None
        if process is not None:
            try:
                process.wait(1.0)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def forget(self) -> None:
        """Let go of what a forked process has copies of: they are its parent's."""
        if self._control is not None:
            self._control.close()
        for seat in self._seats.values():
            if seat.child is not None:
                seat.child.connection.close()
        if self._process is not None:
            self._process.returncode = 0  # not ours to wait for


def _is_gone(connection: socket.socket) -> bool:
    """Return whether the other side closed while nobody listened, or says what nobody asked."""
    connection.setblocking(False)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _ending(status: int) -> str:
    """Return a wait status in words."""
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return f"exit code {os.WEXITSTATUS(status)}"
