"""Acting for a child and for a parent: agreed, used, seen by both, ended. As an app uses the running system."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.utils import timezone

from tests.journeys.people import RESIDENT_SCOPES, Person
from tests.journeys.stack import Stack
from tests.journeys.test_spine import BIRTH, PASSWORD, draft, eventually, staff, submit, take

pytestmark = pytest.mark.xdist_group("stack")

FILES = ("surat_lahir", "kartu_keluarga", "buku_nikah")
GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"


class OnBehalf(Person):
    """A person whose app swapped their token for one in which they act for another."""

    def __init__(self, person: Person, answer: httpx.Response) -> None:
        assert answer.status_code == 200, answer.text
        self.base_url, self.token = person.base_url, answer.json()


def at_home(stack: Stack, who: str) -> Person:
    return Person(stack.base_url, f"{who}@demo.balikpapan.example", PASSWORD, scope=f"{RESIDENT_SCOPES} act")


def swap(person: Person, mandate: str) -> httpx.Response:
    form = {
        "grant_type": GRANT,
        "client_id": "balikpapan-app",
        "subject_token": person.token["access_token"],
        "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "mandate": mandate,
    }
    return httpx.post(f"{person.base_url}/o/token/", data=form, timeout=20)


def ask(person: Person, path: str, **body: Any) -> dict[str, Any]:
    answer = person.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


def userinfo(person: Person) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {person.token['access_token']}"}
    answer = httpx.get(f"{person.base_url}/o/userinfo/", headers=headers, timeout=20)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def told(person: Person, title: str, of: str) -> Any:
    """Return the notice of this title that names somebody, once it is in the person's inbox."""

    def found() -> Any:
        lines = person.get("notifications/", params={"limit": 100}).json()["results"]
        return [each for each in lines if each["title"] == title and of in each["body"]]

    return eventually(found)


def apply_for(acting: Person) -> str:
    """Apply as who acts; return the application's id."""
    id = draft(acting, "akta-kelahiran", BIRTH, FILES)
    submitted = submit(acting, id)
    assert submitted.status_code == 200, submitted.text
    return id


def refused_at_once(acting: Person, id: str) -> None:
    for path in ("me/", f"applications/{id}/", "applications/"):
        assert acting.get(path).status_code == 401


def test_a_mother_acts_for_her_child_once_an_officer_saw_the_family_card(stack: Stack) -> None:
    siti, rina = at_home(stack, "warga"), staff(stack, "petugas.dukcapil")
    nik = f"647101540319{uuid4().int % 10_000:04}"
    child = f"Aisyah {'ABCDEFGHIJ'[int(nik[-1])]}{'klmnopqrst'[int(nik[-2])]}"
    asked = ask(siti, "me/dependants/", nik=nik, full_name=child, birth_date="2019-03-14")
    assert (asked["state"], asked["awaiting"]) == ("proposed", "officer")
    assert swap(siti, asked["id"]).json()["error"] == "invalid_request"
    waiting = rina.get("office/mandates/").json()["results"]
    assert asked["id"] in [each["id"] for each in waiting]
    begun = ask(rina, f"office/mandates/{asked['id']}/confirm/", number=nik)
    assert begun["state"] == "active"

    acting = OnBehalf(siti, swap(siti, asked["id"]))

    me = acting.get("me/").json()
    assert (me["full_name"], me["actor"]["full_name"], me["actor"]["mandate_id"]) == (child, "Siti Aminah", asked["id"])
    assert userinfo(acting)["act"]["sub"] == userinfo(siti)["sub"]
    assert userinfo(acting)["sub"] != userinfo(siti)["sub"]
    assert "act" not in userinfo(siti)
    id = apply_for(acting)
    (line,) = acting.get(f"applications/{id}/timeline/").json()["results"]
    assert (line["type"], line["on_behalf"]["mandate"]) == ("submitted", asked["id"])
    assert siti.get(f"applications/{id}/").status_code == 404  # the child's, not her own
    assert told(siti, "Kuasa mulai berlaku", child)

    ended = ask(siti, f"me/mandates/{asked['id']}/end/")

    assert (ended["state"], ended["ending"]) == ("ended", "agent")
    refused_at_once(acting, id)
    assert swap(siti, asked["id"]).json()["error"] == "invalid_request"
    assert told(siti, "Kuasa berakhir", child)


