"""A module with a table, endpoints, pages and duties of its own, as a pip package: what it opens, and what it owes."""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from superapp.launch.bootstrap import ROOT, find_uv, uv_env
from tests.journeys.people import Person
from tests.journeys.stack import Stack, free_port
from tests.journeys.test_spine import PASSWORD, eventually, resident, staff

pytestmark = pytest.mark.xdist_group("packages")

API = "opd/dispustakar"
MAKE = """
from datetime import timedelta
from django.utils import timezone
from accounts.operations import register_person
from accounts.sign_in.operations import add_authenticator_app
from services.agencies.models import Agency, Membership
for who in ("petugas.pustaka", "warga.pustaka", "warga.hapus", "warga.pergi"):
    person = register_person(full_name=who, email=f"{who}@demo.balikpapan.example", phone=None,
                             password="Balikpapan-2026", now=timezone.now())
    if who == "petugas.pustaka":
        add_authenticator_app(person_id=person.pk, secret="BALIKPAPANKOTAMINYAKBERIMAN23456")
        Membership.objects.create(user=person, agency=Agency.objects.get(code="DISPUSTAKAR"), role="officer")
"""
HURRY = """
from django.utils import timezone
from accounts.privacy.models import Deletion
from accounts.privacy.operations.deletion import erase_due
Deletion.objects.update(due_at=timezone.now())
print(erase_due(now=timezone.now()))
"""
DRAIN = """
from django.utils import timezone
from services.events.operations import drain
while drain(now=timezone.now()): pass
"""
AGAIN = """
from django.utils import timezone
from services.events.models import Delivery
Delivery.objects.filter(done_at=None).update(due_at=timezone.now())
"""


