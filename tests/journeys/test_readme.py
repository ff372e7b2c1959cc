"""The README's tour works as pasted, to the end, twice."""

import os
import re
import shutil
import subprocess

import pytest

from superapp.launch.bootstrap import ROOT
from tests.journeys.stack import Stack

pytestmark = [
    pytest.mark.xdist_group("stack"),
    pytest.mark.skipif(
        not (shutil.which("curl") and shutil.which("openssl")), reason="the tour needs curl and openssl"
    ),
]


@pytest.mark.parametrize("turn", [1, 2])
def test_the_tour_pastes(stack: Stack, turn: int) -> None:
    tour = "\n".join(re.findall(r"```bash\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL))
    env = os.environ | {"BASE": stack.base_url}

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", tour], env=env, capture_output=True, text=True, check=False, timeout=120
    )

    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[:6] == ["Kutipan Akta Kelahiran", "Draf", "[]", "surat_lahir", "kartu_keluarga", "buku_nikah"]
    assert re.fullmatch(r"BPN-....-....-.", lines[6])
    assert "1 hari kerja" in lines[7]
    assert lines[8:13] == ["Mulai periksa", "Sedang diperiksa", "Disetujui", "Setujui", lines[12]]
    assert (lines[13], lines[14]) == ("%PDF-1.7", "valid")
    assert lines[16] == "decision"
    assert lines[17:19] == ["Nadia Fauziah", "Siti Aminah"]
    assert len(lines[20:]) == 2
    assert lines[21].startswith("pelayanan publik")