def test_a_mother_sees_her_childs_application_through_until_her_mandate_ends(stack: Stack) -> None:
    siti, budi, rina = at_home(stack, "warga"), at_home(stack, "warga2"), staff(stack, "petugas.dukcapil")
    nik = f"647101540319{uuid4().int % 10_000:04}"
    asked = ask(siti, "me/dependants/", nik=nik, full_name="Nadira Putri", birth_date="2019-03-14")
    ask(rina, f"office/mandates/{asked['id']}/confirm/", number=nik)
    acting = OnBehalf(siti, swap(siti, asked["id"]))
    id = draft(acting, "akta-kelahiran", BIRTH, FILES)
    number = submit(acting, id).json()["number"]
    take(rina, id, "start_review")

    # The office asks back; the mother answers, writes, and puts right.
    marked = {"items": [{"pointer": "/answers/anak/nama", "reason_code": "unreadable"}]}
    ask(rina, f"office/applications/{id}/corrections/", **marked)
    assert eventually(lambda: [each for each in siti.get("notifications/").json()["results"] if number in each["body"]])
    ask(acting, f"applications/{id}/messages/", text="Saya perbaiki hari ini.")
    right = {"answers": {"anak": {"nama": "Nadira Putri"}}}
    for stranger in (budi, siti):  # nor as herself: it is the child's
        refused = stranger.call("PATCH", f"applications/{id}/corrections/", json=right, headers={"If-Match": "*"})
        assert refused.status_code == 404
    saved = acting.call("PATCH", f"applications/{id}/corrections/", json=right, headers={"If-Match": "*"})
    assert saved.status_code == 200, saved.text
    ask(acting, f"applications/{id}/corrections/send/")

    # It is granted; the mother says how it was, and sees who read about her child.
    assert take(rina, id, "grant").json()["end"] == "granted"
    assert eventually(lambda: acting.get(f"applications/{id}/").json()["document"])["code"]
    survey = acting.get(f"applications/{id}/satisfaction/").json()
    scores = {each["key"]: 4 for each in survey["questions"]}
    rated = acting.call("PUT", f"applications/{id}/satisfaction/", json={"scores": scores, "words": ""})
    assert rated.status_code == 201, rated.text
    read = acting.get(f"applications/{id}/access-log/").json()["results"]
    assert {each["agency"]["code"] for each in read} == {"DISDUKCAPIL"}
    lines = acting.get(f"applications/{id}/timeline/").json()["results"]
    hers = {each["type"]: each["on_behalf"]["text"] for each in lines if each["on_behalf"]}
    assert hers == dict.fromkeys(("submitted", "correction_sent"), "Siti Aminah untuk Nadira Putri")

    # A second one is under way when the mandate ends: the office goes on, she does no more.
    second = apply_for(acting)
    ask(siti, f"me/mandates/{asked['id']}/end/")
    refused_at_once(acting, second)
    assert acting.post(f"applications/{second}/withdraw/", json={}).status_code == 401
    assert take(rina, second, "start_review").json()["state"] == "in_review"
    assert stack.manage("verify_history").returncode == 0


def test_an_old_mother_asks_somebody_to_act_who_accepts_and_both_are_told(stack: Stack) -> None:
    sumarni, budi = at_home(stack, "ibu.warga"), at_home(stack, "warga2")
    until = str(timezone.localdate() + timedelta(days=30))
    given = ask(
        sumarni, "me/mandates/", agent="warga2@demo.balikpapan.example", services=["akta-kelahiran"], expires_on=until
    )
    assert given["agent"] is None  # whose address it is, she need not learn
    offered = budi.get("me/mandates/").json()["results"][0]
    assert (offered["id"], offered["side"], offered["awaiting"]) == (given["id"], "agent", "agent")
    assert swap(budi, given["id"]).status_code == 400
    assert sumarni.post(f"me/mandates/{given['id']}/accept/").status_code == 404
    ask(budi, f"me/mandates/{given['id']}/accept/")

    acting = OnBehalf(budi, swap(budi, given["id"]))

    assert userinfo(acting)["act"]["sub"] == userinfo(budi)["sub"]
    assert acting.get("me/").json()["full_name"] == "Sumarni"
    refused = acting.post("applications/", json={"id": str(uuid4()), "service": "ktp-el"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_on_behalf")
    id = apply_for(acting)
    (line,) = sumarni.get(f"applications/{id}/timeline/").json()["results"]
    assert line["on_behalf"]["mandate"] == given["id"]
    assert "Budi Santoso" in line["on_behalf"]["text"]
    for person in (sumarni, budi):
        assert told(person, "Kuasa mulai berlaku", "Sumarni")

    ended = ask(sumarni, f"me/mandates/{given['id']}/end/")

    assert (ended["state"], ended["ending"]) == ("ended", "principal")
    refused_at_once(acting, id)
    assert sumarni.get(f"applications/{id}/").json()["state"] == "submitted"
    for person in (sumarni, budi):
        assert told(person, "Kuasa berakhir", "Sumarni")
