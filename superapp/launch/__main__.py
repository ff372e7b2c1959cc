"""The commands behind the Makefile, once the environment is there."""

import contextlib
import fcntl
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from superapp.launch import checks
from superapp.launch.bootstrap import ROOT, Impossible, check_disk
from superapp.launch.postgres import Cluster, for_a_city
from superapp.launch.processes import Process
from superapp.launch.system import Place, beat, check_port, chosen_port, end_all, prepare, wait_until_ready, web, worker

VAR = Path(os.environ.get("SUPERAPP_VAR") or ROOT / "var").resolve()


class Stop(BaseException):
    """Somebody asked us to end."""


def _stop(_number: int, _frame: FrameType | None) -> None:
    print("\nEnding ...", flush=True)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # asked once is enough; a second Ctrl-C would leave processes behind
    raise Stop


@contextlib.contextmanager
def only_one(name: str) -> Iterator[None]:
    """Hold the folder's lock: two runs in one folder would end each other's processes."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Impossible(f"`make {name}` already runs in this folder.") from None
        yield


@contextlib.contextmanager
def database(folder: str, *, disposable: bool, settings: dict[str, str] | None = None) -> Iterator[str]:
    """Yield DATABASE_URL: the one given, else that of a cluster of our own, stopped by the last that uses it."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    VAR.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(VAR / folder, disposable=disposable, settings=settings or {})
    with (VAR / f"{folder}.users").open("w") as users, (VAR / f"{folder}.turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # one at a time starts or stops it
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            cluster.start()
            cluster.create("superapp")
            fcntl.flock(turn, fcntl.LOCK_UN)
            yield cluster.url()
        finally:
            fcntl.flock(turn, fcntl.LOCK_EX)
            with contextlib.suppress(BlockingIOError):  # `make check` beside `make test`: the other still needs it
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                cluster.stop()


@contextlib.contextmanager
def step(words: str) -> Iterator[None]:
    """Show a step, and how long it took."""
    began = time.monotonic()
    print(f"  · {words} ...", end="", flush=True)
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - began:.1f} s", flush=True)


def run() -> int:
    """Serve the platform until Ctrl-C."""
    port = chosen_port()
    processes: list[Process] = []
    with only_one("run"), contextlib.ExitStack() as stack:
        check_port(port)
        check_disk(VAR, 300)
        with step("database"):
            url = stack.enter_context(database("postgres", disposable=False))
        stack.callback(lambda: end_all(processes))
        place = Place(VAR, port, url)
        env = place.env()
        with step("tables, the city, the catalogue, demo people"):
            people = prepare(env)
        with step("web, worker, beat"):
            processes += [web(env, port, VAR / "log"), worker(env, VAR / "log"), beat(env, VAR / "log")]
            for process in processes:
                process.start()
            wait_until_ready(f"http://127.0.0.1:{port}", processes[0])
        print(_where(place, people), flush=True)
        while True:
            for process in processes:
                if words := process.revive():
                    print(f"  ! {words}", flush=True)
            time.sleep(0.5)


def _where(place: Place, people: str) -> str:
    base = place.base_url
    rows = [
        ("Pages", f"{base}/"),
        ("API, to read and try", f"{base}/api/docs/"),
        ("OpenID provider", f"{base}/o/.well-known/openid-configuration"),
        ("E-mail, SMS (files)", f"{place.var / 'mail'}"),
        ("Logs", f"{place.var / 'log'}"),
    ]
    lines = [f"  {name:<22}{value}" for name, value in rows]
    table = "\n".join(f"  {line}" for line in people.strip().splitlines())
    return "\n".join(["", "Ready.", "", *lines, "", "Demo sign-ins", "", table, "", "Ctrl-C ends everything.", ""])


def test() -> int:
    """Run the tests on a PostgreSQL of their own."""
    arguments = shlex.split(os.environ.get("ARGS", ""))
    command = [sys.executable, "-m", "pytest"]
    if not arguments:
        command += ["-n", "auto", "--dist", "loadgroup", "-q"]
    with step("database"), contextlib.ExitStack() as opened:
        url = opened.enter_context(database("postgres-test", disposable=True))
        stack = opened.pop_all()
    with stack:
        return subprocess.run(
            [*command, *arguments], env=os.environ | {"DATABASE_URL": url}, cwd=ROOT, check=False
        ).returncode


def browser() -> int:
    """Run the browser tests on the same; each worker has a system and a Chromium of its own."""
    os.environ["ARGS"] = os.environ.get("ARGS") or "tests/browser -n auto -q"
    return test()


def bench() -> int:
    """Print the table of speeds."""
    settings = for_a_city() | {"max_connections": "200"}  # the servers of every size wait side by side
    with step("database"), contextlib.ExitStack() as opened:
        url = opened.enter_context(database("postgres-bench", disposable=False, settings=settings))
        stack = opened.pop_all()
    arguments = shlex.split(os.environ.get("ARGS", ""))
    env = Place(VAR / "bench", 8000, url).env()
    with stack:
        return subprocess.run(
            [sys.executable, "-m", "tests.bench.run", *arguments], env=env, cwd=ROOT, check=False
        ).returncode


def chaos() -> int:
    """Kill processes and the database under load, and count what is there afterwards. It makes a system of its own."""
    arguments = shlex.split(os.environ.get("ARGS", ""))
    env = Place(VAR / "chaos", 8000, "").env() | {"DATABASE_URL": "postgresql:///unused"}
    return subprocess.run([sys.executable, "-m", "tests.chaos", *arguments], env=env, cwd=ROOT, check=False).returncode


def check() -> int:
    """Run the static checks."""
    with database("postgres-test", disposable=True) as url:
        return checks.check(url)


def docs() -> int:
    """Write api_docs/openapi.yaml anew."""
    with database("postgres-test", disposable=True) as url:
        return checks.write_openapi(url)


def manage() -> int:
    """Run a management command of Django on the platform that `make run` serves, beside it or without it."""
    arguments = shlex.split(os.environ.get("ARGS", "")) or ["help"]
    with database("postgres", disposable=False) as url:
        env = Place(VAR, chosen_port(), url).env()
        return subprocess.run([sys.executable, "manage.py", *arguments], env=env, cwd=ROOT, check=False).returncode


COMMANDS = {
    "run": run,
    "manage": manage,
    "test": test,
    "check": check,
    "browser": browser,
    "bench": bench,
    "chaos": chaos,
    "docs": docs,
}


def main(arguments: list[str]) -> int:
    """Run a command; whatever ends it, its processes end with it."""
    name = arguments[0] if arguments else "run"
    if name not in COMMANDS:
        print(f"Stopped: there is no command {name!r}; choose one of {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        return COMMANDS[name]()
    except Stop:
        print("Ended.", flush=True)
        return 130
    except Impossible as error:
        print(f"\nStopped: {error}", file=sys.stderr)
    except OSError as error:
        print(f"\nStopped: {error.strerror or error}: {error.filename or VAR}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
