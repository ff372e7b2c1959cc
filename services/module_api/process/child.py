"""A child: one module's hooks, one call after another."""

import contextlib
import os
import signal
import socket
import traceback
from pathlib import Path
from typing import Any, NoReturn

import orjson
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.backends.signals import connection_created

from services.module_api.hooks import HOOKS
from services.module_api.messages import opened, packed
from services.module_api.process.limits import confine, data_size
from services.module_api.process.wire import TooLarge, receive, send

_STATEMENT_TIMEOUT_MS = 3000
_LONGEST_ERROR = 500


def become_child(connection: socket.socket, asked: dict[str, Any], *, parent: int) -> NoReturn:
    """Turn this freshly forked process into the module `asked["fork"]`; serve `connection` until it closes."""
    code = 1
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        _leave_behind(connection)
        _use_database(asked["database"])
        confine(parent=parent, memory_mb=settings.MODULE_MEMORY_MB)
        _serve(connection, apps.get_app_config(asked["fork"]))
        code = 0
    finally:
        os._exit(code)  # nothing of the host's is tidied up here


def _leave_behind(connection: socket.socket) -> None:
    """Keep no file but the connection: what is printed goes nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    own = connection.fileno()
    os.closerange(3, own)
    os.closerange(own + 1, os.sysconf("SC_OPEN_MAX") if own < 4096 else own + 4096)


def _use_database(name: str) -> None:
    """Speak to the caller's database, over connections of its own, which do not wait for ever."""
    connections["default"].settings_dict["NAME"] = name
    connection_created.connect(_hurry, weak=False)


def _hurry(connection: Any, **_: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = {_STATEMENT_TIMEOUT_MS}")


def _serve(connection: socket.socket, module: Any) -> None:
    born_with = data_size()
    while True:
        try:
            message = receive(connection)
        except (EOFError, OSError):
            return
        told, spent = _asked(module, orjson.loads(message))
        spent = spent or _has_grown(born_with) or _has_threads()
        try:
            send(connection, packed(told | {"last": spent}))
        except TooLarge as error:
            send(connection, packed({"error": f"the answer is too large: {error}", "last": spent}))
        if spent:
            return
        for each in connections.all(initialized_only=True):
            each.close()


def _asked(module: Any, message: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return the answer, and whether this process is spent: who ran out of memory may have broken anything."""
    name = message["hook"]
    try:
        arguments = [opened(kind, each) for kind, each in zip(HOOKS[name].takes, message["args"], strict=True)]
        value = getattr(module, name)(*arguments)
        answer = {"kind": type(value).__name__, "value": value}
        packed(answer)
    except BaseException as error:  # noqa: BLE001 - whatever a module's code raises
        return _failure(error), isinstance(error, MemoryError)
    return answer, False


def _failure(error: BaseException) -> dict[str, Any]:
    with contextlib.suppress(BaseException):
        words = f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]
        frames = traceback.extract_tb(error.__traceback__)
        return {"error": words, "where": f"{frames[-1].filename}:{frames[-1].lineno}"}
    return {"error": "an exception that cannot be shown", "where": ""}


def _has_grown(born_with: int) -> bool:
    """Return whether it holds half of what it may: a fresh one is better than a failure at the next call.

    What is counted is what is limited. What the kernel keeps resident of it may be less.
    """
    allowed: int = settings.MODULE_MEMORY_MB * 1024 * 1024
    return data_size() > born_with + allowed // 2


def _has_threads() -> bool:
    """Return whether a call left a thread running."""
    tasks = Path("/proc/self/task")
    return tasks.exists() and len(list(tasks.iterdir())) > 1
