"""Setting up: what is refused with one line, and when nothing is to be done."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from superapp.launch import bootstrap
from superapp.launch.bootstrap import (
    ROOT,
    Impossible,
    check_disk,
    check_python,
    download_uv,
    fingerprint,
    pip_index,
    ready_set,
    run,
    uv_env,
)


@pytest.mark.parametrize("version", [(3, 9, 2), (3, 10, 14), (2, 7, 18)])
def test_an_old_python_is_refused_with_what_is_needed(version: tuple[int, ...]) -> None:
    with pytest.raises(Impossible, match=rf"Python {version[0]}\.{version[1]} is too old: 3\.11 is needed"):
        check_python(version)


def test_an_old_python_gets_as_far_as_the_refusal() -> None:
    source = Path(bootstrap.__file__).read_text()

    ast.parse(source, feature_version=(3, 7))

    assert check_python.__annotations__["version"] == "tuple[int, ...]"  # text: Python 3.7 cannot evaluate it


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 1)])
def test_a_python_that_is_new_enough_passes(version: tuple[int, ...]) -> None:
    check_python(version)


def test_a_full_disk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Impossible, match=r"MB free; about 999999999 MB are needed"):
        check_disk(tmp_path, 999_999_999)


def test_an_environment_is_ready_only_for_what_it_holds_as_locked_now(tmp_path: Path) -> None:
    assert not ready_set(tmp_path, "local")
    (tmp_path / "ready.json").write_text(json.dumps({"dev": fingerprint("dev")}))

    assert ready_set(tmp_path, "dev")
    assert ready_set(tmp_path, "local")
    assert not ready_set(tmp_path, "bench")
    (tmp_path / "ready.json").write_text(json.dumps({"dev": "of yesterday"}))
    assert not ready_set(tmp_path, "dev")
    (tmp_path / "ready.json").write_text("{half")
    assert not ready_set(tmp_path, "dev")


def test_an_index_out_of_reach_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")

    with pytest.raises(Impossible, match="The package index cannot be reached"):
        download_uv(tmp_path)


def test_the_index_is_that_of_pip_from_its_environment_or_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip.conf").write_text("[global]\nindex-url = https://index.example/%40team/simple\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    assert pip_index() == "https://index.example/%40team/simple"

    monkeypatch.setenv("PIP_INDEX_URL", "https://other.example/simple")

    assert pip_index() == "https://other.example/simple"


def test_uv_is_told_of_the_index_and_the_certificates_unless_somebody_told_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_SYSTEM_CERTS", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple")
    assert uv_env()["UV_DEFAULT_INDEX"] == "https://index.example/simple"

    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://own.example/simple")
    monkeypatch.setenv("UV_SYSTEM_CERTS", "false")

    assert (uv_env()["UV_DEFAULT_INDEX"], uv_env()["UV_SYSTEM_CERTS"]) == ("https://own.example/simple", "false")


def test_a_machine_without_certificates_leaves_uv_to_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV_SYSTEM_CERTS", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))

    assert "UV_SYSTEM_CERTS" not in uv_env()


def test_what_failed_is_told_rather_than_a_hint(tmp_path: Path) -> None:
    script = "echo 'error: no such file' >&2; echo >&2; echo 'hint: look again' >&2; exit 2"

    with pytest.raises(Impossible, match=r"^Could not: error: no such file$"):
        run(["sh", "-c", script], "Could not")


def test_what_was_compiled_is_kept_for_the_next_process_even_where_the_machine_forbids_it(tmp_path: Path) -> None:
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(tmp_path)}
    command = [sys.executable, str(ROOT / "superapp/launch/bootstrap.py"), "no-such-command"]

    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    assert (done.returncode, "no-such-command" in done.stderr) == (2, True)
    assert [each.name.split(".")[0] for each in tmp_path.glob("**/superapp/launch/__main__.*.pyc")] == ["__main__"]


def test_every_command_of_the_makefile_has_its_set() -> None:
    makefile = (bootstrap.ROOT / "Makefile").read_text()

    assert all(f"$(LAUNCH) {command}" in makefile for command in bootstrap.SETS)
