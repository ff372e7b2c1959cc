"""A resident takes over what is known, and what was handed in before, as the app does, and finds the receipts."""

import io
from uuid import uuid4

import pytest
from PIL import Image

from tests.journeys.stack import Stack
from tests.journeys.test_spine import BIRTH, draft, resident, staff, submit

pytestmark = pytest.mark.xdist_group("stack")


def test_an_identity_card_is_applied_for_without_typing_what_is_known(stack: Stack) -> None:
    siti = resident(stack)
    id = str(uuid4())
    made = siti.post("applications/", json={"id": id, "service": "ktp-el"})

    found = siti.get(f"applications/{id}/prefill/").json()

    offered = {each["pointer"]: each for each in found["offers"]}
    assert set(offered) == {"/answers/pemohon/nik", "/answers/pemohon/nama", "/answers/pemohon/tanggal_lahir"}
    assert offered["/answers/pemohon/nama"]["value"] == siti.get("me/").json()["full_name"]
    assert all(each["source"] and each["asserted_at"] and each["age_days"] >= 0 for each in offered.values())
    chosen = [{"pointer": pointer, "value": each["value"]} for pointer, each in offered.items()]
    taken = siti.post(f"applications/{id}/prefill/", json={"take": chosen}, headers={"If-Match": made.headers["ETag"]})
    assert taken.status_code == 200, taken.text
    rest = {"permohonan": {"alasan": "baru"}, "pemohon": {"kelurahan": "64.71.03.1001"}}
    saved = siti.call(
        "PATCH", f"applications/{id}/", json={"answers": rest}, headers={"If-Match": taken.headers["ETag"]}
    )
    assert saved.json()["problems"] == []
    receipt = siti.get("me/access-log/").json()["results"][0]
    assert (receipt["what"], receipt["application"]) == ("facts", id)
    missing = submit(siti, id).json()
    assert {each["pointer"].split("/")[1] for each in missing["errors"]} == {"files"}
    assert staff(stack, "petugas.dukcapil").get(f"office/applications/{id}/").status_code == 404


def test_a_family_card_given_for_health_insurance_is_not_photographed_again_for_a_birth(stack: Stack) -> None:
    siti = resident(stack)
    answers = {
        "peserta": {"nama": "Aisyah Putri", "tanggal_lahir": "2026-03-02"},
        "ibu": {"nik": "6471014503950001", "nama": "Siti Aminah"},
    }
    insured = draft(siti, "rekomendasi-pbi-jk", answers, ("ktp_ibu",))
    card = io.BytesIO()
    Image.new("RGB", (61, 43), (uuid4().int % 256, 7, 9)).save(card, "PNG")
    handed = siti.post(
        f"applications/{insured}/files/",
        data={"requirement": "kk"},
        files={"file": ("kk.png", card.getvalue(), "image/png")},
    )
    number = submit(siti, insured).json()["number"]
    id = draft(siti, "akta-kelahiran", BIRTH, ("surat_lahir", "buku_nikah"))

    offers = siti.get(f"applications/{id}/files/offers/").json()["offers"]

    (offer,) = [each for each in offers if each["source"]["number"] == number]
    assert (offer["requirement"], offer["source"]["agency"]["code"]) == ("kartu_keluarga", "DINSOS")
    assert (offer["age_days"], offer["status"], offer["file"]["sha256"]) == (0, "submitted", handed.json()["sha256"])
    yes = {"requirement": "kartu_keluarga", "file": offer["file"]["id"], "sha256": offer["file"]["sha256"]}
    etag = siti.get(f"applications/{id}/").headers["ETag"]
    taken = siti.post(f"applications/{id}/files/offers/", json={"take": [yes]}, headers={"If-Match": etag})
    assert taken.status_code == 200, taken.text
    assert submit(siti, id).status_code == 200
    line = siti.get(f"applications/{insured}/access-log/").json()["results"][0]
    assert (line["what"], line["application"]) == ("reused_file", insured)
    rina = staff(stack, "petugas.dukcapil")
    seen = rina.get(f"office/applications/{id}/").json()
    assert [(each["requirement"], each["source"]["number"]) for each in seen["reused_files"]] == [
        ("kartu_keluarga", number)
    ]
    (file,) = [each for each in seen["files"] if each["requirement"] == "kartu_keluarga"]
    assert rina.get(f"office/applications/{id}/files/{file['id']}/").status_code == 200
    assert rina.get(f"office/applications/{insured}/").status_code == 404
