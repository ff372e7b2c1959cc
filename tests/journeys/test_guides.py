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


def test_the_phone_signs_in_refreshes_steps_up_acts_and_signs_out(stack: Stack) -> None:
    guide = (ROOT / "api_docs/guides/sign-in-from-the-phone.md").read_text()
    pasted = "\n".join(re.findall(r"```bash\n(.*?)```", guide, re.DOTALL))

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", pasted],
        env=os.environ | {"BASE": stack.base_url},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == [
        "['S256']", "Bearer", "the same answer", "Siti Aminah", "login_required", "Nadia Fauziah", "200", "401",
    ]  # fmt: skip
