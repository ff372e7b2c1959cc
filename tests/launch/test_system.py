"""Ports, processes, clusters."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml

from superapp.launch import __main__
from superapp.launch.bootstrap import ROOT, Impossible
from superapp.launch.postgres import Cluster, find_binaries, for_a_city
from superapp.launch.processes import Process, end_all
from superapp.launch.system import check_port, chosen_port, prepare


def test_a_taken_port_is_named_with_another_to_try() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(Impossible, match=rf"Port {port} is taken .*make run PORT={port + 1}"):
            check_port(port)


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1", "80 80", "²"])
def test_what_is_no_port_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", text)

    with pytest.raises(Impossible, match="is not a port: give a number from 1 to 65535"):
        chosen_port()


def test_a_second_run_in_the_folder_says_that_one_runs_already(tmp_path: Path) -> None:
    with (tmp_path / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        done = launch("run", tmp_path)

    assert done.returncode == 1
    assert done.stderr.strip() == "Stopped: `make run` already runs in this folder."


def launch(command: str, folder: Path, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "superapp.launch", command],
        env=os.environ | {"SUPERAPP_VAR": str(folder)} | env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_taken_port_ends_the_command_with_one_line_and_a_code(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        done = launch("run", tmp_path, PORT=str(taken.getsockname()[1]))

    assert done.returncode == 1
    assert done.stderr.strip().startswith("Stopped: Port ")
    assert "Traceback" not in done.stderr


def sleeper(folder: Path) -> Process:
    """A process that has a child of its own, as servers do."""
    return Process("sleeper", ["sh", "-c", "sleep 60 & sleep 60"], dict(os.environ), folder / "log")


def group_lives(number: int) -> bool:
    try:
        os.killpg(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_ending_a_process_ends_its_children(tmp_path: Path) -> None:
    process = sleeper(tmp_path)
    process.start()
    time.sleep(0.3)
    assert process.popen is not None

    end_all([process])

    end = time.monotonic() + 5
    while group_lives(process.popen.pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not group_lives(process.popen.pid)


def test_a_process_that_ended_is_started_again_after_a_pause(tmp_path: Path) -> None:
    process = Process("brief", [sys.executable, "-c", "pass"], dict(os.environ), tmp_path / "log")
    process.start()
    assert process.popen is not None
    first = process.popen
    first.wait()

    told = process.revive()
    assert told.startswith("brief ended (code 0); starting it again in 2 s.")
    assert process.revive() == ""
    process.again_at = time.monotonic()
    process.revive()

    assert process.popen is not first
    end_all([process])


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("cluster") / "postgres")
    yield made
    shutil.rmtree(made.folder, ignore_errors=True)
    shutil.rmtree(made.socket, ignore_errors=True)


def ask(cluster: Cluster) -> int:
    with psycopg.connect(cluster.url()) as connection:
        row = connection.execute("SELECT count(*) FROM t").fetchone()
        return int(row[0]) if row else -1


def test_a_cluster_keeps_its_data_between_runs_and_survives_a_kill(cluster: Cluster) -> None:
    cluster.start()
    cluster.create("superapp")
    cluster.create("superapp")
    with psycopg.connect(cluster.url()) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1")
    postmaster = int((cluster.data / "postmaster.pid").read_text().split("\n")[0])
    try:
        cluster.start()  # one that a killed launcher left behind is used as it is
        assert ask(cluster) == 1
        os.kill(postmaster, signal.SIGKILL)
        time.sleep(0.5)
        (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n")  # its number is ours now

        cluster.start()

        assert ask(cluster) == 1
    finally:
        cluster.stop()
    assert not (cluster.data / "postmaster.pid").exists()


def busy(cluster: Cluster) -> None:
    with pytest.raises(psycopg.OperationalError), psycopg.connect(cluster.url()) as connection:
        connection.execute("SELECT count(*) FROM generate_series(1, 100000000000)")


def lives(pid: int) -> bool:
    """One that ended but that nobody has buried yet is still listed, with no state but Z."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_a_query_that_outlived_its_killed_server_is_ended_before_the_data_are_opened_again(cluster: Cluster) -> None:
    cluster.start()
    cluster.create("superapp")
    query = threading.Thread(target=busy, args=[cluster])
    query.start()
    try:
        time.sleep(1)
        postmaster = int((cluster.data / "postmaster.pid").read_text().split("\n")[0])
        os.kill(postmaster, signal.SIGKILL)
        time.sleep(0.5)
        left = [pid for pid in cluster._at_work() if pid != postmaster]
        assert any(lives(pid) for pid in left)

        cluster.start()

        assert [pid for pid in left if lives(pid)] == []
    finally:
        cluster.stop()
        query.join(10)


