"""An agency whose module is a pip package of its own: installed, found, applied for, decided, with no change here."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from superapp.launch.bootstrap import ROOT, find_uv, uv_env
from tests.journeys.people import Person
from tests.journeys.stack import Stack
from tests.journeys.test_spine import draft, eventually, resident, staff, submit, take

pytestmark = pytest.mark.xdist_group("packages")

MAKE_STAFF = """
from django.utils import timezone
from accounts.operations import register_person
from services.agencies.models import Agency, Membership
person = register_person(full_name="Lina", email="petugas.dlh@demo.balikpapan.example", phone=None,
                         password="Balikpapan-2026", now=timezone.now())
from accounts.sign_in.operations import add_authenticator_app
add_authenticator_app(person_id=person.pk, secret="BALIKPAPANKOTAMINYAKBERIMAN23456")
Membership.objects.create(user=person, agency=Agency.objects.get(code="DLH"), role="officer")
"""


@pytest.fixture(scope="module")
def plugged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A system beside which the package was installed by pip."""
    target = tmp_path_factory.mktemp("packages")
    uv = find_uv(Path(sys.prefix))
    command: list[str | Path] = [uv, "pip", "install", "--quiet", "--python", sys.executable, "--target", target]
    subprocess.run([*command, "--no-deps", ROOT / "tests/packages/opd_dlh"], env=uv_env(), check=True)
    with Stack(packages=str(target)) as stack:
        yield stack


def test_a_third_agency_plugs_in_and_decides(plugged: Stack) -> None:
    made = plugged.manage("shell", "-v", "0", "-c", MAKE_STAFF)
    assert made.returncode == 0, made.stderr
    siti: Person = resident(plugged)
    (found,) = siti.get("services/", params={"agency": "DLH"}).json()["results"]
    assert found["slug"] == "pemangkasan-pohon"
    id = draft(siti, "pemangkasan-pohon", {"pohon": {"lokasi": "Jalan Jenderal Sudirman", "jumlah": 5}}, ("foto",))

    submitted = submit(siti, id)

    assert submitted.json()["fee"] == {"amount": 30_000, "currency": "IDR"}
    lina = staff(plugged, "petugas.dlh")
    assert take(lina, id, "start_review").status_code == 200
    assert take(lina, id, "grant").json()["end"] == "granted"
    document = eventually(lambda: siti.get(f"applications/{id}/").json()["document"])
    assert document["number"].endswith("/POHON/DLH/" + document["issued_at"][:4])


def test_without_the_package_its_service_closes_and_comes_back_with_it(plugged: Stack) -> None:
    bare = {key: value for key, value in plugged.env.items() if key != "PYTHONPATH"}
    sync = [sys.executable, "manage.py", "sync_catalogue"]

    subprocess.run(sync, cwd=ROOT, env=bare, check=True, capture_output=True)

    siti = resident(plugged)
    assert siti.get("services/pemangkasan-pohon/").json()["is_open"] is False
    refused = siti.post("applications/", json={"service": "pemangkasan-pohon"})
    assert (refused.status_code, refused.json()["code"]) == (409, "service_closed")
    assert plugged.manage("sync_catalogue").returncode == 0
    assert eventually(lambda: siti.get("services/pemangkasan-pohon/").json()["is_open"], seconds=3)
