"""The servers side by side: the product as `make run` serves it, and its peers, each on its own port."""

import contextlib
import os
import socket
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from superapp.launch.processes import Process
from superapp.launch.system import WEB_SERVER, WEB_THREADS, WEB_WORKERS

_PEERS = "tests.bench.peers"
_GRANIAN = [*WEB_SERVER, "--workers", str(WEB_WORKERS)]
COMMANDS = {
    "bare": [*_GRANIAN, f"{_PEERS}.bare:application", "--port"],
    "product": [*_GRANIAN, "--blocking-threads", str(WEB_THREADS), "tests.bench.wsgi:application", "--port"],
    "starlette": ["uvicorn", f"{_PEERS}.starlette_psycopg:application", "--workers", "2", "--no-access-log", "--port"],
    "fastapi": ["uvicorn", f"{_PEERS}.fastapi_sqlalchemy:application", "--workers", "2", "--no-access-log", "--port"],
    "plain DRF": ["gunicorn", f"{_PEERS}.plain.wsgi:application", "--workers", "3", "--bind"],
}


@dataclass
class Server:
    """One server under load. `cpu` and `memory` look at its whole tree of processes."""

    name: str
    env: dict[str, str]
    log: Path
    port: int = field(default_factory=lambda: free_port())

    def __post_init__(self) -> None:
        module, *rest = COMMANDS[self.name]
        address = f"127.0.0.1:{self.port}" if rest[-1] == "--bind" else str(self.port)
        self.process = Process(self.name, [sys.executable, "-m", module, *rest, address], self.env, self.log)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers, whatever that is."""
        self.process.start()
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(OSError, HTTPException):
                connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
                connection.request("GET", "/")
                connection.getresponse()
                return
            if not self.process.running():
                raise RuntimeError(f"{self.name} ended:\n{self.process.last_words()}")
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} does not answer:\n{self.process.last_words()}")

    def cpu(self) -> float:
        """Return the seconds of CPU that it has used."""
        ticks = 0
        for pid in self._tree():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> tuple[float, float]:
        """Return the megabytes of its largest process: its own (USS), and resident with what others share (RSS)."""
        return max(_memory(pid) for pid in self._tree())

    def _tree(self) -> list[int]:
        assert self.process.popen is not None
        found, waiting = [], [self.process.popen.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                waiting += [int(child) for child in children.read_text().split()]
        return found


def _memory(pid: int) -> tuple[float, float]:
    sizes = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        sizes[name] = int(rest.split()[0]) / 1024
    return sizes["Private_Clean"] + sizes["Private_Dirty"], sizes["Rss"]


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
