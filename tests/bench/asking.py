"""Asking a server what a row asks, over and over, with wrk; and the database that it is asked about."""

import hashlib
import json
import os
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from superapp.launch.system import prepare
from tests.bench.servers import Server

ROOT = Path(__file__).resolve().parents[2]
CONNECTIONS = 16
DATABASE = "superapp_bench"


@dataclass
class Case:
    """One row: what is asked of which server. `body` is what a search sends."""

    row: str
    server: str
    mode: str
    path: str
    body: str = ""
    results: list[dict[str, float]] = field(default_factory=list)

    def middle(self, name: str) -> float:
        """Return the median of one figure over the rounds."""
        return median(result[name] for result in self.results)


def database(url: str, name: str = DATABASE) -> str:
    """Make an empty database beside the one at `url`; return its address."""
    drop(url, name)
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def drop(url: str, name: str = DATABASE) -> None:
    """Drop a database, whoever is connected."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def filled(
    applications: int, drafts: int, refreshes: int, folder: Path, *, waiting: int = 0, name: str = DATABASE
) -> dict[str, str]:
    """Return the environment of servers over a new, full database; what is used once is listed in `folder`."""
    url = database(os.environ["DATABASE_URL"], name)
    env = os.environ | {"DATABASE_URL": url, "SUPERAPP_LOCAL": "1", "LOG_LEVEL": "WARNING"}
    prepare(env)
    counts = (str(applications), str(drafts), str(refreshes), str(folder), str(waiting))
    subprocess.run([sys.executable, "-m", "tests.bench.fill", *counts], env=env, cwd=ROOT, check=True)
    lines = [f"{named('draft', n)} bench-token-{1 + n % 500}" for n in range(1, drafts + 1)]
    (folder / "drafts").write_text("\n".join(lines))
    (folder / "waiting").write_text("\n".join(f"{named('waiting', n)} bench-officer" for n in range(1, waiting + 1)))
    return env


def named(kind: str, n: int) -> uuid.UUID:
    """Return the id of the n-th application of a kind, as the seed makes it."""
    return uuid.UUID(hashlib.md5(f"{kind}-{n}".encode(), usedforsecurity=False).hexdigest())


def ask(case: Case, server: Server, seconds: int, first: int, things: Path) -> dict[str, float]:
    """Ask for so many seconds, what is used once from place `first` of the file `things`; return figures of the run."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(ROOT / "tests/bench/load.lua"), server.base]
    before = server.cpu()
    done = subprocess.run(
        [*command, "--", case.mode, case.path, str(first), str(things), case.body],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"wrk at {server.name}: {done.stderr}\n{server.process.last_words(40)}")
    used = server.cpu() - before
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("RESULT")]
    found: dict[str, Any] = json.loads(line.removeprefix("RESULT"))
    return {
        "rate": found["requests"] / found["microseconds"] * 1e6,
        "p50": found["p50"] / 1000,
        "p99": found["p99"] / 1000,
        "cpu": used / max(found["requests"], 1) * 1e6,
        "failed": found["failed"],
    }


def say(words: str) -> None:
    """Show what is being done."""
    print(f"  · {words}", flush=True)
