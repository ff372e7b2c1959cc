"""The API keeps what `openapi.yaml` says: no 500, no undocumented status, answers in the documented shape."""

import subprocess
import sys
from pathlib import Path

import pytest

from superapp.launch.checks import OPENAPI
from tests.journeys.people import Person
from tests.journeys.stack import Stack
from tests.journeys.test_spine import BIRTH, PASSWORD, draft, eventually, resident, staff, submit, take

pytestmark = pytest.mark.xdist_group("stack")

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.fixture(scope="module")
def known(stack: Stack) -> dict[str, str]:
    """Path parameters that lead somewhere: a granted application with its file, document and notice."""
    siti, rina = resident(stack), staff(stack, "petugas.dukcapil")
    id = draft(siti, "akta-kelahiran", BIRTH, ("surat_lahir", "kartu_keluarga", "buku_nikah"))
    submit(siti, id)
    take(rina, id, "start_review")
    take(rina, id, "grant")
    document = eventually(lambda: siti.get(f"applications/{id}/").json()["document"])
    notice = eventually(lambda: siti.get("notifications/").json()["results"])[0]
    return {
        "path.id": id,
        "path.file_id": siti.get(f"applications/{id}/").json()["files"][0]["id"],
        "path.code": document["code"],
        "path.notice_id": notice["id"],
        "path.slug": "akta-kelahiran",
        "path.number": "1",
        "path.action": "grant",
    }


@pytest.mark.parametrize("who", ["warga", "petugas.dukcapil"])
def test_whatever_is_sent_the_answer_is_a_documented_one(
    stack: Stack, known: dict[str, str], tmp_path: Path, who: str
) -> None:
    scope = "openid profile account applications notifications office"
    caller = Person(stack.base_url, f"{who}@demo.balikpapan.example", PASSWORD, scope=scope)
    config = tmp_path / "schemathesis.toml"
    lines = [f'"{name}" = "{value}"' for name, value in known.items()]
    config.write_text("\n".join(["[parameters]", *lines]))
    options = ["--url", stack.base_url, "--header", f"Authorization: Bearer {caller.token['access_token']}"]
    options += ["--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", "8"]
    options += ["--continue-on-failure", "--seed", "1", "--no-color"]

    done = subprocess.run(
        [
            Path(sys.executable).parent / "schemathesis",
            "--config-file",
            config,
            "run",
            OPENAPI,
            *options,
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "Tested: 35" in done.stdout
