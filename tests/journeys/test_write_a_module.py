"""The guide to writing a module, followed to the letter in a fresh copy: from nothing to a verified document."""

import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from superapp.launch.bootstrap import ROOT, uv_env
from superapp.launch.processes import Process, end_all
from tests.journeys.stack import free_port

pytestmark = [
    pytest.mark.xdist_group("guide"),
    pytest.mark.skipif(
        not all(map(shutil.which, ("curl", "openssl", "git", "make"))), reason="needs curl, openssl, git and make"
    ),
]

GUIDE = ROOT / "api_docs/guides/write-a-module.md"
PROMISED_SECONDS = 15 * 60
_BLOCK = re.compile(r"^```(bash|sh|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_MARK = "@@ next block"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy as git would clone it, with the environment that `make run` would have made."""
    copy = tmp_path / "checkout"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    return copy


def environment(port: int) -> dict[str, str]:
    ours = ("SUPERAPP_", "DATABASE_URL", "DJANGO_", "PYTEST_", "LOG_LEVEL", "MAKE", "MFLAGS", "ARGS")
    env = {key: value for key, value in uv_env().items() if not key.startswith(ours)}
    return env | {"PORT": str(port), "BASE": f"http://127.0.0.1:{port}", "SUPERAPP_THROTTLE": "off"}


def blocks() -> list[tuple[str, str]]:
    """Return the guide's blocks: `bash` is pasted, `sh` runs in another terminal, `text` is what is then shown."""
    return _BLOCK.findall(GUIDE.read_text())


def paste(found: list[str], checkout: Path, env: dict[str, str]) -> list[str]:
    """Paste blocks into one shell; return what each says."""
    script = f"\necho '{_MARK}'\n".join(found)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=checkout, env=env, capture_output=True, text=True, check=False, timeout=PROMISED_SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split(f"{_MARK}\n")


def shows(line: str, said: str) -> bool:
    """Return whether `said` has a line that is like this one, `…` for anything."""
    pattern = ".*".join(map(re.escape, line.split("…")))
    return re.search(rf"^{pattern}$", said, re.MULTILINE) is not None


def test_the_guide_leads_from_nothing_to_a_verified_document(checkout: Path, tmp_path: Path) -> None:
    env = environment(free_port())
    found = blocks()
    second = next(place for place, (kind, _text) in enumerate(found) if kind == "sh")
    command = ["bash", "-c", f"cd '{checkout}' && exec {found[second][1].strip()}"]
    running = Process("make run", command, env, tmp_path / "run.log")
    began = time.monotonic()

    try:
        said = paste([text for kind, text in found[:second] if kind == "bash"], checkout, env)
        running.start()
        said += paste([text for kind, text in found[second:] if kind == "bash"], checkout, env)
    finally:
        end_all([running])
    seconds = time.monotonic() - began

    pasted = iter(said)
    latest = ""
    for kind, text in found:
        if kind == "bash":
            latest = next(pasted)
        elif kind == "text":
            missing = [line for line in text.splitlines() if not shows(line, latest)]
            assert not missing, (missing, latest)
    print(f"the guide took {seconds:.0f} s of machine time; it promises a quarter of an hour, reading included")
    assert seconds < PROMISED_SECONDS / 2


def test_everything_that_the_guide_names_is_there() -> None:
    text = GUIDE.read_text()

    for link in re.findall(r"\]\(([^)#]+)", text):
        assert (GUIDE.parent / link).resolve().exists(), link
    from services import module_api

    for word in ("everybody", "staff", "Held", "HeldFile", "Erased", "Ack", "Retry", "Park", "Allow", "Deny"):
        assert word in text
        assert hasattr(module_api, word)
