"""A child is born: one start at three agencies, asked once, one timeline. As an app uses the running system."""

from typing import Any
from uuid import uuid4

import pytest

from tests.journeys.stack import Stack
from tests.journeys.test_spine import eventually, photo, resident, staff, take
from tests.services.applications.api.test_bundles import ONCE, OWN

pytestmark = pytest.mark.xdist_group("stack")


def test_a_birth_bundle_over_three_agencies(stack: Stack) -> None:
    siti, rina = resident(stack), staff(stack, "petugas.dukcapil")
    birth = siti.get("life-events/kelahiran/").json()
    assert len({each["agency"]["code"] for each in birth["services"]}) == 3
    id = str(uuid4())

    begun = siti.post("bundles/", json={"id": id, "life_event": "kelahiran"}).json()

    ids = {each["service"]["slug"]: each["id"] for each in begun["applications"]}
    assert siti.call("PATCH", f"bundles/{id}/", json={"answers": ONCE}).status_code == 200
    for slug, answers in OWN.items():
        saved = siti.call("PATCH", f"applications/{ids[slug]}/", json={"answers": answers}, headers={"If-Match": "*"})
        assert saved.status_code == 200, saved.text
    for document in ("kartu_keluarga", "surat_lahir"):
        handed = siti.post(f"bundles/{id}/files/", data={"document": document}, files={"file": ("a.png", photo())})
        assert handed.status_code == 200, handed.text
    partly = siti.post(f"bundles/{id}/submit/").json()
    missing = {each["service"]: [error["pointer"] for error in each["errors"]] for each in partly["refused"]}
    assert missing == {"akta-kelahiran": ["/files/buku_nikah"], "rekomendasi-pbi-jk": ["/files/ktp_ibu"]}
    assert _state(siti, id, "kunjungan-bayi") == "submitted"
    for slug, requirement in (("akta-kelahiran", "buku_nikah"), ("rekomendasi-pbi-jk", "ktp_ibu")):
        siti.post(
            f"applications/{ids[slug]}/files/", data={"requirement": requirement}, files={"file": ("b.png", photo())}
        )
    rest = siti.post(f"bundles/{id}/submit/").json()
    assert rest["refused"] == []
    assert _state(siti, id, "kartu-identitas-anak") == "draft"  # it waits for the certificate's number

    take(rina, ids["akta-kelahiran"], "start_review")
    take(rina, ids["akta-kelahiran"], "grant")

    eventually(lambda: _state(siti, id, "kartu-identitas-anak") == "submitted")
    certificate = siti.get(f"applications/{ids['akta-kelahiran']}/").json()["document"]
    card = siti.get(f"applications/{ids['kartu-identitas-anak']}/").json()
    assert card["answers"]["anak"]["nomor_akta"] == certificate["number"]
    lines = siti.get(f"bundles/{id}/timeline/").json()["results"]
    submitted = [each["service"]["slug"] for each in lines if each["type"] == "submitted"]
    assert (submitted[0], submitted[-1], len(submitted)) == ("kunjungan-bayi", "kartu-identitas-anak", 4)


def _state(siti: Any, id: str, slug: str) -> str:
    lines = siti.get(f"bundles/{id}/").json()["applications"]
    return str(next(each["state"] for each in lines if each["service"]["slug"] == slug))
