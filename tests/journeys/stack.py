"""The real thing, for tests: web server, worker and beat as processes, with their own database, port and folder."""

import email
import email.policy
import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from superapp.launch.bootstrap import ROOT
from superapp.launch.processes import Process, end_all
from superapp.launch.system import Place, beat, prepare, wait_until_ready, web, worker
from tests.conftest import copied_database


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Stack:
    """A running system. `packages` is a folder of installed packages to plug in, `settings` are further ones."""

    packages: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    throttle: str = "off"
    port: int = field(default_factory=free_port)
    _open: ExitStack = field(default_factory=ExitStack)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Stack":
        self.var = Path(self._open.enter_context(TemporaryDirectory(prefix="superapp-stack-")))
        url = self._open.enter_context(copied_database(f"stack_{os.getpid()}_{uuid4().hex[:6]}"))
        place = Place(self.var, self.port, url)
        self.env = place.env(self.base_url) | {"SUPERAPP_THROTTLE": self.throttle} | self.settings
        self.env.pop("SUPERAPP_TESTING", None)
        if self.packages:
            self.env["PYTHONPATH"] = os.pathsep.join([self.packages, self.env["PYTHONPATH"]])
        prepare(self.env)
        self.web = web(self.env, self.port, self.var / "log")
        self.beat = beat(self.env, self.var / "log")
        self.worker: Process
        self._open.callback(lambda: end_all([self.web, self.worker, self.beat]))
        self.web.start()
        self.start_worker()
        self.beat.start()
        wait_until_ready(self.base_url, self.web)
        return self

    def __exit__(self, *_exception: object) -> None:
        self._open.close()

    def start_worker(self) -> None:
        self.worker = worker(self.env, self.var / "log")
        self.worker.start()

    def kill_worker(self) -> None:
        """Kill the worker and its children, as a power cut would."""
        self.worker.signal(signal.SIGKILL)
        assert self.worker.popen is not None
        self.worker.popen.wait()

    def mails(self) -> list[EmailMessage]:
        """Return every mail that was sent, oldest first: their dates say no more than the second."""
        found = []
        for path in sorted((self.var / "mail").glob("*"), key=lambda each: each.stat().st_mtime_ns):
            for text in path.read_bytes().split(b"\n" + b"-" * 79 + b"\n"):
                if text.strip():
                    found.append(email.message_from_bytes(text.lstrip(), policy=email.policy.default))
        return found

    def manage(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a management command on this system."""
        return managed(self.env, *arguments)


def managed(env: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a management command with this environment."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
