"""Every life event holds against the catalogue: its services are there, and what it asks once fits all of them."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from services.applications.life_events import LifeEvent, Part, Shared, faults_of, life_events
from services.applications.models import Application
from services.catalogue.models import Service
from services.catalogue.versions import version_of
from tests.services.applications.api.test_bundles import answer, attach, fill_in, ids, opened, states, submit
from tests.services.applications.api.test_file_offers import offers
from tests.services.applications.api.test_file_offers import take as take_offers
from tests.services.applications.api.test_submit import URL
from tests.services.applications.factory import resident
from tests.services.documents.crafted import png
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
KEYS = ["kelahiran", "kematian", "pindah", "usaha"]
GROUNDS: dict[str, Any] = {"reason": {"id": "Sebab.", "en": "Because."}, "basis": "UU 1/2026 Pasal 1"}
WHY = {"id": "Menunggu.", "en": "It waits."}
BUSINESS = {"nama": "Siti Aminah", "telepon": "081234567890", "nib": "1234567890123", "kelurahan": "64.71.05.1003"}


@pytest.fixture(autouse=True)
def city() -> None:
    call_command("load_city", verbosity=0)
    call_command("sync_catalogue", verbosity=0)


def definitions() -> dict[str, Any]:
    return {each.slug: version_of(each.current_id).definition for each in Service.objects.exclude(current=None)}  # type: ignore[arg-type]


@pytest.mark.parametrize("key", KEYS)
def test_a_life_event_fits_the_services_that_it_names(key: str) -> None:
    assert list(faults_of(life_events()[key], definitions())) == []


@pytest.mark.parametrize("key", KEYS)
def test_it_opens_what_it_names_at_several_agencies_and_each_step_says_why_and_by_which_law(
    client: Client, key: str
) -> None:
    event = life_events()[key]

    told = client.get(f"/api/v1/life-events/{key}/", headers={"Accept-Language": "en"}).json()

    assert [each["service"]["slug"] for each in told["services"]] == [each.service for each in event.parts]
    assert len({each["agency"]["code"] for each in told["services"]}) >= 2
    assert [each["basis"] for each in told["services"]] == [each.basis for each in event.parts]
    assert [each["reason"] for each in told["services"]] == [each.reason["en"] for each in event.parts]
    assert [bool(each["why"]) for each in told["services"]] == [bool(each.after) for each in event.parts]
    assert all(len(each["services"]) > 1 for each in told["questions"] + told["documents"])
    assert told["documents"]


def test_what_does_not_fit_is_named() -> None:
    event = LifeEvent(
        "kelahiran", {}, {},
        (
            Part("kartu-identitas-anak", "akta-kelahiran", {"/anak/lain": "document.age"}, WHY, **GROUNDS),
            Part("akta-kelahiran", "", {}, {}, sets={"/anak/jenis_kelamin": "X", "/anak/lain": 1}),
            Part("ktp-el", "kunjungan-bayi", {}, {}, **GROUNDS),
            Part("tidak-ada", "", {}, {}, **GROUNDS),
        ),
        (
            Shared("q", {}, {"akta-kelahiran": "/anak/nama", "kunjungan-bayi": "/bayi/tanggal_lahir"}),
            Shared("r", {}, {"akta-kelahiran": "/anak/nama", "ktp-el": "/permohonan/alasan"}),
        ),
        (
            Shared("d", {}, {"akta-kelahiran": "paspor"}),
            Shared("e", {}, {"akta-kelahiran": "surat_lahir", "ktp-el": "foto_ktp_rusak"}),
        ),
    )  # fmt: skip

    assert list(faults_of(event, definitions())) == [
        "kartu-identitas-anak: akta-kelahiran does not stand before it",
        "kartu-identitas-anak/anak/lain: nothing gives document.age",
        "kartu-identitas-anak/anak/lain: the form has no such field",
        "akta-kelahiran: neither its reason nor its basis may be left out",
        "akta-kelahiran/anak/lain: the form has no such field",
        "akta-kelahiran/anak/jenis_kelamin: X is none of its choices",
        "ktp-el: its life_events do not name kelahiran",
        "ktp-el: kunjungan-bayi does not stand before it",
        "ktp-el: kunjungan-bayi has no outcome to wait for",
        "ktp-el: it does not say why it waits",
        "tidak-ada: there is no such service",
        "question q: its fields are of different kinds",
        "question r: its fields are of different kinds",
        "document d: akta-kelahiran asks for no paspor",
        "document e: its services take different kinds of files",
    ]


def test_what_the_event_itself_says_is_not_asked() -> None:
    bundle = opened(signed_in(resident(assurance="verified"), "applications"), life_event="pindah")

    stand = {each.service.slug: each.answers for each in Application.objects.select_related("service")}
    assert stand == {
        "perubahan-kartu-keluarga": {"perubahan": {"alasan": "pindah"}},
        "pemutakhiran-dtsen": {"perubahan": {"jenis": "pindah"}},
        "ktp-el": {"permohonan": {"alasan": "perubahan", "yang_berubah": "Alamat"}},
    }
    lacking = {each["service"]["slug"]: {one["pointer"] for one in each["problems"]} for each in bundle["applications"]}
    assert "/answers/perubahan/alasan" not in lacking["perubahan-kartu-keluarga"]


def test_what_was_answered_before_its_field_showed_is_not_asked_again() -> None:
    siti = signed_in(resident(assurance="verified"), "applications")
    bundle = opened(siti, life_event="usaha")
    permit = ids(bundle)["izin-reklame"]
    assert answer(siti, bundle["id"], **BUSINESS).status_code == 200
    assert "nib" not in Application.objects.get(id=permit).answers["pemohon"]  # nobody is a company yet

    siti.patch(
        f"{URL}{permit}/",
        {
            "answers": {
                "pemohon": {"jenis": "badan"},
                "reklame": {
                    "jenis": "kain", "letak": "tiang", "lebar_m": 1, "tinggi_m": 1, "bulan": 1, "teks": "Warung Siti",
                },
            }
        },
        content_type="application/json",
        headers={"If-Match": "*"},
    )  # fmt: skip

    attach(siti, bundle["id"], "foto_tempat")
    lines = siti.get(f"/api/v1/bundles/{bundle['id']}/").json()["applications"]
    assert [each["pointer"] for each in lines[1]["problems"]] == ["/files/desain"]
    _attach_own(siti, permit, "desain")
    assert states(submit(siti, bundle["id"]))["izin-reklame"] == "submitted"
    assert Application.objects.get(id=permit).answers["pemohon"]["nib"] == BUSINESS["nib"]


def _attach_own(app: Client, application: str, requirement: str) -> None:
    file = SimpleUploadedFile("a.png", png())
    sent = app.post(f"{URL}{application}/files/", {"requirement": requirement, "file": file})
    assert sent.status_code == 201, sent.content


@pytest.mark.parametrize(
    ("key", "taken"),
    [
        (
            "kematian",
            {
                "akta-kematian": ["kartu_keluarga", "surat_kematian"],
                "perubahan-kartu-keluarga": ["kartu_keluarga"],
                "pemutakhiran-dtsen": ["bukti", "kk"],
            },
        ),
        (
            "pindah",
            {
                "perubahan-kartu-keluarga": ["bukti_alamat", "kartu_keluarga"],
                "pemutakhiran-dtsen": ["bukti", "kk"],
                "ktp-el": ["bukti_perubahan", "kartu_keluarga"],
            },
        ),
        ("usaha", {"laik-higiene-sanitasi": ["foto_tempat"], "izin-reklame": ["foto_lokasi"]}),
    ],
)
def test_each_document_is_handed_in_once_for_all_that_ask_for_it(key: str, taken: dict[str, list[str]]) -> None:
    siti = signed_in(resident(assurance="verified"), "applications")
    bundle = opened(siti, life_event=key)

    for each in life_events()[key].documents:
        assert attach(siti, bundle["id"], each.id).status_code == 200

    found = {
        slug: sorted(each["requirement"] for each in siti.get(f"{URL}{id}/").json()["files"])
        for slug, id in ids(bundle).items()
    }
    assert found == taken
    lines = siti.get(f"/api/v1/bundles/{bundle['id']}/").json()["applications"]
    asked_still = {one["pointer"] for each in lines for one in each["problems"] if one["pointer"].startswith("/files/")}
    own = {"/files/hasil_uji", "/files/pelatihan_penjamah", "/files/desain"} if key == "usaha" else set()
    assert asked_still == own


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("kematian", {"akta-kematian": ["kartu_keluarga"], "pemutakhiran-dtsen": ["kk"]}),
        ("pindah", {"pemutakhiran-dtsen": ["kk"], "ktp-el": ["kartu_keluarga"]}),
    ],
)
def test_a_family_card_given_for_a_birth_is_taken_over_wherever_the_one_that_holds_is_asked(
    key: str, asked: dict[str, list[str]]
) -> None:
    siti = signed_in(resident(assurance="verified"), "applications")
    birth = opened(siti)
    fill_in(siti, birth)
    assert states(submit(siti, birth["id"]))["akta-kelahiran"] == "submitted"
    parts = ids(opened(siti, life_event=key))

    found = {slug: offers(siti, id) for slug, id in parts.items()}

    # The change of the card asks for the one that it replaces: which that is nobody but its owner knows.
    assert {slug: [each["requirement"] for each in some] for slug, some in found.items() if some} == asked
    for slug, (offer,) in ((slug, found[slug]) for slug in asked):
        taken = take_offers(siti, parts[slug], offer)
        assert taken.status_code == 200, taken.content
        read = siti.get(f"{URL}{parts[slug]}/").json()
        assert [each["requirement"] for each in read["files"]] == asked[slug]
        assert [each["document_type"] for each in read["reused_files"]] == ["kartu_keluarga"]