class Gate:
    """The system at the reading room's door, that is up or down."""

    def __init__(self) -> None:
        self.port = free_port()
        self.asked = 0
        self._server: HTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def up(self) -> None:
        gate = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                gate.asked += 1
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_words: Any) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", self.port), Answers)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def down(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    gate = Gate()
    gate.up()
    yield gate
    gate.down()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, gate: Gate) -> Iterator[Stack]:
    """A system beside which the package was installed by pip."""
    target = tmp_path_factory.mktemp("packages")
    command: list[str | Path] = [find_uv(Path(sys.prefix)), "pip", "install", "--quiet", "--python", sys.executable]
    command += ["--target", target, "--no-deps", ROOT / "tests/packages/opd_dispustakar"]
    subprocess.run(command, env=uv_env(), check=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("OPD_DISPUSTAKAR_GATE", gate.url)
        with Stack(packages=str(target)) as stack:
            made = stack.manage("shell", "-v", "0", "-c", MAKE)
            assert made.returncode == 0, made.stderr
            yield stack


def seat(person: Person, day: str) -> None:
    made = person.post(f"{API}/seats/", json={"day": day, "note": "dekat jendela"})
    assert made.status_code == 201, made.text


def seats_of(stack: Stack, email: str) -> int:
    with psycopg.connect(stack.env["DATABASE_URL"]) as database:
        found = database.execute(
            "SELECT count(*) FROM module_opd_dispustakar_seat s JOIN accounts_user u ON u.id = s.person_id "
            "WHERE u.email = %s OR (u.email IS NULL AND %s = '')",
            [email, email],
        ).fetchone()
    assert found
    return int(found[0])


def test_its_endpoints_refuse_a_stranger_unless_they_say_otherwise(library: Stack) -> None:
    answers = {
        name: httpx.get(f"{library.base_url}/api/v1/{API}/{name}/") for name in ("hours", "seats", "office/seats")
    }

    assert {name: each.status_code for name, each in answers.items()} == {
        "hours": 200,
        "seats": 401,
        "office/seats": 401,
    }
    assert answers["seats"].json()["code"] == "not_authenticated"


def test_a_resident_uses_them_and_bad_input_names_the_field(library: Stack) -> None:
    siti = resident(library)

    seat(siti, "2026-12-01")

    assert siti.get(f"{API}/seats/").json() == {"results": [{"day": "2026-12-01", "note": "dekat jendela"}]}
    refused = siti.post(f"{API}/seats/", json={"day": "besok"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/day")


def test_the_offices_are_for_staff_of_this_agency_alone(library: Stack) -> None:
    at_library = staff(library, "petugas.pustaka")
    elsewhere = staff(library, "petugas.dukcapil")
    no_staff = Person(library.base_url, "warga.pustaka@demo.balikpapan.example", PASSWORD)

    assert at_library.get(f"{API}/office/seats/").status_code == 200
    assert elsewhere.get(f"{API}/office/seats/").status_code == 403
    assert no_staff.get(f"{API}/office/seats/").json()["code"] == "insufficient_scope"


def test_its_pages_ask_who_comes(library: Stack) -> None:
    stranger = httpx.Client(base_url=library.base_url)
    siti, elsewhere = resident(library), staff(library, "petugas.dukcapil")
    at_library = staff(library, "petugas.pustaka")

    assert "Buka 08.00" in stranger.get("/opd/dispustakar/").text
    for page in ("saya", "meja"):
        sent = stranger.get(f"/opd/dispustakar/kursi/{page}/")
        assert (sent.status_code, sent.headers["location"]) == (
            302,
            f"/accounts/login/?next=/opd/dispustakar/kursi/{page}/",
        )
    mine = siti.browser.get("/opd/dispustakar/kursi/saya/")
    assert mine.status_code == 200
    assert "private" in mine.headers["cache-control"]
    assert siti.browser.get("/opd/dispustakar/kursi/meja/").status_code == 403
    assert elsewhere.browser.get("/opd/dispustakar/kursi/meja/").status_code == 403
    assert at_library.browser.get("/opd/dispustakar/kursi/meja/").status_code == 200


def test_it_cannot_switch_off_the_check_of_forged_requests(library: Stack) -> None:
    siti = resident(library)
    seat(siti, "2026-12-24")

    forged = siti.browser.post("/opd/dispustakar/kursi/saya/", data={"day": "2026-12-24"})

    assert forged.status_code == 403
    days = [each["day"] for each in siti.get(f"{API}/seats/").json()["results"]]
    assert "2026-12-24" in days


def test_what_it_holds_is_in_the_copy_of_everything(library: Stack) -> None:
    person = Person(library.base_url, "warga.pustaka@demo.balikpapan.example", PASSWORD)
    seat(person, "2026-12-02")

    archive = copy_of(person)

    [line] = json.loads(archive.read("module_opd_dispustakar_seats.json"))
    assert (line["day"], line["note"]) == ("2026-12-02", "dekat jendela")
    assert archive.read("files/module_opd_dispustakar/tata-tertib.txt") == b"Tenang, ya.\n"
    assert "Kursi ruang baca" in archive.read("README.txt").decode()


def test_it_keeps_the_contract_and_its_duties_harm_no_stranger(library: Stack) -> None:
    seat(resident(library), "2026-12-05")
    before = seats_of(library, "warga@demo.balikpapan.example")

    done = library.manage("checkmodule", "opd_dispustakar")

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"ok +addresses +/api/v1/opd/dispustakar/, /opd/dispustakar/\n", done.stdout)
    assert re.search(r"ok +tables +1 below module_opd_dispustakar_\*, with data of people\n", done.stdout)
    assert re.search(r"ok +migrations +1 make all tables\n", done.stdout)
    assert re.search(r"ok +duties +export_subject answers\n.*ok +duties +erase_subject answers\n", done.stdout)
    assert seats_of(library, "warga@demo.balikpapan.example") == before > 0


def test_a_duty_that_would_reach_everybody_is_found_before_it_does(library: Stack, tmp_path: Path) -> None:
    seat(resident(library), "2026-12-06")
    before = seats_of(library, "warga@demo.balikpapan.example")
    shutil.copytree(library.packages, tmp_path / "packages")
    apps = tmp_path / "packages/opd_dispustakar/apps.py"
    apps.write_text(apps.read_text().replace(".filter(person_id=person_id)", ".all()"))
    env = library.env | {"PYTHONPATH": f"{tmp_path / 'packages'}{os.pathsep}{ROOT}"}

    done = subprocess.run(
        [sys.executable, "manage.py", "checkmodule", "opd_dispustakar"],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert "erase_subject: asked about a stranger, it changed {'Seat': " in done.stdout
    assert "export_subject: it answers a stranger with Held(" in done.stdout
    assert seats_of(library, "warga@demo.balikpapan.example") == before > 0


def copy_of(person: Person) -> zipfile.ZipFile:
    asked = person.post("me/export/")
    assert asked.status_code == 202, asked.text
    ready = eventually(lambda: (body := person.get("me/export/").json())["state"] == "ready" and body)
    assert ready["missing"] == []
    answer = person.get(f"me/export/{ready['id']}/download/")
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_a_copy_waits_for_a_module_that_is_down(library: Stack, gate: Gate) -> None:
    person = Person(library.base_url, "warga.pustaka@demo.balikpapan.example", PASSWORD)
    seat(person, "2026-12-02")
    gate.down()
    try:
        assert person.post("me/export/").status_code == 202
        eventually(lambda: "export_subject: URLError" in library.manage("outbox").stdout)
        assert person.get("me/export/").json()["state"] == "preparing"
    finally:
        gate.up()

    assert library.manage("shell", "-v", "0", "-c", AGAIN).returncode == 0

    eventually(lambda: person.get("me/export/").json()["state"] == "ready")


def test_an_erasure_reaches_a_module_that_was_down(library: Stack, gate: Gate) -> None:
    person = Person(library.base_url, "warga.hapus@demo.balikpapan.example", PASSWORD)
    seat(person, "2026-12-03")
    assert person.post("me/deletion/").status_code in (200, 201, 202)
    gate.down()
    try:
        erased = library.manage("shell", "-v", "0", "-c", HURRY)
        assert erased.stdout.strip() == "1", erased.stdout + erased.stderr
        shown = eventually(lambda: "erase_subject: URLError" in (out := library.manage("outbox").stdout) and out)
        assert "erase_at_module" in shown
        assert seats_of(library, "") == 1
    finally:
        gate.up()

    assert library.manage("shell", "-v", "0", "-c", AGAIN).returncode == 0

    eventually(lambda: seats_of(library, "") == 0)
    with psycopg.connect(library.env["DATABASE_URL"]) as database:
        [(outcome,)] = database.execute("SELECT outcome FROM accounts_privacy_deletion WHERE state = 'done'").fetchall()
    assert {"kind": "module_opd_dispustakar:seats", "erased": 1, "kept": 0} in outcome


def test_an_erasure_waits_for_a_module_that_is_not_installed(library: Stack) -> None:
    person = Person(library.base_url, "warga.pergi@demo.balikpapan.example", PASSWORD)
    seat(person, "2026-12-04")
    assert person.post("me/deletion/").status_code in (200, 201, 202)
    bare = library.env | {"PYTHONPATH": str(ROOT)}
    without = [sys.executable, "manage.py", "shell", "-v", "0", "-c"]
    library.beat.signal(signal.SIGSTOP)
    library.kill_worker()
    try:
        erased = subprocess.run([*without, HURRY], cwd=ROOT, env=bare, capture_output=True, text=True, check=True)
        assert erased.stdout.strip() == "1"
        subprocess.run([*without, DRAIN], cwd=ROOT, env=bare, check=True)
        assert "module_opd_dispustakar is not installed" in library.manage("outbox").stdout
        assert seats_of(library, "") == 1
    finally:
        library.start_worker()
        library.beat.signal(signal.SIGCONT)

    assert library.manage("shell", "-v", "0", "-c", AGAIN).returncode == 0

    eventually(lambda: seats_of(library, "") == 0)
