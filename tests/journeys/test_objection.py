"""Rejected and objected; withdrawn. Over HTTP alone, with the worker that carries out what was decided."""

from uuid import uuid4

import pytest

from tests.journeys.people import Person
from tests.journeys.stack import Stack
from tests.journeys.test_spine import BIRTH, draft, eventually, resident, staff, submit, take

pytestmark = pytest.mark.xdist_group("stack")
FILES = ("surat_lahir", "kartu_keluarga", "buku_nikah")
GROUNDS = {"keberatan": {"uraian": "Surat lahir sudah jelas dan bertanda tangan bidan.", "permintaan": "Terbitkan."}}


def applied(person: Person) -> str:
    id = draft(person, "akta-kelahiran", BIRTH, FILES)
    assert submit(person, id).status_code == 200
    return id


def objection_to(person: Person, id: str) -> str:
    """Begin an objection from the phone, send it twice as a bad network does, fill it in and file it."""
    objection = str(uuid4())
    made = [person.post(f"applications/{id}/objections/", json={"id": objection}) for _ in range(2)]
    assert [each.status_code for each in made] == [201, 200], made[0].text
    tag = {"If-Match": made[0].headers["ETag"]}
    saved = person.call("PATCH", f"applications/{objection}/", json={"answers": GROUNDS}, headers=tag)
    assert saved.json()["problems"] == [], saved.text
    filed = submit(person, objection)
    assert filed.status_code == 200, filed.text
    assert filed.json()["objects_to"]["id"] == id
    return objection


def test_rejected_and_objected(stack: Stack) -> None:
    siti, rina, budi = resident(stack), staff(stack, "petugas.dukcapil"), staff(stack, "penyetuju.dukcapil")
    id = applied(siti)
    take(rina, id, "start_review")
    assert take(rina, id, "reject", "Surat lahir tidak terbaca.").json()["end"] == "rejected"
    may = siti.get(f"applications/{id}/objections/").json()["may"]
    assert may["basis"] == "UU 30/2014 Pasal 77 ayat (1)"

    objection = objection_to(siti, id)

    waiting = budi.get("office/applications/", params={"limit": 100})
    assert waiting.status_code == 200, waiting.text
    queued = waiting.json()["results"]
    assert [each["kind"] for each in queued if each["id"] == objection] == ["objection"]
    assert take(rina, objection, "take_up").json()["code"] == "action_forbidden"
    take(budi, objection, "take_up")
    assert take(budi, objection, "uphold", "Surat lahir ternyata jelas.").json()["end"] == "granted"
    again = eventually(lambda: (told := siti.get(f"applications/{id}/").json())["end"] is None and told)
    assert again["state"] == "in_review"
    assert "Dibuka kembali" in siti.get(f"applications/{id}/deadline/").json()["explanation"]
    assert take(rina, id, "reject", "Tetap tidak terbaca.").json()["code"] == "action_forbidden"
    assert take(rina, id, "grant").json()["end"] == "granted"
    assert eventually(lambda: siti.get(f"applications/{id}/").json()["document"])["code"]
    lines = siti.get(f"applications/{id}/timeline/").json()["results"]
    told = [each["type"] for each in lines if not each["type"].startswith("escalated_")]
    assert told == [
        "submitted", "in_review", "rejected", "objection_filed", "reopened", "granted", "document_issued"
    ]  # fmt: skip


def test_withdrawn(stack: Stack) -> None:
    siti, rina = resident(stack), staff(stack, "petugas.dukcapil")
    id = applied(siti)
    seen = rina.get(f"office/applications/{id}/").headers["ETag"]

    gone = siti.post(f"applications/{id}/withdraw/", json={"reason": "Sudah diurus di kelurahan."})

    assert gone.json()["end"] == "withdrawn"
    late = rina.post(f"office/applications/{id}/actions/start_review/", json={}, headers={"If-Match": seen})
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert "“Batalkan” oleh pemohon" in late.json()["detail"]
    assert take(rina, id, "start_review").json()["code"] == "action_not_available"
    assert siti.post(f"applications/{id}/withdraw/", json={}).json()["code"] == "action_not_available"
    assert siti.post(f"applications/{id}/objections/", json={}).json()["code"] == "nothing_to_object"
    line = siti.get(f"applications/{id}/timeline/").json()["results"][-1]
    assert (line["type"], line["by"], line["reason"]) == ("withdrawn", "resident", "Sudah diurus di kelurahan.")


def test_an_appeal_is_decided_by_another_approver_than_the_objection(stack: Stack) -> None:
    siti, rina = resident(stack), staff(stack, "petugas.dukcapil")
    agus, sri = staff(stack, "penyetuju.dukcapil"), staff(stack, "penyetuju2.dukcapil")
    id = applied(siti)
    take(rina, id, "start_review")
    take(rina, id, "reject", "Surat lahir tidak terbaca.")
    objection = objection_to(siti, id)
    take(agus, objection, "take_up")
    assert take(agus, objection, "refuse", "Surat lahir memang tidak terbaca.").json()["end"] == "rejected"

    appeal = objection_to(siti, objection)

    assert siti.get(f"applications/{appeal}/").json()["kind"] == "appeal"
    refused = agus.post(f"office/applications/{appeal}/actions/take_up/", json={}, headers={"Accept-Language": "id"})
    assert (refused.status_code, refused.json()["code"]) == (403, "action_forbidden")
    assert "take_up" not in refused.json()["detail"]
    take(sri, appeal, "take_up")
    assert take(sri, appeal, "uphold", "Surat lahir terbaca setelah diperbesar.").json()["end"] == "granted"
    eventually(lambda: siti.get(f"applications/{id}/").json()["end"] is None)