def test_a_city_s_database_is_told_what_compose_tells_it(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    told = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["postgres"]["command"].split(" -c ")[1:]
    in_compose = dict(each.split("=", 1) for each in told)
    city = Cluster(tmp_path / "postgres", settings=for_a_city() | {"shared_buffers": "32MB"})
    request.addfinalizer(lambda: shutil.rmtree(city.folder, ignore_errors=True))
    request.addfinalizer(lambda: shutil.rmtree(city.socket, ignore_errors=True))

    city.start()
    try:
        with psycopg.connect(city.url("postgres")) as connection:
            asked = "SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name"
            taken: dict[str, str] = dict(connection.execute(asked, [list(for_a_city())]).fetchall())
    finally:
        city.stop()

    assert in_compose == for_a_city() | {"shared_buffers": "${POSTGRES_SHARED_BUFFERS:-1GB}"}
    assert taken["wal_compression"] in ("lz4", "off")  # as the server was built
    assert taken | {"wal_compression": "lz4"} == in_compose | {"shared_buffers": "32MB"}


def test_two_commands_share_a_cluster_and_the_last_one_stops_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(__main__, "VAR", tmp_path)
    monkeypatch.delenv("DATABASE_URL")
    shared = Cluster(tmp_path / "postgres")
    request.addfinalizer(lambda: shutil.rmtree(shared.folder, ignore_errors=True))
    request.addfinalizer(lambda: shutil.rmtree(shared.socket, ignore_errors=True))

    with __main__.database("postgres", disposable=False) as url:
        with __main__.database("postgres", disposable=False) as same:
            assert same == url
        with psycopg.connect(url) as connection:
            connection.execute("SELECT 1")

    assert not (shared.data / "postmaster.pid").exists()


def test_a_cluster_half_made_is_made_anew(cluster: Cluster) -> None:
    (cluster.folder / "making" / "base").mkdir(parents=True)
    cluster.data.mkdir()

    try:
        cluster.start()
    finally:
        cluster.stop()

    assert (cluster.data / "PG_VERSION").exists()


def test_data_of_another_version_are_told_apart(cluster: Cluster) -> None:
    cluster.data.mkdir(parents=True)
    (cluster.data / "PG_VERSION").write_text("9\n")

    with pytest.raises(Impossible, match=r"are of PostgreSQL 9, the program here is postgres .*make clean-data"):
        cluster.start()


def test_a_folder_without_programs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Impossible, match="holds no initdb"):
        find_binaries(str(tmp_path))


def test_the_wheel_brings_programs_of_its_own() -> None:
    assert (find_binaries("wheel") / "postgres").exists()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise RuntimeError('ups')", "module opd_rusak: RuntimeError: ups ({folder}/opd_rusak/apps.py:1)"),
        ("import tidak_ada", "module opd_rusak: ModuleNotFoundError: No module named 'tidak_ada'"),
    ],
)
def test_a_module_that_cannot_be_imported_is_named(tmp_path: Path, code: str, said: str) -> None:
    files = {
        "opd_rusak/__init__.py": "",
        "opd_rusak/apps.py": code,
        "opd_rusak-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: opd-rusak\nVersion: 1\n",
        "opd_rusak-1.dist-info/entry_points.txt": "[superapp.modules]\nrusak = opd_rusak\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]), "SUPERAPP_LOCAL": "1"}

    with pytest.raises(Impossible) as stopped:
        prepare(env)

    assert said.format(folder=tmp_path) in str(stopped.value)
