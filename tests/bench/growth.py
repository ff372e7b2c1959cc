"""`make bench ARGS="--sizes 10000,1000000,5000000"`: what grows with the table, over HTTP and in pages of PostgreSQL.

The figures of one size are medians of interleaved rounds. Times say little on a machine that does something else;
pages (of 8 KB, read or found in memory) are the same on every run.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from superapp.launch.processes import end_all
from tests.bench.asking import ROOT, Case, ask, drop, filled, say
from tests.bench.servers import COMMANDS, Server

PER_RUN = 4000
_API = "/api/v1"
_OFFICE = f"{_API}/office/applications/"


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


def show(sizes: list[int], *, rounds: int, seconds: int, only: str) -> None:
    """Measure at each size, print a table of all; the database is dropped. Of no rounds only pages are counted.

    `only`: rows whose name holds this.
    """
    found, pages = {}, {}
    for size in sizes:
        try:
            found[size], pages[size] = _at(size, rounds, seconds, only)
        finally:
            drop(os.environ["DATABASE_URL"])
    if rounds:
        _print(sizes, found)
    _print_pages(sizes, pages)


def _at(size: int, rounds: int, seconds: int, only: str) -> tuple[list[Case], dict[str, int]]:
    say(f"{size:,} applications")
    rows = [case for case in cases() if only in case.row]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = filled(size, 3 * (rounds + 1) * PER_RUN, 1, folder, waiting=(rounds + 1) * PER_RUN)
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.pages"],
            env=env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        names = {case.server for case in rows} if rounds else set()
        servers = {each: Server(each, env, folder / f"{each}.log") for each in COMMANDS if each in names}
        try:
            for server in servers.values():
                server.start()
            _rounds(rows, servers, folder, rounds, seconds)
        finally:
            end_all([server.process for server in servers.values()])
    return rows, json.loads(done.stdout)


def _rounds(rows: list[Case], servers: dict[str, Server], folder: Path, rounds: int, seconds: int) -> None:
    free = {"submit": 0, "act": 0}
    for turn in range(rounds + 1 if rounds else 0):
        for case in _in_turn(rows, turn):
            first = free.get(case.mode, 0)
            things = folder / ("waiting" if case.mode == "act" else "drafts")
            result = ask(case, servers[case.server], seconds if turn else 1, first, things)
            if case.mode in free:
                free[case.mode] += PER_RUN
            if turn:
                case.results.append(result)


def _in_turn(rows: list[Case], turn: int) -> list[Case]:
    """Return the rows with those that are compared beginning each time with another: who comes first finds the
    database busy with what was asked before.
    """
    beside = [case for case in rows if case.row == "submit"]
    place = turn % max(len(beside), 1)
    return [case for case in rows if case.row != "submit"] + beside[place:] + beside[:place]


def _print(sizes: list[int], found: dict[int, list[Case]]) -> None:
    head = f"{'task':<26}{'server':<11}" + "".join(f"{f'{size:,}':>31}" for size in sizes)
    print(f"\nof each size: p50 ms, req/s, CPU us of the server, failed; then the medians' growth\n\n{head}")
    for place, case in enumerate(found[sizes[0]]):
        columns, medians = "", []
        for size in sizes:
            each = found[size][place]
            failed = sum(result["failed"] for result in each.results)
            medians.append(each.middle("p50"))
            columns += f"{medians[-1]:>9.2f}{each.middle('rate'):>8.0f}{each.middle('cpu'):>8.0f}{failed:>6.0f}"
        grown = " ".join(f"{each / medians[0]:.2f}x" for each in medians[1:])
        print(f"{case.row:<26}{case.server:<11}{columns}   {grown}")
    for size in sizes:
        rates = {case.server: case.middle("rate") for case in found[size] if case.row == "submit"}
        ours = rates.pop("product", 0)
        if ours:
            print(f"submit at {size:,}: " + ", ".join(f"{ours / rate:.2f}x {name}" for name, rate in rates.items()))


def _print_pages(sizes: list[int], pages: dict[int, dict[str, int]]) -> None:
    print("\npages that PostgreSQL looks at for one answer\n")
    for row in pages[sizes[0]]:
        print(f"{row:<37}" + "".join(f"{pages[size][row]:>12}" for size in sizes))
