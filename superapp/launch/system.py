"""The platform's processes: web, worker, beat; and what must be in the database before they start."""

import errno
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from superapp.launch.bootstrap import ROOT, Impossible
from superapp.launch.processes import Process, end_all

# HTTP/1.1 alone, as proxies ask it: guessing at HTTP/2 on each connection costs time.
WEB_SERVER = ("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--no-ws", "--http", "1")
WEB_WORKERS = int(os.environ.get("WEB_WORKERS", "2"))
WEB_THREADS = int(os.environ.get("WEB_THREADS", "2"))
TASK_WORKERS = 2


@dataclass(frozen=True)
class Place:
    """Where a running system lives: its folder, its port, its database."""

    var: Path
    port: int
    database_url: str

    @property
    def base_url(self) -> str:
        """Return the address that residents open."""
        return os.environ.get("SUPERAPP_BASE_URL") or f"http://127.0.0.1:{self.port}"

    def env(self, base_url: str = "") -> dict[str, str]:
        """Return the environment of its processes."""
        return os.environ | {
            "SUPERAPP_LOCAL": "1",
            "SUPERAPP_VAR": str(self.var),
            "SUPERAPP_BASE_URL": base_url or self.base_url,
            "DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "superapp.settings",
            "PYTHONUNBUFFERED": "1",
            "MALLOC_ARENA_MAX": "2",  # threads share the heap: a fifth less memory, no slower
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
        }


def chosen_port() -> int:
    """Return the port that PORT names.

    :raises Impossible: when it is not a port.
    """
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 65536):
        raise Impossible(f"PORT={text} is not a port: give a number from 1 to 65535.")
    return int(text)


def check_port(port: int) -> None:
    """Refuse a port that is taken.

    :raises Impossible: naming it, and what to do.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            what = "is taken" if error.errno == errno.EADDRINUSE else "cannot be used"
            other = port + 1 if 1024 <= port < 65535 else 8001
            raise Impossible(f"Port {port} {what} ({error.strerror}). Try: make run PORT={other}") from error


def prepare(env: dict[str, str]) -> str:
    """Bring the database up to date: tables, the city, the catalogue, the demo people. Return the demo sign-ins.

    :raises Impossible: with what it said, of a traceback the last line.
    """
    done = subprocess.run(
        [sys.executable, "-m", "superapp.launch.prepare"],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip() or "no reason given"
        if "Traceback" in said:
            said = said.splitlines()[-1]
        raise Impossible(f"The database could not be prepared: {said}")
    return done.stdout


def web(env: dict[str, str], port: int, log: Path) -> Process:
    """Return the web server: granian with the WSGI application."""
    command = [sys.executable, "-m", *WEB_SERVER, "--port", str(port)]
    command += ["--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS)]
    command += ["--respawn-failed-workers", "--log-level", "warning", "superapp.wsgi:application"]
    return Process("web", command, env, log / "web.log")


def worker(env: dict[str, str], log: Path) -> Process:
    """Return the Celery worker."""
    command = [sys.executable, "-m", "celery", "-A", "superapp.celery", "worker", "--loglevel", "WARNING"]
    command += ["--concurrency", str(TASK_WORKERS), "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return Process("worker", command, env, log / "worker.log")


def beat(env: dict[str, str], log: Path) -> Process:
    """Return the Celery beat, which knows when what is due."""
    command = [sys.executable, "-m", "celery", "-A", "superapp.celery", "beat", "--loglevel", "WARNING", "--pidfile="]
    return Process("beat", command, env, log / "beat.log")


def wait_until_ready(base_url: str, process: Process, seconds: float = 60.0) -> None:
    """Wait until the web server answers `/readyz`.

    :raises Impossible: when it ends, or does not answer in time.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not process.running():
            raise Impossible(f"The web server ended:\n{process.last_words()}")
        try:
            with urllib.request.urlopen(f"{base_url}/readyz", timeout=2) as answer:  # noqa: S310 - our own server
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise Impossible(f"The web server does not answer:\n{process.last_words()}")


__all__ = ["Place", "beat", "check_port", "chosen_port", "end_all", "prepare", "wait_until_ready", "web", "worker"]
