"""Packages of modules, installed into a folder beside the platform, and looked at by its command."""

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

from superapp.launch.bootstrap import ROOT, find_uv, uv_env


def install(project: Path, site: Path) -> Path:
    """Install a project by pip into the folder `site`; return it."""
    command: list[str | Path] = [find_uv(Path(sys.prefix)), "pip", "install", "--quiet", "--python", sys.executable]
    subprocess.run([*command, "--target", site, "--no-deps", project], env=uv_env(), check=True)
    return site


def place(site: Path, name: str, files: dict[str, str]) -> Path:
    """Write a package with its entry point, as an installed one lies there; return the folder `site`."""
    info = site / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[superapp.modules]\n{name} = {name}\n")
    for path, text in ({"__init__.py": ""} | files).items():
        target = site / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(text))
    return site


def manage(site: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a management command on the platform with what lies in `site`."""
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(site), str(ROOT)])}
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def checked(site: Path, name: str) -> tuple[int, list[dict[str, Any]]]:
    """Return the exit code of `checkmodule` and its lines."""
    done = manage(site, "checkmodule", name, "--json")
    assert done.stdout.startswith("["), done.stdout + done.stderr
    (report,) = json.loads(done.stdout)
    assert report["kept"] == (done.returncode == 0)
    return done.returncode, report["checks"]
