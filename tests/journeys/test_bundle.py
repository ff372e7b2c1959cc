"""A birth, a death, a move, a new business: one start at several agencies, asked once, one timeline."""

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


def test_a_death_of_which_one_agency_refuses_its_part_and_the_others_go_on(stack: Stack) -> None:
    siti, rina, sosial = resident(stack), staff(stack, "petugas.dukcapil"), staff(stack, "petugas.dinsos")
    id, ids = _begun(siti, "kematian")
    _answered(
        siti,
        id,
        nik_almarhum="6471010101450003",
        nama_almarhum="Rusli",
        tanggal_meninggal="2026-03-02",
        nik_pelapor="6471014503950001",
        nama_pelapor="Siti Aminah",
    )
    _own(siti, ids["akta-kematian"], {"almarhum": {"tempat_meninggal": "rumah"}})
    _handed(siti, id, "kartu_keluarga", "surat_kematian")

    assert siti.post(f"bundles/{id}/submit/").json()["refused"] == []

    assert _states(siti, id) == {
        "akta-kematian": "submitted",
        "perubahan-kartu-keluarga": "draft",  # waits for the certificate's number
        "pemutakhiran-dtsen": "submitted",
    }
    for officer, slug, action, reason in (
        (sosial, "pemutakhiran-dtsen", "start_review", ""),
        (sosial, "pemutakhiran-dtsen", "reject", "Bukan keluarga penerima bantuan."),
        (rina, "akta-kematian", "start_review", ""),
        (rina, "akta-kematian", "grant", ""),
    ):
        assert take(officer, ids[slug], action, reason).status_code == 200
    eventually(lambda: _states(siti, id)["perubahan-kartu-keluarga"] == "submitted")
    certificate = siti.get(f"applications/{ids['akta-kematian']}/").json()["document"]
    card = siti.get(f"applications/{ids['perubahan-kartu-keluarga']}/").json()
    assert card["answers"]["almarhum"]["nomor_akta"] == certificate["number"]
    assert card["due_on"] is not None
    ends = {each["service"]["slug"]: each["end"] for each in siti.get(f"bundles/{id}/").json()["applications"]}
    assert ends == {"akta-kematian": "granted", "perubahan-kartu-keluarga": None, "pemutakhiran-dtsen": "rejected"}
    told = _told(siti, id)
    assert told.index(("pemutakhiran-dtsen", "rejected")) < told.index(("perubahan-kartu-keluarga", "submitted"))


def test_a_move_gives_the_identity_card_once_the_family_card_is_new(stack: Stack) -> None:
    siti, rina = resident(stack), staff(stack, "petugas.dukcapil")
    id, ids = _begun(siti, "pindah")
    _answered(
        siti,
        id,
        nik="6471014503950001",
        nama="Siti Aminah",
        alamat="Jalan Mulawarman 7",
        kelurahan="64.71.05.1003",
        tanggal_pindah="2026-03-02",
    )
    _own(siti, ids["ktp-el"], {"pemohon": {"tanggal_lahir": "1995-03-05"}})
    _handed(siti, id, "kartu_keluarga", "bukti_alamat")
    assert siti.post(f"bundles/{id}/submit/").json()["refused"] == []
    assert _states(siti, id)["ktp-el"] == "draft"

    take(rina, ids["perubahan-kartu-keluarga"], "start_review")
    take(rina, ids["perubahan-kartu-keluarga"], "grant")

    eventually(lambda: _states(siti, id)["ktp-el"] == "submitted")
    assert _told(siti, id)[-1] == ("ktp-el", "submitted")
    assert siti.get("bundles/").json()["results"][0]["id"] == id


def test_a_new_business_asks_two_agencies_at_once(stack: Stack) -> None:
    siti = resident(stack)
    id, ids = _begun(siti, "usaha")
    _answered(siti, id, nama="Siti Aminah", telepon="081234567890", nib="1234567890123", kelurahan="64.71.05.1003")
    _own(
        siti,
        ids["laik-higiene-sanitasi"],
        {"usaha": {"nama": "Warung Siti", "jenis": "rumah_makan", "alamat": "Jalan Sudirman 1"}},
    )
    billboard = {"jenis": "kain", "letak": "tiang", "lebar_m": 2, "tinggi_m": 1, "bulan": 6, "teks": "Warung Siti"}
    _own(siti, ids["izin-reklame"], {"pemohon": {"jenis": "badan"}, "reklame": billboard})
    _handed(siti, id, "foto_tempat")
    for slug, requirement in (
        ("laik-higiene-sanitasi", "hasil_uji"),
        ("laik-higiene-sanitasi", "pelatihan_penjamah"),
        ("izin-reklame", "desain"),
    ):
        file = {"file": ("c.png", photo())}
        siti.post(f"applications/{ids[slug]}/files/", data={"requirement": requirement}, files=file)

    assert siti.post(f"bundles/{id}/submit/").json()["refused"] == []

    assert set(_states(siti, id).values()) == {"submitted"}
    assert siti.get(f"applications/{ids['izin-reklame']}/").json()["answers"]["pemohon"]["nib"] == "1234567890123"
    assert _told(siti, id) == [("izin-reklame", "submitted"), ("laik-higiene-sanitasi", "submitted")]


def _begun(siti: Any, event: str) -> tuple[str, dict[str, str]]:
    id = str(uuid4())
    begun = siti.post("bundles/", json={"id": id, "life_event": event})
    assert begun.status_code == 201, begun.text
    assert begun.json()["refused"] == []
    return id, {each["service"]["slug"]: each["id"] for each in begun.json()["applications"]}


def _answered(siti: Any, id: str, **answers: str) -> None:
    saved = siti.call("PATCH", f"bundles/{id}/", json={"answers": answers})
    assert saved.status_code == 200, saved.text


def _own(siti: Any, application: str, answers: dict[str, Any]) -> None:
    saved = siti.call("PATCH", f"applications/{application}/", json={"answers": answers}, headers={"If-Match": "*"})
    assert saved.status_code == 200, saved.text


def _handed(siti: Any, id: str, *documents: str) -> None:
    for each in documents:
        handed = siti.post(f"bundles/{id}/files/", data={"document": each}, files={"file": ("a.png", photo())})
        assert handed.status_code == 200, handed.text


def _states(siti: Any, id: str) -> dict[str, str]:
    lines = siti.get(f"bundles/{id}/").json()["applications"]
    return {each["service"]["slug"]: each["state"] for each in lines}


def _told(siti: Any, id: str) -> list[tuple[str, str]]:
    lines = siti.get(f"bundles/{id}/timeline/").json()["results"]
    return [(each["service"]["slug"], each["type"] if each["type"] == "submitted" else each["state"]) for each in lines]


def _state(siti: Any, id: str, slug: str) -> str:
    lines = siti.get(f"bundles/{id}/").json()["applications"]
    return str(next(each["state"] for each in lines if each["service"]["slug"] == slug))
