"""What `make check` looks at. Everything runs, each with its line; one failure fails the whole."""

import difflib
import os
import secrets
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from superapp.launch.bootstrap import ROOT

_UNMADE = ("makemigrations", "--check", "--dry-run")
_DEPLOYED = ("check", "--deploy", "--fail-level", "WARNING")
OPENAPI = ROOT / "api_docs" / "openapi.yaml"


def check(database_url: str) -> int:
    """Run all checks; return 1 when one fails."""
    with tempfile.TemporaryDirectory() as folder:
        local = _env(database_url, folder)
        manage = [sys.executable, "manage.py"]
        with ThreadPoolExecutor(2) as pool:  # the longest begins first
            lines = [
                pool.submit(_line, "mypy --strict", [_tool("mypy")], local),
                pool.submit(_line, "ruff", [_tool("ruff"), "check", "."], local),
                pool.submit(_line, "ruff format", [_tool("ruff"), "format", "--check", "."], local),
                pool.submit(_line, "import-linter", [_tool("lint-imports")], local),
                pool.submit(_line, "makemigrations --check", [*manage, *_UNMADE], local),
                pool.submit(_line, "check --deploy", [*manage, *_DEPLOYED], _production(local)),
                pool.submit(_drift, local, Path(folder)),
            ]
        results = [each.result() for each in lines]
    return 0 if all(results) else 1


def write_openapi(database_url: str) -> int:
    """Write the committed description anew."""
    with tempfile.TemporaryDirectory() as folder:
        env = _env(database_url, folder)
        reference = subprocess.run(
            [sys.executable, "-m", "api_docs.definition_reference"], env=env, cwd=ROOT, check=False
        )
        return 0 if _describe(env, OPENAPI).returncode == reference.returncode == 0 else 1


def _env(database_url: str, folder: str) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": database_url, "SUPERAPP_LOCAL": "1", "SUPERAPP_VAR": folder}


def _production(local: dict[str, str]) -> dict[str, str]:
    """Return settings as a real installation has them, with keys made for the moment."""
    from superapp.secrets import ed25519_key, key_ring, rsa_key

    return {key: value for key, value in local.items() if key != "SUPERAPP_LOCAL"} | {
        "SUPERAPP_BASE_URL": "https://layanan.balikpapan.example",
        "ALLOWED_HOSTS": "layanan.balikpapan.example",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "HASHING_KEY": secrets.token_urlsafe(64),
        "PAIRWISE_KEY": secrets.token_urlsafe(64),
        "MFA_KEYS": key_ring(),
        "OIDC_SEALING_KEYS": key_ring(),
        "VAULT_KEYS": key_ring(),
        "VAULT_INDEX_KEY": key_ring(),
        "OIDC_RSA_PRIVATE_KEY": rsa_key(),
        "BUNDLE_SIGNING_KEY": ed25519_key(),
        "RECEIPT_SIGNING_KEY": ed25519_key(),
    }


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _line(name: str, command: list[str], env: dict[str, str]) -> bool:
    return _say(name, subprocess.run(command, env=env, cwd=ROOT, check=False, capture_output=True, text=True))


def _say(name: str, done: "subprocess.CompletedProcess[str]") -> bool:
    print(f"  {'ok    ' if done.returncode == 0 else 'FAILED'} {name}", flush=True)
    if done.returncode:
        print((done.stdout + done.stderr).strip()[-6000:], flush=True)
    return done.returncode == 0


def _describe(env: dict[str, str], target: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", str(target)]
    return subprocess.run(command, env=env, cwd=ROOT, check=False, capture_output=True, text=True)


def _drift(env: dict[str, str], folder: Path) -> bool:
    fresh = folder / "openapi.yaml"
    done = _describe(env, fresh)
    if done.returncode == 0 and fresh.read_text() != OPENAPI.read_text():
        difference = difflib.unified_diff(OPENAPI.read_text().splitlines(), fresh.read_text().splitlines(), lineterm="")
        done.returncode, done.stdout = 1, "\n".join(list(difference)[:60]) + "\nRun `make docs` and commit the result."
    return _say("OpenAPI description is current", done)
