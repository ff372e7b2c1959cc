"""An application goes from one agency to another and comes back: as its resident and both officers live it."""

import pytest

from tests.journeys.people import Person
from tests.journeys.stack import Stack
from tests.journeys.test_spine import BIRTH, draft, eventually, resident, staff, submit, take

pytestmark = pytest.mark.xdist_group("stack")


def test_it_is_handed_between_two_agencies_bounced_and_decided(stack: Stack) -> None:
    siti, rina, hendra = resident(stack), staff(stack, "petugas.dukcapil"), staff(stack, "petugas.dpmptsp")
    id = draft(siti, "akta-kelahiran", BIRTH, ("surat_lahir", "kartu_keluarga", "buku_nikah"))
    submitted = submit(siti, id).json()
    file = f"office/applications/{id}/"
    assert rina.post(f"{file}claim/").json()["assignee"]["name"] == "Rina Wulandari"

    handed = rina.post(
        f"{file}hand-over/", json={"agency": "DPMPTSP", "reason": "Ada izin yang menyertai.", "answer_in": 2}
    )

    assert handed.status_code == 200, handed.text
    assert rina.get(file).status_code == 404
    assert submitted["number"] in [each["number"] for each in rina.get("office/applications/sent/").json()["results"]]
    mine = hendra.get("office/applications/", params={"q": submitted["number"]}).json()["results"]
    assert [(each["id"], each["due_on"]) for each in mine] == [(id, submitted["due_on"])]
    assert take(hendra, id, "start_review").status_code == 200
    assert take(hendra, id, "grant").json()["code"] == "decided_elsewhere"

    bounced = hendra.post(f"{file}give-back/", json={"reason": "Bukan wewenang kami."})

    assert bounced.json()["agency"]["code"] == "DISDUKCAPIL"
    assert hendra.get(file).status_code == 404
    stays = rina.get(f"{file}places/").json()["results"]
    assert [each["agency"]["code"] for each in stays] == ["DISDUKCAPIL", "DPMPTSP", "DISDUKCAPIL"]
    assert stays[1]["came_by"]["by"] == "Rina Wulandari"
    assert siti.get(f"applications/{id}/").json()["due_on"] == submitted["due_on"]
    assert take(rina, id, "grant").json()["end"] == "granted"
    lines = siti.get(f"applications/{id}/timeline/").json()["results"]
    told = [(each["label"].split(" ")[0], each["reason"]) for each in lines if each["type"].startswith("handed")]
    assert told == [("Diteruskan", "Ada izin yang menyertai."), ("Dikembalikan", "Bukan wewenang kami.")]
    notices = eventually(lambda: _moves(siti, id) if len(_moves(siti, id)) == 2 else None)
    assert notices == ["application.handed_back", "application.handed_over"]
    log = siti.get("me/access-log/", params={"limit": 100}).json()["results"]
    assert {each["agency"]["code"] for each in log if each["application"] == id} == {"DISDUKCAPIL", "DPMPTSP"}
    assert stack.manage("verify_history").returncode == 0


def _moves(siti: Person, id: str) -> list[str]:
    lines = siti.get("notifications/", params={"limit": 100}).json()["results"]
    return [each["kind"] for each in lines if each["application_id"] == id and "handed" in each["kind"]]
