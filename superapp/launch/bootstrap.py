"""From nothing to a virtual environment with the locked dependencies; only the standard library is needed.

Run by the machine's own Python: `python3 superapp/launch/bootstrap.py run`. Then the environment's Python takes over.
"""

from __future__ import annotations  # so that an old Python reads this far and says what is wrong

import configparser
import hashlib
import json
import os
import platform
import re
import shutil
import ssl
import subprocess
import sys
import urllib.parse
import urllib.request
import zipfile
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OLDEST = (3, 11)
NEEDED_MB = 1500
# What each command needs; a larger set serves a smaller command as well.
SETS = {
    "run": ["local"],
    "manage": ["local"],
    "test": ["dev"],
    "check": ["dev"],
    "browser": ["dev"],
    "docs": ["dev"],
    "chaos": ["dev"],
    "bench": ["bench"],
}
FILES = {"local": "requirements/local.txt", "dev": "requirements/dev.txt", "bench": "requirements/bench.txt"}
LARGER = {"local": ("dev", "bench"), "dev": ("bench",), "bench": ()}


class Impossible(Exception):
    """The set-up cannot go on; the message is the one line to show."""


def check_python(version: tuple[int, ...]) -> None:
    """Refuse a Python that is too old.

    :raises Impossible: naming what is there and what is needed.
    """
    if version < OLDEST:
        have, need = ".".join(map(str, version[:2])), ".".join(map(str, OLDEST))
        raise Impossible(f"Python {have} is too old: {need} is needed. Try: make PYTHON=python{need} <command>")


def check_disk(folder: Path, needed_mb: int = NEEDED_MB) -> None:
    """Refuse to begin on a disk that is nearly full.

    :raises Impossible: naming the folder and the space.
    """
    free = shutil.disk_usage(folder).free // 1024 // 1024
    if free < needed_mb:
        raise Impossible(f"The disk of {folder} has {free} MB free; about {needed_mb} MB are needed.")


def fingerprint(name: str) -> str:
    """Return what a ready environment depends on: the Python, and the locked set."""
    digest = hashlib.sha256(sys.version.encode())
    digest.update((ROOT / FILES[name]).read_bytes())
    return digest.hexdigest()


def ready_set(venv: Path, name: str) -> bool:
    """Return whether the environment holds the set `name`, or a larger one, as locked now."""
    try:
        held = json.loads((venv / "ready.json").read_text())
    except (OSError, ValueError):
        return False
    return any(held.get(each) == fingerprint(each) for each in (name, *LARGER[name]))


def make_ready(venv: Path, name: str) -> Path:
    """Return the Python of an environment that holds the set `name`; make what is missing, say what takes time.

    :raises Impossible: when it cannot be made.
    """
    python = venv / "bin" / "python"
    if python.exists() and ready_set(venv, name):
        return python
    check_disk(ROOT)
    (venv / "ready.json").unlink(missing_ok=True)
    if not _works(python):
        say(f"making the virtual environment ({venv.name})")
        shutil.rmtree(venv, ignore_errors=True)
        run([sys.executable, "-m", "venv", "--without-pip", str(venv)], "The virtual environment could not be made")
    uv = find_uv(venv)
    say(f"installing the locked dependencies ({FILES[name]})")
    run(
        [str(uv), "pip", "sync", "--quiet", "--require-hashes", "--python", str(python), str(ROOT / FILES[name])],
        "The dependencies could not be installed",
        env=uv_env(),
    )
    (venv / "ready.json").write_text(json.dumps({name: fingerprint(name)}))
    return python


def find_uv(venv: Path) -> Path:
    """Return the pinned uv: by pip where there is one, else straight from the package index, its hash checked."""
    target = venv / "uv"
    uv = target / "bin" / "uv"
    if uv.exists():
        return uv
    say("fetching uv")
    if _works_with_pip():
        run(
            [
                sys.executable,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
                "--require-hashes",
                "--target",
                str(target),
                "-r",
                str(ROOT / "requirements/uv.txt"),
            ],
            "uv could not be installed",
        )
    else:
        download_uv(target)
    if not uv.exists():
        raise Impossible("uv was installed, but its program is not where it should be.")
    return uv


