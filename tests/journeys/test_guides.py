"""What a guide tells a developer to paste works as pasted."""

import os
import re
import shutil
import subprocess

import pytest

from superapp.launch.bootstrap import ROOT
from tests.journeys.stack import Stack

pytestmark = [
    pytest.mark.xdist_group("stack"),
    pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="needs curl and openssl"),
]


def pasted(stack: Stack, guide: str) -> list[str]:
    """Run the commands of a guide as one paste; return the lines that they print."""
    commands = "\n".join(re.findall(r"```bash\n(.*?)```", (ROOT / "api_docs/guides" / guide).read_text(), re.DOTALL))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        env=os.environ | {"BASE": stack.base_url},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_the_phone_signs_in_refreshes_steps_up_acts_and_signs_out(stack: Stack) -> None:
    assert pasted(stack, "sign-in-from-the-phone.md") == [
        "['S256']", "Bearer", "the same answer", "Siti Aminah", "login_required", "Nadia Fauziah", "200", "401",
    ]  # fmt: skip


def test_the_phone_works_without_a_network_and_catches_up(stack: Stack) -> None:
    assert pasted(stack, "offline-and-sync.md") == [
        "201", "200", "/answers/ibu/nama", "Siti Aminah", "Aisyah Putri", "the same answer", "genuine, akta-kelahiran",
        "True", "changed True gone True", "0",
    ]  # fmt: skip
