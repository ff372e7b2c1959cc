"""One resident, one service, end to end: as the app, the officer and a stranger use the running system."""

import hashlib
import io
import time
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from PIL import Image

from tests.journeys.people import OFFICE_SCOPES, Person
from tests.journeys.stack import Stack

pytestmark = pytest.mark.xdist_group("stack")

PASSWORD = "Balikpapan-2026"
BIRTH: dict[str, Any] = {
    "anak": {
        "nama": "Aisyah Putri Ramadhani",
        "jenis_kelamin": "P",
        "tempat_lahir": "Balikpapan",
        "tanggal_lahir": "2026-03-02",
        "jam_lahir": "04:30",
        "tempat_dilahirkan": "rs",
        "jenis_kelahiran": "tunggal",
        "anak_ke": 1,
        "berat_gram": 3100,
    },
    "orang_tua": {"kawin_tercatat": True, "tanggal_kawin": "2024-06-15"},
    "ibu": {"nik": "6471014503950001", "nama": "Siti Aminah", "telepon": "+6281234567890"},
    "ayah": {"nik": "6471010107930002", "nama": "Ahmad Fauzi"},
}


def resident(stack: Stack, email: str = "warga@demo.balikpapan.example") -> Person:
    return Person(stack.base_url, email, PASSWORD)


def staff(stack: Stack, who: str) -> Person:
    return Person(stack.base_url, f"{who}@demo.balikpapan.example", PASSWORD, scope=OFFICE_SCOPES)


def photo() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(buffer, "PNG")
    return buffer.getvalue()


def draft(person: Person, service: str, answers: dict[str, Any], files: tuple[str, ...]) -> str:
    """Begin an application, fill it in, hand in the files; return its id."""
    id = str(uuid4())
    made = person.post("applications/", json={"id": id, "service": service})
    assert made.status_code == 201, made.text
    saved = person.call(
        "PATCH", f"applications/{id}/", json={"answers": answers}, headers={"If-Match": made.headers["ETag"]}
    )
    assert saved.status_code == 200, saved.text
    assert saved.json()["problems"] == []
    for requirement in files:
        handed = person.post(
            f"applications/{id}/files/",
            data={"requirement": requirement},
            files={"file": ("foto.png", photo(), "image/png")},
        )
        assert handed.status_code == 201, handed.text
    return id


def submit(person: Person, id: str) -> httpx.Response:
    return person.post(f"applications/{id}/submit/", headers={"Idempotency-Key": str(uuid4())})


def take(officer: Person, id: str, action: str, reason: str = "") -> httpx.Response:
    return officer.post(f"office/applications/{id}/actions/{action}/", json={"reason": reason})