def download_uv(target: Path) -> None:
    """Fetch the pinned wheel from the index (PEP 691), check its SHA-256, unpack its program.

    :raises Impossible: without network, or when no file of the index is one that was locked.
    """
    locked = (ROOT / "requirements/uv.txt").read_text()
    hashes = set(re.findall(r"sha256:([0-9a-f]{64})", locked))
    index = os.environ.get("UV_DEFAULT_INDEX") or pip_index() or "https://pypi.org/simple"
    page = f"{index.rstrip('/')}/uv/"
    try:
        listed = json.loads(_get(page, accept="application/vnd.pypi.simple.v1+json"))
        for file in listed["files"]:
            if file["hashes"].get("sha256") in hashes and _fits(file["filename"]):
                content = _get(urllib.parse.urljoin(page, file["url"]))
                break
        else:
            raise Impossible(f"The index {index} has no uv for this machine ({platform.machine()}).")
    except (OSError, ValueError) as error:
        raise Impossible(f"The package index cannot be reached ({index}): {error}") from error
    if hashlib.sha256(content).hexdigest() not in hashes:
        raise Impossible("The downloaded uv is not the one that was locked.")
    _unpack(content, target)


def _unpack(wheel: bytes, target: Path) -> None:
    with zipfile.ZipFile(BytesIO(wheel)) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith("/scripts/uv")]
        program = target / "bin" / "uv"
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_bytes(archive.read(name))
        program.chmod(0o755)


def _fits(filename: str) -> bool:
    machine = {"AMD64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    system = "macosx" if sys.platform == "darwin" else "manylinux"
    wanted = "arm64" if (system, machine) == ("macosx", "aarch64") else machine
    return filename.endswith(".whl") and system in filename and wanted in filename


def _get(address: str, accept: str = "*/*") -> bytes:
    request = urllib.request.Request(address, headers={"Accept": accept})  # noqa: S310 - the configured index
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return bytes(answer.read())


def uv_env() -> dict[str, str]:
    """Return the environment for uv, which reads neither pip's index nor the machine's certificates unless told."""
    env = dict(os.environ)
    if ssl.create_default_context().cert_store_stats()["x509_ca"]:
        env.setdefault("UV_SYSTEM_CERTS", "true")
    index = pip_index()
    if index and "UV_INDEX_URL" not in env:
        env.setdefault("UV_DEFAULT_INDEX", index)
    return env


def pip_index() -> str:
    """Return the index that pip is told to use, by its environment or its files; empty for its default."""
    given = os.environ.get("PIP_INDEX_URL")
    if given:
        return given
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    files = [Path("/etc/pip.conf"), Path.home() / ".pip" / "pip.conf", home / "pip" / "pip.conf"]
    files += [Path(each) for each in [os.environ.get("PIP_CONFIG_FILE")] if each]
    settings = configparser.RawConfigParser()
    try:
        settings.read(files)
    except (configparser.Error, UnicodeDecodeError):
        return ""
    return settings.get("global", "index-url", fallback="").strip()


def _works(python: Path) -> bool:
    return python.exists() and subprocess.run([python, "-c", ""], check=False).returncode == 0


def _works_with_pip() -> bool:
    command = [sys.executable, "-m", "pip", "--version"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def run(command: list[str], failed: str, env: dict[str, str] | None = None) -> None:
    """Run a command.

    :raises Impossible: with `failed` and the last line that is no hint, when it fails.
    """
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=env)
    if done.returncode:
        lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        reasons = [line for line in lines if not line.startswith("hint:")]
        raise Impossible(f"{failed}: {reasons[-1] if reasons else 'no reason given'}")


def say(message: str) -> None:
    """Show what is being done."""
    print(f"  · {message}", flush=True)


def main(arguments: list[str]) -> int:  # noqa: RET503 - the last line never returns
    """Make the environment ready for a command and hand over to it."""
    command = arguments[0] if arguments else "run"
    try:
        check_python(sys.version_info[:3])
        python = make_ready(ROOT / ".venv", SETS.get(command, ["local"])[0])
    except Impossible as error:
        print(f"Stopped: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Stopped: {error.strerror or error}: {error.filename or ROOT}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped: the set-up goes on where it was at the next start.", file=sys.stderr)
        return 130
    # Some machines forbid to keep what was compiled; each process would then compile everything anew, for seconds.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.chdir(ROOT)
    os.execv(python, [str(python), "-m", "superapp.launch", *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
