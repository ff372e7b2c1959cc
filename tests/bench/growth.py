"""`make bench ARGS="--sizes 10000,1000000,5000000"`: what grows with the table, over HTTP and in pages of PostgreSQL.

All sizes are filled first, then asked in turn: figures are medians of interleaved rounds. Times say little on a machine
that does something else; pages (of 8 KB, read or found in memory) are the same on every run.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psycopg

from superapp.launch.processes import end_all
from tests.bench.asking import DATABASE, ROOT, Case, ask, drop, filled, say
from tests.bench.servers import COMMANDS, Server

PER_RUN = 4000
_API = "/api/v1"
_OFFICE = f"{_API}/office/applications/"

Thing = TypeVar("Thing")


# Eight people at every size bear it (`seed._PEOPLE`).
NAMESAKES = "Kartika Sekar Melati"


def cases() -> list[Case]:
    """Return every row: lists as residents and officers ask for them, and what writes."""
    lists = [
        ("my list", "token", f"{_API}/applications/"),
        ("queue, first page", "office", _OFFICE),
        ("queue, filtered", "office", f"{_OFFICE}?state=submitted&assignee=nobody"),
        ("queue, of one service", "office", f"{_OFFICE}?service=uji-7&sort=due"),
        ("queue, newest", "office", f"{_OFFICE}?sort=newest"),
        ("queue, by reference", "office", f"{_OFFICE}?q=BPN-5A3F0"),
    ]
    found = [Case(row, "product", mode, path) for row, mode, path in lists]
    # As many bear the one at every size; the other is borne by ever more as a city grows, and by more than a page.
    for row, name in (("queue, by name", NAMESAKES), ("queue, by a city's name", "Siti Rahma Saputra")):
        found.append(Case(row, "product", "search", f"{_OFFICE}search/", json.dumps({"name": name})))
    found.append(Case("transition", "product", "act", _OFFICE + "{id}/actions/start_review/"))
    for server in ("product", "starlette", "fastapi"):
        prefix = _API if server == "product" else ""
        found.append(Case("submit", server, "submit", f"{prefix}/applications/{{id}}/submit/"))
    return found


@dataclass
class _Size:
    """A database of so many applications, what is asked of it, and the servers over it, once they are started."""

    applications: int
    folder: Path
    env: dict[str, str]
    rows: list[Case]
    pages: dict[str, int]
    servers: dict[str, Server] = field(default_factory=dict)
    free: dict[str, int] = field(default_factory=lambda: {"submit": 0, "act": 0})

    def start(self, opened: contextlib.ExitStack) -> None:
        """Start what the rows ask."""
        names = {case.server for case in self.rows}
        self.servers = {each: Server(each, self.env, self.folder / f"{each}.log") for each in COMMANDS if each in names}
        opened.callback(lambda: end_all([server.process for server in self.servers.values()]))
        for server in self.servers.values():
            server.start()

    def ask(self, case: Case, seconds: int) -> dict[str, float]:
        """Ask for so many seconds; what is used once is used once."""
        things = self.folder / ("waiting" if case.mode == "act" else "drafts")
        result = ask(case, self.servers[case.server], seconds, self.free.get(case.mode, 0), things)
        if case.mode in self.free:
            self.free[case.mode] += PER_RUN
        return result


def show(sizes: list[int], *, rounds: int, seconds: int, only: str) -> None:
    """Measure at each size, print a table of all; the databases are dropped. Of no rounds only pages are counted.

    `only`: rows whose name holds this.
    """
    with contextlib.ExitStack() as opened:
        found = [_filled(opened, each, rounds, only) for each in sizes]
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
            admin.execute("CHECKPOINT")  # what filling left to write is not written beside what is measured
        if rounds:
            for size in found:
                size.start(opened)
            _rounds(found, rounds, seconds)
            _print(found)
    _print_pages(found)


def _filled(opened: contextlib.ExitStack, applications: int, rounds: int, only: str) -> _Size:
    say(f"{applications:,} applications")
    folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
    name = f"{DATABASE}_{applications}"
    opened.callback(drop, os.environ["DATABASE_URL"], name)
    waiting = (rounds + 1) * PER_RUN
    env = filled(applications, 3 * waiting, 1, folder, waiting=waiting, name=name)
    command = [sys.executable, "-m", "tests.bench.pages"]
    done = subprocess.run(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    rows = [case for case in cases() if only in case.row]
    return _Size(applications, folder, env, rows, json.loads(done.stdout))


def _rounds(sizes: list[_Size], rounds: int, seconds: int) -> None:
    """Ask for each row at one size after the other: a machine gets slower and faster in the course of an hour."""
    for turn in range(rounds + 1):
        say("warming up" if turn == 0 else f"round {turn} of {rounds}")
        for row in dict.fromkeys(case.row for case in sizes[0].rows):
            for size in _rotated(turn, sizes):
                for case in _rotated(turn, [case for case in size.rows if case.row == row]):
                    result = size.ask(case, seconds if turn else 1)
                    if turn:
                        case.results.append(result)


def _rotated(turn: int, things: list[Thing]) -> list[Thing]:
    """Return all, beginning each turn with another: the first finds the database busy with what was asked before."""
    place = turn % len(things)
    return things[place:] + things[:place]


def _print(sizes: list[_Size]) -> None:
    head = f"{'task':<26}{'server':<11}" + "".join(f"{f'{size.applications:,}':>31}" for size in sizes)
    print(f"\nof each size: p50 ms, req/s, CPU us of the server, failed; then the medians' growth\n\n{head}")
    for cases_of_a_row in zip(*(size.rows for size in sizes), strict=True):
        columns, medians = "", [case.middle("p50") for case in cases_of_a_row]
        for case, median in zip(cases_of_a_row, medians, strict=True):
            failed = sum(result["failed"] for result in case.results)
            columns += f"{median:>9.2f}{case.middle('rate'):>8.0f}{case.middle('cpu'):>8.0f}{failed:>6.0f}"
        grown = " ".join(f"{each / medians[0]:.2f}x" for each in medians[1:])
        print(f"{cases_of_a_row[0].row:<26}{cases_of_a_row[0].server:<11}{columns}   {grown}")
    for size in sizes:
        rates = {case.server: case.middle("rate") for case in size.rows if case.row == "submit"}
        ours = rates.pop("product", 0)
        if ours:
            told = ", ".join(f"{ours / rate:.2f}x {name}" for name, rate in rates.items())
            print(f"submit at {size.applications:,}: {told}")


def _print_pages(sizes: list[_Size]) -> None:
    print("\npages that PostgreSQL looks at for one answer\n")
    for row in sizes[0].pages:
        print(f"{row:<37}" + "".join(f"{size.pages[row]:>12}" for size in sizes))
