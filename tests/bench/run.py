"""`make bench`: one table of speeds, the product beside its peers in the same run, interleaved, medians.

Nothing is asserted: a machine that is busy makes every figure worse, so only what stands in one table is compared.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from superapp.launch.processes import end_all
from tests.bench import forms, growth
from tests.bench.asking import CONNECTIONS, ROOT, Case, ask, filled, say
from tests.bench.servers import COMMANDS, Server

FRESHNESS = "publish reaches readers"
SAVING = "save a definition"
DRAFTS_PER_RUN = 8000
REFRESHES_PER_RUN = 8000


def cases() -> list[Case]:
    """Return every row, each task's peers one after another."""
    found = [Case("bare server", "bare", "anonymous", "/")]
    api = "/api/v1"
    tasks = [
        ("catalogue list", "anonymous", "/services/"),
        ("one service", "anonymous", "/services/uji-7/"),
        ("my applications", "token", "/applications/"),
        ("submit", "submit", "/applications/{id}/submit/"),
    ]
    for row, mode, path in tasks:
        for server in ("product", "starlette", "fastapi", "plain DRF"):
            found.append(Case(row, server, mode, (api if server == "product" else "") + path))
    for server, mode in (("product", "refresh-ours"), ("plain DRF", "refresh-library")):
        found.append(Case("token endpoint, refresh", server, mode, "/o/token/"))
    for row, path in (("no token", "anonymous"), ("own token check", "ours"), ("library's token check", "library")):
        mode = "anonymous" if path == "anonymous" else "token"
        found.append(Case(f"trivial view, {row}", "product", mode, f"{api}/bench/{path}/"))
    return found


def main() -> None:
    """Seed, serve, measure, print."""
    options = _options()
    if options.sizes:
        sizes = [int(each) for each in options.sizes.split(",")]
        growth.show(sizes, rounds=options.rounds, seconds=options.seconds, only=options.only)
        return
    forms.show()
    if options.forms or not any(options.only in row for row in (*(case.row for case in cases()), FRESHNESS, SAVING)):
        return
    if shutil.which("wrk") is None:
        sys.exit("Stopped: `make bench` needs wrk (apt install wrk).")
    drafts = 4 * (options.rounds + 1) * DRAFTS_PER_RUN
    refreshes = (options.rounds + 1) * REFRESHES_PER_RUN
    with tempfile.TemporaryDirectory() as folder:
        say(f"database with {options.applications:,} applications")
        env = filled(options.applications, drafts, refreshes, Path(folder))
        _measure(options, env, Path(folder), drafts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--sizes", default="", help="how rows grow with the table, such as 10000,1000000,5000000")
    parser.add_argument("--forms", action="store_true", help="only how forms are judged")
    parser.add_argument("--only", default="", help="rows whose name holds this")
    return parser.parse_args()


def _measure(options: argparse.Namespace, env: dict[str, str], folder: Path, drafts: int) -> None:
    listed = folder / "drafts"
    rows = [case for case in cases() if options.only in case.row]
    asked = {"product", *(case.server for case in rows)}
    servers = {name: Server(name, env, folder / f"{name}.log") for name in COMMANDS if name in asked}
    try:
        for server in servers.values():
            server.start()
        free = iter(range(0, drafts, DRAFTS_PER_RUN))
        for turn in range(options.rounds + 1):
            say("warming up" if turn == 0 else f"round {turn} of {options.rounds}")
            for case in rows:
                first = next(free) if case.mode == "submit" else turn * REFRESHES_PER_RUN
                things = folder / case.mode.removeprefix("refresh-") if case.mode.startswith("refresh") else listed
                result = ask(case, servers[case.server], options.seconds if turn else 1, first, things)
                if turn:
                    case.results.append(result)
        if rows:
            _print(rows, servers)
        if options.only in FRESHNESS:
            _freshness(servers["product"], env)
        if options.only in SAVING:
            _saving(servers["product"], env)
    finally:
        end_all([server.process for server in servers.values()])
    subprocess.run([sys.executable, "-m", "tests.bench.secrets"], env=env, cwd=ROOT, check=True)


def _print(rows: list[Case], servers: dict[str, Server]) -> None:
    print(f"\n{CONNECTIONS} connections, medians of {len(rows[0].results)} interleaved rounds\n")
    columns = ("req/s", "p50 ms", "p99 ms", "p99/p50", "CPU µs", "failed")
    head = f"{'task':<36}{'server':<12}" + "".join(f"{name:>9}" for name in columns) + f"{'product is':>12}"
    print(head + "\n" + "-" * len(head))
    for row, group in _grouped(rows):
        own = next((case.middle("rate") for case in group if case.server == "product"), None)
        for case in group:
            rate = case.middle("rate")
            ratio = f"{own / rate:.2f}x" if own and rate and case.server != "product" else ""
            print(
                f"{row:<36}{case.server:<12}{rate:>9.0f}{case.middle('p50'):>9.2f}{case.middle('p99'):>9.2f}"
                f"{case.middle('p99') / case.middle('p50'):>9.1f}{case.middle('cpu'):>9.0f}"
                f"{sum(result['failed'] for result in case.results):>9.0f}{ratio:>12}"
            )
    trivial = {case.row: case.middle("rate") for case in rows if case.row.startswith("trivial")}
    if trivial:
        none, own, library = trivial.values()
        print(f"\nown token check is {own / library:.1f}x the library's, {own / none:.2f}x of no check at all")
    print("memory of the largest process, MB (its own / resident):")
    for name, server in servers.items():
        print("  {:<12}{:>6.0f} /{:>5.0f}".format(name, *server.memory()))


def _grouped(rows: list[Case]) -> Iterator[tuple[str, list[Case]]]:
    for row in dict.fromkeys(case.row for case in rows):
        yield row, [case for case in rows if case.row == row]


def _freshness(server: Server, env: dict[str, str]) -> None:
    """Publish, and keep asking until no process has told the old version for two and a half seconds."""
    publisher = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.republish"], env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    last_old = time.time()
    while time.time() - last_old < 2.5 or publisher.poll() is None:
        asked = time.time()
        with urllib.request.urlopen(f"{server.base}/api/v1/services/uji-7/") as answer:  # noqa: S310 - our own server
            if json.loads(answer.read())["version"] == 1:
                last_old = asked
    published = float(publisher.communicate()[0])
    print(f"a publication was seen by every process within {max(last_old - published, 0):.2f} s")


def _saving(server: Server, env: dict[str, str]) -> None:
    """Save a draft of 200 fields over and over, as an admin's browser does; print what one takes."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.saving", server.base],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    print(done.stdout.strip())


if __name__ == "__main__":
    main()
