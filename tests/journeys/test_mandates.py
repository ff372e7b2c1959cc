"""A company's director and staff, and two who act for one child: begun by one, gone on with by the other, ended."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.journeys.people import Person
from tests.journeys.stack import Stack
from tests.journeys.test_family import FILES, OnBehalf, ask, at_home, swap, told
from tests.journeys.test_objection import objection_to
from tests.journeys.test_spine import BIRTH, draft, eventually, staff, submit, take

pytestmark = pytest.mark.xdist_group("stack")
COMPANY = "PT Beriman Jaya"  # in the simulated register, with Siti's NIK as a director's
BOARD: dict[str, Any] = {
    "pemohon": {"jenis": "badan", "nama": COMPANY, "telepon": "081200000000", "nib": "0220001234567"},
    "reklame": {
        "jenis": "papan", "letak": "tiang", "lebar_m": 2.5, "tinggi_m": 3, "bulan": 6, "kelurahan": "64.71.05.1002",
        "teks": COMPANY,
    },
}  # fmt: skip


def who_did(person: Person, id: str) -> list[tuple[str, str]]:
    """Return who did what for whom, as this person reads it in the timeline."""
    lines = person.get(f"applications/{id}/timeline/").json()["results"]
    return [(each["type"], each["on_behalf"]["text"]) for each in lines if each["on_behalf"]]


def out_of_reach(person: Person, id: str, status: int) -> None:
    for method, path, body in (
        ("GET", "", None),
        ("GET", "objections/", None),
        ("POST", "objections/", {}),
        ("POST", "withdraw/", {}),
        ("POST", "messages/", {"text": "Kapan selesai?"}),
    ):
        key = {"Idempotency-Key": str(uuid4())}
        assert person.call(method, f"applications/{id}/{path}", json=body, headers=key).status_code == status


def test_a_companys_staff_object_to_what_its_director_applied_for_until_the_director_leaves(stack: Stack) -> None:
    siti, sumarni, budi = (at_home(stack, who) for who in ("warga", "ibu.warga", "warga2"))
    hendra, maya = staff(stack, "petugas.dpmptsp"), staff(stack, "penyetuju.dpmptsp")
    directs = ask(siti, "me/companies/", name="PT Apa Saja", nib="0220001234567")
    assert (directs["state"], directs["evidence"], directs["principal"]["name"]) == ("active", "nib", COMPANY)
    until = str(timezone.localdate() + timedelta(days=30))
    address = "ibu.warga@demo.balikpapan.example"
    offered = ask(
        siti, "me/mandates/", agent=address, services=["perizinan"], expires_on=until, delegated_from=directs["id"]
    )
    ask(sumarni, f"me/mandates/{offered['id']}/accept/")
    director, officer = OnBehalf(siti, swap(siti, directs["id"])), OnBehalf(sumarni, swap(sumarni, offered["id"]))

    # The director begins it, the staff hand it in; a birth is no matter of a company's.
    id = draft(director, "izin-reklame", BOARD, ("foto_lokasi", "desain"))
    submitted = submit(officer, id)
    assert submitted.status_code == 200, submitted.text
    for acting in (director, officer):
        refused = acting.post("applications/", json={"id": str(uuid4()), "service": "akta-kelahiran"})
        assert (refused.status_code, refused.json()["code"]) == (403, "not_on_behalf")
    for stranger in (siti, sumarni, budi):  # nor as themselves: it is the company's
        out_of_reach(stranger, id, 404)

    # It is refused; the staff object, and the objection is refused, too; the director appeals and takes it back.
    take(hendra, id, "start_review")
    take(hendra, id, "recommend")
    assert take(maya, id, "refuse", "Titik lokasi di taman kota.").json()["end"] == "rejected"
    objection = objection_to(officer, id)
    assert director.get(f"applications/{id}/objections/").json()["results"][0]["id"] == objection
    back = director.post(f"applications/{objection}/withdraw/", json={})
    assert back.json()["end"] == "withdrawn", back.text
    again = objection_to(director, id)
    by_staff, by_director = f"Sumarni untuk {COMPANY}", f"Siti Aminah untuk {COMPANY}"
    assert who_did(director, id) == [
        ("submitted", by_staff),
        ("objection_filed", by_staff),
        ("objection_filed", by_director),
    ]
    assert who_did(officer, objection) == [("submitted", by_staff), ("withdrawn", by_director)]
    for person in (siti, sumarni):  # both are told of what either did
        assert told(person, "Izin Penyelenggaraan Reklame: keberatan diterima", submitted.json()["number"])

    ask(siti, f"me/mandates/{directs['id']}/end/")

    for acting in (director, officer):  # with the director's, what came from it
        out_of_reach(acting, again, 401)
    assert swap(sumarni, offered["id"]).json()["error"] == "invalid_request"
    assert stack.manage("verify_history").returncode == 0


def test_a_guardian_and_a_father_act_for_one_child_and_one_goes_on_when_the_other_ends(stack: Stack) -> None:
    sumarni, hendra, rina = (
        at_home(stack, "ibu.warga"),
        at_home(stack, "petugas.dpmptsp"),
        staff(stack, "petugas.dukcapil"),
    )
    nik = f"647101540319{uuid4().int % 10_000:04}"
    child = {"nik": nik, "full_name": "Laras Ayu", "birth_date": "2019-03-14"}
    asked = [ask(sumarni, "me/dependants/", **child, guardian=True), ask(hendra, "me/dependants/", **child)]
    assert [(each["kind"], each["awaiting"]) for each in asked] == [("guardian", "officer"), ("child", "officer")]
    for each in asked:
        assert ask(rina, f"office/mandates/{each['id']}/confirm/", number=nik)["state"] == "active"
    guardian, father = (
        OnBehalf(person, swap(person, each["id"])) for person, each in zip((sumarni, hendra), asked, strict=True)
    )
    id = draft(guardian, "akta-kelahiran", BIRTH, FILES)

    assert submit(father, id).status_code == 200
    take(rina, id, "start_review")
    assert take(rina, id, "reject", "Surat lahir tidak terbaca.").json()["end"] == "rejected"
    objection = objection_to(guardian, id)
    ask(sumarni, f"me/mandates/{asked[0]['id']}/end/")

    out_of_reach(guardian, objection, 401)
    assert [each["type"] for each in father.get(f"applications/{objection}/timeline/").json()["results"]] == [
        "submitted"
    ]
    back = father.post(f"applications/{objection}/withdraw/", json={"reason": "Kami ajukan lagi."})
    assert back.json()["end"] == "withdrawn", back.text
    assert who_did(father, objection) == [
        ("submitted", "Sumarni untuk Laras Ayu"),
        ("withdrawn", "Hendra Wijaya untuk Laras Ayu"),
    ]
    assert eventually(lambda: father.get(f"applications/{objection}/").json()["end"]) == "withdrawn"
    ask(hendra, f"me/mandates/{asked[1]['id']}/end/")
    out_of_reach(father, objection, 401)
    assert stack.manage("verify_history").returncode == 0
