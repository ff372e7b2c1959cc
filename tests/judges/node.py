"""Running a judge written for Node: its libraries are those of package-lock.json, checked by hash."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
SECONDS = 60


def install() -> None:
    """Install the judges' libraries into node_modules; twice is once.

    A machine without Node skips these tests, but where CI is set they must run.
    """
    if not shutil.which("npm"):
        reason = "Node and npm are not here: the judges openid-client and oauth4webapi did not run."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    lock = (HERE / "package-lock.json").read_bytes()
    mark = HERE / "node_modules" / ".installed"
    if mark.exists() and mark.read_bytes() == lock:
        return
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE, check=True, timeout=300)
    mark.write_bytes(lock)


def judge(script: str, given: dict[str, str], *, browse: Callable[[str], str]) -> dict[str, Any]:
    """Run a judge and return what it found. `browse` plays the person's browser: an address in, where it ended out."""
    with subprocess.Popen(
        ["node", script], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        _tell(running.stdin, given)
        for line in running.stdout:
            told = json.loads(line)
            if "done" in told:
                running.wait(SECONDS)
                return dict(told["done"])
            _tell(running.stdin, {"arrived": browse(told["open"])})
        raise AssertionError(f"{script}: {running.stderr.read()}")


def _tell(stdin: Any, told: dict[str, str]) -> None:
    stdin.write(json.dumps(told) + "\n")
    stdin.flush()
