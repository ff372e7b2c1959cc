"""A system of its own, database cluster and all, whose parts are killed and come again as `make run` has them come."""

import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from itertools import islice, takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from superapp.launch.postgres import Cluster
from superapp.launch.processes import Process, end_all
from superapp.launch.system import Place, beat, prepare, wait_until_ready, web, worker
from tests.journeys.stack import free_port, managed

KINDS = ("web worker", "web server", "task", "worker", "beat", "database restart", "database kill")


@dataclass
class System:
    """Web, worker, beat and PostgreSQL; `lines` is what was done to them, each with its second.

    `tables` is the address of a migrated database of the same PostgreSQL to begin with, empty to migrate here.
    """

    random: random.Random
    tables: str = ""
    lines: list[str] = field(default_factory=list)
    port: int = field(default_factory=free_port)
    _open: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "System":
        try:
            return self._start()
        except BaseException:
            self._open.close()
            raise

    def _start(self) -> "System":
        self.var = Path(self._open.enter_context(TemporaryDirectory(prefix="superapp-chaos-")))
        self.cluster = Cluster(self.var / "postgres")
        self._open.callback(shutil.rmtree, self.cluster.folder, ignore_errors=True)
        self._open.callback(shutil.rmtree, self.cluster.socket, ignore_errors=True)
        self._open.callback(self.cluster.stop, "immediate")
        self.cluster.start()
        self.cluster.create("superapp")
        if self.tables:
            self._copy_tables()
        self.env = Place(self.var, self.port, self.cluster.url()).env(self.base_url) | {"SUPERAPP_THROTTLE": "off"}
        self.env.pop("SUPERAPP_TESTING", None)
        prepare(self.env)
        self.log = log = self.var / "log"
        self.web, self.worker, self.beat = web(self.env, self.port, log), worker(self.env, log), beat(self.env, log)
        self._open.callback(lambda: end_all([self.web, self.worker, self.beat]))
        for process in (self.web, self.worker, self.beat):
            process.start()
        wait_until_ready(self.base_url, self.web)
        self._ended = Event()
        self.began = time.monotonic()
        watch = Thread(target=self._revive, daemon=True)
        watch.start()
        self._open.callback(watch.join)
        self._open.callback(self._ended.set)
        return self

    def __exit__(self, *_exception: object) -> None:
        self._open.close()

    def note(self, words: str) -> None:
        """Keep a line of what happened, and print it."""
        self.lines.append(f"{time.monotonic() - self.began:7.1f} s  {words}")
        print(self.lines[-1], flush=True)

    def strike(self, kind: str) -> None:
        """Kill one part, as a power cut would."""
        match kind:
            case "web worker":
                self._kill_child(self.web, kind)
            case "task":
                self._kill_child(self.worker, kind)
            case "web server" | "worker" | "beat":
                process: Process = getattr(self, kind.split()[0])
                self.note(f"kill -9 {kind} ({_pid(process)}) and all that it began")
                process.signal(signal.SIGKILL)
            case "database restart":
                self.note("PostgreSQL: stop -m immediate, start")
                self.cluster.stop("immediate")
                self.cluster.start()
            case _:
                pid = (self.cluster.data / "postmaster.pid").read_text().split()[0]
                self.note(f"PostgreSQL: kill -9 {pid}, start")
                os.kill(int(pid), signal.SIGKILL)
                time.sleep(0.2)
                self.cluster.start()

    def manage(self, *arguments: str) -> str:
        """Run a management command on this system; return what it said.

        :raises AssertionError: when it failed.
        """
        done = managed(self.env, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def logged(self, trace_id: str) -> str:
        """Return what the log says of a request that failed: its line, and what was raised."""
        entry = iter((self.log / "web.log").read_text(errors="replace").splitlines())
        for line in entry:
            if trace_id in line:
                traceback = takewhile(lambda each: "trace_id=" not in each, islice(entry, 300))
                return " | ".join([line, *(each for each in traceback if re.match(r"[\w.]+: ", each))])
        return trace_id

    def _copy_tables(self) -> None:
        """Copy them over: to migrate an empty database takes most of a minute of CPU."""
        programs = self.cluster.binaries
        dumped = subprocess.run([programs / "pg_dump", self.tables], check=True, capture_output=True)
        restore: list[str | Path] = [programs / "psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", self.cluster.url()]
        subprocess.run(restore, input=dumped.stdout, check=True, stdout=subprocess.DEVNULL)

    def _kill_child(self, process: Process, kind: str) -> None:
        """Kill one of the processes that a server began; when it is just coming up itself, the server."""
        parent = _pid(process)
        children = Path(f"/proc/{parent}/task/{parent}/children")
        pids = children.read_text().split() if children.exists() else []
        pid = int(self.random.choice(pids)) if pids else parent
        self.note(f"kill -9 {kind} {pid} of {parent}")
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def _revive(self) -> None:
        while not self._ended.wait(0.1):
            for process in (self.web, self.worker, self.beat):
                process.revive()


def _pid(process: Process) -> int:
    assert process.popen is not None
    return process.popen.pid