def eventually(question: Any, *, seconds: float = 30.0) -> Any:
    """Ask until the answer is truthy."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := question():
            return answer
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


@pytest.mark.parametrize("turn", [1, 2])
def test_a_birth_is_registered_and_its_certificate_verified_by_a_stranger(stack: Stack, turn: int) -> None:
    siti = resident(stack)
    found = siti.get("services/", params={"q": "kelahirn"}).json()["results"]
    assert found[0]["slug"] == "akta-kelahiran"
    id = draft(siti, "akta-kelahiran", BIRTH, ("surat_lahir", "kartu_keluarga", "buku_nikah"))

    submitted = submit(siti, id)

    assert submitted.status_code == 200, submitted.text
    number = submitted.json()["number"]
    assert submitted.json()["state"] == "submitted"
    assert submitted.json()["fee"] == {"amount": 0, "currency": "IDR"}
    deadline = siti.get(f"applications/{id}/deadline/").json()
    assert deadline["due_on"] == submitted.json()["due_on"]
    assert [day["counted"] for day in deadline["days"]].count(True) == 1

    rina = staff(stack, "petugas.dukcapil")
    queue = rina.get("office/applications/", params={"limit": 100}).json()["results"]
    assert number in [line["number"] for line in queue]
    assert [each["action"] for each in rina.get(f"office/applications/{id}/actions/").json()["results"]] == [
        "start_review"
    ]
    assert take(rina, id, "start_review").json()["state"] == "in_review"
    granted = take(rina, id, "grant")
    assert granted.status_code == 200, granted.text
    assert granted.json()["end"] == "granted"

    document = eventually(lambda: siti.get(f"applications/{id}/").json()["document"])
    pdf = siti.get(f"applications/{id}/document/")
    assert pdf.content.startswith(b"%PDF")
    assert hashlib.sha256(pdf.content).hexdigest() == document["sha256"]
    verified = httpx.get(f"{stack.base_url}/api/v1/documents/verify/{document['code']}/").json()
    assert (verified["status"], verified["sha256"]) == ("valid", document["sha256"])
    page = httpx.get(f"{stack.base_url}/v/{document['code']}", follow_redirects=True)
    assert page.status_code == 200
    assert document["number"] in page.text

    timeline = siti.get(f"applications/{id}/timeline/").json()["results"]
    assert [line["type"] for line in timeline] == ["submitted", "in_review", "granted", "document_issued"]
    log = siti.get("me/access-log/", params={"limit": 100}).json()["results"]
    assert [line["what"] for line in log if line["number"] == number] == ["decision", "decision"]
    notices = eventually(lambda: len(_notices(siti, id)) == 4 and _notices(siti, id))
    assert {notice["kind"] for notice in notices} >= {"application.submitted", "application.granted"}
    mails = eventually(lambda: len(_mails(stack, number)) == 4 and _mails(stack, number))
    assert all("warga@demo.balikpapan.example" in mail["To"] for mail in mails)


def _notices(person: Person, id: str) -> list[dict[str, Any]]:
    lines = person.get("notifications/", params={"limit": 100}).json()["results"]
    return [line for line in lines if line["application_id"] == id]


def _mails(stack: Stack, number: str) -> list[Any]:
    return [mail for mail in stack.mails() if number in mail.as_bytes().decode()]


def test_a_permit_costs_by_its_rule_and_is_approved_by_a_second_person(stack: Stack) -> None:
    siti = resident(stack)
    answers = {
        "pemohon": {"jenis": "badan", "nama": "PT Beriman Jaya", "telepon": "+625421234567", "nib": "1234567890123"},
        "reklame": {
            "jenis": "papan",
            "letak": "tiang",
            "lebar_m": 2.5,
            "tinggi_m": 2,
            "bulan": 6,
            "kelurahan": "64.71.01.1001",
            "teks": "Kopi Beriman",
        },
    }
    id = draft(siti, "izin-reklame", answers, ("foto_lokasi", "desain"))
    assert submit(siti, id).json()["fee"] == {"amount": 5 * 6 * 25_000, "currency": "IDR"}
    hendra, maya = staff(stack, "petugas.dpmptsp"), staff(stack, "penyetuju.dpmptsp")

    assert take(hendra, id, "start_review").status_code == 200
    assert take(maya, id, "recommend").status_code == 403
    assert take(hendra, id, "recommend").json()["state"] == "awaiting_approval"
    assert take(hendra, id, "approve").status_code == 403
    approved = take(maya, id, "approve")

    assert approved.json()["end"] == "granted"
    assert take(maya, id, "approve").status_code == 409


def test_an_officer_of_another_agency_finds_nothing(stack: Stack) -> None:
    siti = resident(stack)
    id = draft(siti, "akta-kelahiran", BIRTH, ("surat_lahir", "kartu_keluarga", "buku_nikah"))
    submit(siti, id)
    hendra = staff(stack, "petugas.dpmptsp")

    assert hendra.get(f"office/applications/{id}/").status_code == 404
    assert take(hendra, id, "start_review").status_code == 404
    assert id not in [
        line["id"] for line in hendra.get("office/applications/", params={"limit": 100}).json()["results"]
    ]


def test_a_worker_killed_before_the_notice_delays_it_and_loses_nothing(stack: Stack) -> None:
    siti = resident(stack)
    id = draft(siti, "akta-kelahiran", BIRTH, ("surat_lahir", "kartu_keluarga", "buku_nikah"))
    stack.kill_worker()

    try:
        number = submit(siti, id).json()["number"]
        time.sleep(1.0)
        assert _notices(siti, id) == []
    finally:
        stack.start_worker()

    (notice,) = eventually(lambda: _notices(siti, id), seconds=60)
    assert notice["kind"] == "application.submitted"
    assert len(eventually(lambda: _mails(stack, number), seconds=60)) == 1


def test_a_worker_killed_in_the_middle_of_its_work_loses_and_doubles_no_notice(stack: Stack) -> None:
    siti = resident(stack)
    ids = [draft(siti, "akta-kelahiran", BIRTH, ("surat_lahir", "kartu_keluarga", "buku_nikah")) for _ in range(4)]

    for id in ids:
        assert submit(siti, id).status_code == 200
        time.sleep(0.25)  # the hint is out and the worker has begun
        stack.kill_worker()
        stack.start_worker()

    eventually(lambda: all(_notices(siti, id) for id in ids), seconds=90)
    eventually(lambda: _untold(stack) == 0, seconds=90)
    assert [len(_notices(siti, id)) for id in ids] == [1, 1, 1, 1]
    proved = stack.manage("verify_history")
    assert proved.returncode == 0, proved.stderr


def _untold(stack: Stack) -> int:
    """Return how much of what happened to applications somebody has yet to hear, parked deliveries too.

    Sites that were stopped meanwhile may hear of sign-outs later.
    """
    waiting = """
        SELECT count(*) FROM events_outboxevent e LEFT JOIN events_delivery d ON d.event_id = e.id
        WHERE (e.topic LIKE 'application.%' OR e.topic LIKE 'notice.%')
            AND (e.fanned_out_at IS NULL OR d.id IS NOT NULL AND d.done_at IS NULL)
    """
    with psycopg.connect(stack.env["DATABASE_URL"]) as database:
        found = database.execute(waiting).fetchone()
    assert found is not None
    return int(found[0])


def test_a_submission_sent_twenty_times_at_once_is_one(stack: Stack) -> None:
    from concurrent.futures import ThreadPoolExecutor

    siti = resident(stack)
    id = draft(siti, "akta-kelahiran", BIRTH, ("surat_lahir", "kartu_keluarga", "buku_nikah"))

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: submit(siti, id), range(20)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert [line["type"] for line in siti.get(f"applications/{id}/timeline/").json()["results"]] == ["submitted"]
