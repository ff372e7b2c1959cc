"""The host: loads the platform once and forks a child for each module that is asked for.

    python -m services.module_api.process.main <descriptor of the control socket>

It runs no module's hook itself and has one thread, so that forking is safe. It ends, with every child, when the
process that started it does: its control socket then says so.
"""

import contextlib
import gc
import os
import signal
import socket
import sys
from typing import Any

import django
import orjson

from services.module_api.process.child import become_child

_MESSAGE = 4096
_NICE = 5  # what modules' code burns of the processor, and starting it, gives way to who answers residents


def main() -> None:
    """Serve the control socket: `{"fork": label, ...}` answers pid and socket, `{"end": pid}` how the child ended."""
    control = socket.socket(fileno=int(sys.argv[1]))
    os.nice(_NICE)
    django.setup()
    gc.collect()
    gc.freeze()  # children share what is there already
    control.sendall(b'{"ready":true}')
    children: set[int] = set()
    while message := control.recv(_MESSAGE):
        asked = orjson.loads(message)
        if "fork" in asked:
            _fork(control, asked, children)
        else:
            control.sendall(orjson.dumps({"status": _end(asked["end"], children)}))
    for pid in list(children):
        _end(pid, children)


def _fork(control: socket.socket, asked: dict[str, Any], children: set[int]) -> None:
    theirs, own = socket.socketpair()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        control.close()
        theirs.close()
        become_child(own, asked, parent=parent)
    own.close()
    children.add(pid)
    socket.send_fds(control, [orjson.dumps({"pid": pid})], [theirs.fileno()])
    theirs.close()


def _end(pid: int, children: set[int]) -> int:
    """End a child, if it has not ended, with all that it began; return its wait status."""
    if pid not in children:
        return 0
    children.discard(pid)
    for kill in (os.killpg, os.kill):  # its group; itself, where it had not come so far as to make one
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


if __name__ == "__main__":
    main()
