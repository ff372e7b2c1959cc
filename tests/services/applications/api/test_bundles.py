"""A life event opens applications at several agencies: asked once, handed in together, each on its own afterwards."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from services.applications.models import Application, Event, LifeBundle
from services.catalogue.models import Service
from services.documents.models import StoredFile
from services.events.operations import drain
from services.notifications.models import Notice
from tests.problems import fields, problem
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_on_behalf import acting_by, child_of
from tests.services.applications.api.test_submit import URL
from tests.services.applications.factory import resident
from tests.services.documents.crafted import png
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
BUNDLES = "/api/v1/bundles/"
ALL = ["akta-kelahiran", "kartu-identitas-anak", "rekomendasi-pbi-jk", "kunjungan-bayi"]
ONCE = {
    "nama_anak": "Nur Aisyah",
    "tanggal_lahir": "2026-03-02",
    "nik_ibu": "6471014503950001",
    "nama_ibu": "Siti Aminah",
    "telepon_ibu": "081234567890",
}
OWN: dict[str, Any] = {
    "akta-kelahiran": {
        "anak": {
            "jenis_kelamin": "P", "tempat_lahir": "Balikpapan", "jam_lahir": "04:30", "tempat_dilahirkan": "rs",
            "jenis_kelahiran": "tunggal", "anak_ke": 1,
        },
        "orang_tua": {"kawin_tercatat": True, "tanggal_kawin": "2024-06-15"},
        "ayah": {"nik": "6471010107930002", "nama": "Ahmad Fauzi"},
    },
    "kunjungan-bayi": {"rumah": {"alamat": "Jalan Sudirman 1"}},
}  # fmt: skip


@pytest.fixture(autouse=True)
def city() -> None:
    call_command("load_city")
    call_command("sync_catalogue")


@pytest.fixture
def siti() -> Client:
    return signed_in(resident(), "applications", "notifications")


def opened(app: Client, **more: Any) -> Any:
    body = {"id": str(uuid4()), "life_event": "kelahiran"} | more
    answer = app.post(BUNDLES, body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    return answer.json()


def answer(app: Client, id: str, **answers: Any) -> Any:
    return app.patch(f"{BUNDLES}{id}/", {"answers": answers}, content_type="application/json")


def attach(app: Client, id: str, document: str) -> Any:
    return app.post(f"{BUNDLES}{id}/files/", {"document": document, "file": SimpleUploadedFile("a.png", png())})


def submit(app: Client, id: str) -> Any:
    done = app.post(f"{BUNDLES}{id}/submit/", {}, content_type="application/json")
    assert done.status_code == 200, done.content
    return done.json()


def ids(bundle: Any) -> dict[str, str]:
    return {each["service"]["slug"]: each["id"] for each in bundle["applications"]}


def states(bundle: Any) -> dict[str, str]:
    return {each["service"]["slug"]: each["state"] for each in bundle["applications"]}


def fill_in(app: Client, bundle: Any, *, home: bool = True) -> None:
    """Answer once, then what each service asks besides, and hand in the documents."""
    id = bundle["id"]
    assert answer(app, id, **ONCE).status_code == 200
    for slug, answers in OWN.items():
        if home or slug != "kunjungan-bayi":
            saved = app.patch(
                f"{URL}{ids(bundle)[slug]}/",
                {"answers": answers},
                content_type="application/json",
                headers={"If-Match": "*"},
            )
            assert saved.status_code == 200, saved.content
    for document in ("kartu_keluarga", "surat_lahir"):
        assert attach(app, id, document).status_code == 200
    for slug, requirement in (("akta-kelahiran", "buku_nikah"), ("rekomendasi-pbi-jk", "ktp_ibu")):
        file = SimpleUploadedFile("a.png", png())
        assert (
            app.post(f"{URL}{ids(bundle)[slug]}/files/", {"requirement": requirement, "file": file}).status_code == 201
        )


def test_anybody_sees_what_a_birth_opens_and_asks_once(client: Client) -> None:
    listed = client.get("/api/v1/life-events/").json()["results"]
    birth = client.get("/api/v1/life-events/kelahiran/", headers={"Accept-Language": "en"}).json()

    assert [each["life_event"] for each in listed] == ["kelahiran", "kematian", "pindah", "usaha"]
    assert [each["service"]["slug"] for each in birth["services"]] == ALL
    assert {each["agency"]["code"] for each in birth["services"]} == {"DISDUKCAPIL", "DINSOS", "DINKES"}
    assert birth["services"][1]["after"] == "akta-kelahiran"
    assert [each["id"] for each in birth["questions"]] == list(ONCE)
    assert (birth["questions"][0]["label"], birth["questions"][0]["services"]) == ("Full name of the child", ALL)
    assert birth["questions"][2]["schema"]["format"] == "nik"
    assert problem(client.get("/api/v1/life-events/lain/")) == (404, "not_found")


def test_what_is_answered_once_stands_in_every_draft(siti: Client) -> None:
    bundle = opened(siti)

    answered = answer(siti, bundle["id"], **ONCE)

    assert answered.json()["answers"] == ONCE
    stand = {each.service.slug: each.answers for each in Application.objects.select_related("service")}
    assert stand["akta-kelahiran"]["anak"]["nama"] == stand["kunjungan-bayi"]["bayi"]["nama"] == "Nur Aisyah"
    assert stand["rekomendasi-pbi-jk"]["ibu"] == {"nik": ONCE["nik_ibu"], "nama": ONCE["nama_ibu"]}
    assert stand["kunjungan-bayi"]["rumah"]["telepon"] == ONCE["telepon_ibu"]
    answer(siti, bundle["id"], telepon_ibu=None)
    assert "rumah" not in Application.objects.get(service__slug="kunjungan-bayi").answers.get("rumah", {})
    assert "telepon_ibu" not in LifeBundle.objects.get().answers


def test_a_document_is_handed_in_once_and_kept_once(siti: Client) -> None:
    bundle = opened(siti)

    handed = attach(siti, bundle["id"], "kartu_keluarga")

    assert handed.status_code == 200, handed.content
    assert StoredFile.objects.count() == 1
    taken = {
        slug: [each["requirement"] for each in siti.get(f"{URL}{id}/").json()["files"]]
        for slug, id in ids(bundle).items()
    }
    assert taken == {
        "akta-kelahiran": ["kartu_keluarga"],
        "kartu-identitas-anak": ["kartu_keluarga"],
        "rekomendasi-pbi-jk": ["kk"],
        "kunjungan-bayi": [],
    }
    siti.delete(f"{URL}{ids(bundle)['akta-kelahiran']}/", headers={"If-Match": "*"})
    assert StoredFile.objects.count() == 1  # the others hold it still
    assert attach(siti, bundle["id"], "kartu_keluarga").status_code == 200
    assert StoredFile.objects.count() == 1  # the new one; nothing holds the old one any more
    for slug in ("kartu-identitas-anak", "rekomendasi-pbi-jk"):
        siti.delete(f"{URL}{ids(bundle)[slug]}/", headers={"If-Match": "*"})
    assert StoredFile.objects.count() == 0


def test_each_fault_is_told_under_its_service_and_the_rest_goes_on(siti: Client) -> None:
    bundle = opened(siti)
    fill_in(siti, bundle, home=False)

    partly = submit(siti, bundle["id"])

    assert states(partly) == {
        "akta-kelahiran": "submitted",
        "kartu-identitas-anak": "draft",
        "rekomendasi-pbi-jk": "submitted",
        "kunjungan-bayi": "draft",
    }
    (refused,) = partly["refused"]
    assert (refused["service"], refused["code"]) == ("kunjungan-bayi", "invalid_application")
    assert [each["pointer"] for each in refused["errors"]] == ["/answers/rumah/alamat"]
    siti.patch(
        f"{URL}{ids(bundle)['kunjungan-bayi']}/",
        {"answers": OWN["kunjungan-bayi"]},
        content_type="application/json",
        headers={"If-Match": "*"},
    )
    rest = submit(siti, bundle["id"])
    assert (rest["refused"], states(rest)["kunjungan-bayi"]) == ([], "submitted")
    assert Event.objects.filter(type="submitted").count() == 3
    assert submit(siti, bundle["id"])["refused"] == []
    assert Event.objects.filter(type="submitted").count() == 3


def test_what_waits_is_handed_in_when_the_outcome_is_there(siti: Client) -> None:
    bundle = opened(siti)
    fill_in(siti, bundle)
    waiting = submit(siti, bundle["id"])["applications"][1]["waits_for"]
    assert (waiting["service"], waiting["in_vain"]) == ("akta-kelahiran", False)
    rina = officer()
    take(rina, ids(bundle)["akta-kelahiran"], "start_review")
    take(rina, ids(bundle)["akta-kelahiran"], "grant")

    while drain(now=timezone.now()):
        pass

    card = siti.get(f"{URL}{ids(bundle)['kartu-identitas-anak']}/").json()
    certificate = siti.get(f"{URL}{ids(bundle)['akta-kelahiran']}/").json()
    assert card["state"] == "submitted"
    assert card["answers"]["anak"]["nomor_akta"] == certificate["document"]["number"]
    lines = siti.get(f"{BUNDLES}{bundle['id']}/timeline/").json()["results"]
    told = [(each["service"]["slug"], each["type"]) for each in lines]
    assert told[-1] == ("kartu-identitas-anak", "submitted")
    assert told.index(("akta-kelahiran", "document_issued")) < len(told) - 1
    assert [each["at"] for each in lines] == sorted(each["at"] for each in lines)


def test_what_cannot_be_handed_in_then_is_left_to_the_applicant_who_is_told(siti: Client) -> None:
    bundle = opened(siti)
    fill_in(siti, bundle)
    submit(siti, bundle["id"])
    card = ids(bundle)["kartu-identitas-anak"]
    (file,) = siti.get(f"{URL}{card}/").json()["files"]
    siti.delete(f"{URL}{card}/files/{file['id']}/")
    rina = officer()
    take(rina, ids(bundle)["akta-kelahiran"], "start_review")
    take(rina, ids(bundle)["akta-kelahiran"], "grant")

    while drain(now=timezone.now()):
        pass

    assert siti.get(f"{URL}{card}/").json()["state"] == "draft"
    assert Notice.objects.filter(kind="bundle.can_go_on").count() == 1
    attach(siti, bundle["id"], "kartu_keluarga")
    assert states(submit(siti, bundle["id"]))["kartu-identitas-anak"] == "submitted"


def test_when_the_first_is_refused_the_other_is_told_to_wait_in_vain(siti: Client) -> None:
    bundle = opened(siti)
    fill_in(siti, bundle)
    submit(siti, bundle["id"])
    siti.post(f"{URL}{ids(bundle)['akta-kelahiran']}/withdraw/", {}, content_type="application/json")

    waiting = submit(siti, bundle["id"])["applications"][1]

    assert (waiting["state"], waiting["waits_for"]["in_vain"]) == ("draft", True)


def test_begun_twice_it_is_one_and_nobody_elses(siti: Client) -> None:
    id = str(uuid4())
    first = opened(siti, id=id)
    again = siti.post(BUNDLES, {"id": id, "life_event": "kelahiran"}, content_type="application/json")
    budi = signed_in(resident("budi@example.org"), "applications")

    assert (again.status_code, ids(again.json())) == (200, ids(first))
    assert Application.objects.count() == 4
    taken = budi.post(BUNDLES, {"id": id, "life_event": "kelahiran"}, content_type="application/json")
    assert problem(taken) == (409, "id_taken")
    for call in (
        budi.get(f"{BUNDLES}{id}/"), answer(budi, id, nama_anak="x"), attach(budi, id, "kartu_keluarga"),
        budi.post(f"{BUNDLES}{id}/submit/"), budi.get(f"{BUNDLES}{id}/timeline/"),
    ):  # fmt: skip
        assert problem(call) == (404, "not_found")


def test_what_is_sent_wrongly_is_named(siti: Client) -> None:
    bundle = opened(siti, services=["akta-kelahiran", "kunjungan-bayi"])
    id = bundle["id"]

    assert list(ids(bundle)) == ["akta-kelahiran", "kunjungan-bayi"]
    assert fields(answer(siti, id, lain=1)) == {"/answers/lain": "unknown_field"}
    assert fields(answer(siti, id, nama_anak=7)) == {"/answers/nama_anak": "type"}
    assert Application.objects.filter(answers={}).count() == 2
    assert fields(attach(siti, id, "lain")) == {"/document": "unknown_document"}
    wrong = {"id": str(uuid4()), "life_event": "kelahiran", "services": ["ktp-el"]}
    assert fields(siti.post(BUNDLES, wrong, content_type="application/json")) == {"/services/0": "unknown_service"}
    misspelt = {"id": str(uuid4()), "life_event": "kelahiran", "service": ["kunjungan-bayi"]}
    assert fields(siti.post(BUNDLES, misspelt, content_type="application/json")) == {"/service": "unknown"}
    assert LifeBundle.objects.count() == 1
    none = {"id": str(uuid4()), "life_event": "lain"}
    assert fields(siti.post(BUNDLES, none, content_type="application/json")) == {"/life_event": "unknown_life_event"}
    Service.objects.filter(life_events__contains=["usaha"]).update(is_open=False)
    empty = {"id": str(uuid4()), "life_event": "usaha"}
    assert problem(siti.post(BUNDLES, empty, content_type="application/json")) == (409, "nothing_to_open")


def test_who_acts_by_a_mandate_has_what_it_reaches_and_goes_on_themselves() -> None:
    mother = resident()
    mandate = child_of(mother)
    acting = acting_by(mandate)
    bundle = opened(acting)
    fill_in(acting, bundle)
    submit(acting, bundle["id"])

    assert {each.actor_id for each in Event.objects.filter(type="submitted")} == {mother.id}
    assert all(each.data["on_behalf_of"]["kind"] == "child" for each in Event.objects.filter(type="submitted"))
    rina = officer()
    take(rina, ids(bundle)["akta-kelahiran"], "start_review")
    take(rina, ids(bundle)["akta-kelahiran"], "grant")
    while drain(now=timezone.now()):
        pass
    assert states(acting.get(f"{BUNDLES}{bundle['id']}/").json())["kartu-identitas-anak"] == "draft"
    told = Notice.objects.filter(kind="bundle.can_go_on").values_list("recipient_id", flat=True)
    assert set(told) == {mother.id, mandate.principal_id}  # nobody else would do it
    assert states(submit(acting, bundle["id"]))["kartu-identitas-anak"] == "submitted"
    assert Event.objects.filter(type="submitted").order_by("-at")[0].actor_id == mother.id
    type(mandate).objects.update(services=["kunjungan-bayi"])
    assert list(ids(acting.get(f"{BUNDLES}{bundle['id']}/").json())) == ["kunjungan-bayi"]


def test_a_service_that_is_closed_keeps_no_other_back(siti: Client) -> None:
    Service.objects.filter(slug="kunjungan-bayi").update(is_open=False)

    assert list(ids(opened(siti))) == ALL[:3]
