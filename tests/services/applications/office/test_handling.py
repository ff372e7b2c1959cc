"""Claiming, assigning, handing over and back: who has an application in hand, and what its resident reads of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from services.agencies.models import Membership, Unit
from services.applications.handing import give_back, tell_of_handling
from services.applications.models import Application, Event
from services.applications.operations import handling
from services.applications.operations.handling.steps import Doer
from services.applications.queries.chain import broken_links
from services.events.models import OutboxEvent
from services.notifications.models import Notice
from superapp.http.problems import Problem
from tests.at_once import at_once
from tests.problems import fields, problem
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import agency, member, publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
URL = "/api/v1/office/applications/"
WHY = "Mohon pastikan letaknya di lapangan."


@pytest.fixture
def siti() -> Client:
    publish_service()
    return signed_in(resident(), "applications", "account")


@pytest.fixture
def id(siti: Client) -> str:
    application = ready(siti)
    assert submit(siti, application).status_code == 200
    return application


@pytest.fixture
def rina() -> User:
    return member("rina@example.org", "officer")


@pytest.fixture
def agus() -> User:
    return member("agus@example.org", "officer")


@pytest.fixture
def hendra() -> User:
    """An officer of another agency."""
    return member("hendra@example.org", "officer", code="DPU")


def do(person: User | Client, id: str, step: str, *, if_match: str = "", **body: Any) -> Any:
    client = person if isinstance(person, Client) else desk(person)
    headers = {"If-Match": if_match} if if_match else {}
    return client.post(f"{URL}{id}/{step}/", body, content_type="application/json", headers=headers)


def desk(person: User) -> Client:
    found: Client | None = _DESKS.get(str(person.pk))
    if found is None:
        found = _DESKS[str(person.pk)] = signed_in(person, "office")
    return found


_DESKS: dict[str, Client] = {}


def labels(siti: Client, id: str) -> list[tuple[str, str | None]]:
    lines = siti.get(f"/api/v1/applications/{id}/timeline/").json()["results"]
    return [(each["label"], each["reason"]) for each in lines][1:]


def test_who_claims_first_has_it_and_the_other_is_told_who(id: str, rina: User, agus: User) -> None:
    first = do(rina, id, "claim")
    second = do(agus, id, "claim")

    assert first.json()["assignee"] == {"id": str(rina.pk), "name": "Rina"}
    assert problem(second) == (409, "held_by_another")
    assert second.json()["detail"] == "Permohonan ini sedang ditangani Rina."
    assert second.json()["assignee"]["name"] == "Rina"
    assert do(rina, id, "claim").status_code == 200
    assert Event.objects.filter(type="claimed").count() == 1
    assert desk(agus).get(f"{URL}{id}/").json()["place"]["assignee"]["name"] == "Rina"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_at_once_one_wins() -> None:
    publish_service()
    siti = signed_in(resident(), "applications")
    id = ready(siti)
    submit(siti, id)
    people = [member(f"{name}@example.org", "officer") for name in ("rina", "agus", "tuti")]
    place, now = Application.objects.get(pk=id).agency_id, timezone.now()

    def claims(person: User) -> Any:
        doer = Doer(person.pk, {place: frozenset({"officer"})})
        return lambda: handling.claim(application_id=Application.objects.get(pk=id).pk, doer=doer, now=now)

    done = at_once(*(claims(each) for each in people), refused=(Problem,))

    lost = [each for each in done if isinstance(each, Problem)]
    holder = Application.objects.get(pk=id).assignee
    assert holder is not None
    assert (len(lost), {each.code for each in lost}) == (2, {"held_by_another"})
    assert {each.members["assignee"]["name"] for each in lost} == {holder.full_name}
    assert Event.objects.filter(type="claimed").count() == 1


def test_another_s_is_given_back_by_who_shares_out_the_work(id: str, rina: User, agus: User, siti: Client) -> None:
    do(rina, id, "claim")
    maya = member("maya@example.org", "approver")

    assert problem(do(agus, id, "release")) == (409, "held_by_another")
    assert problem(do(agus, id, "assign", assignee=str(agus.pk))) == (409, "held_by_another")
    assert do(maya, id, "release").json()["assignee"] is None
    assert do(maya, id, "release").status_code == 200

    assert labels(siti, id) == [("Ditangani petugas", None), ("Menunggu petugas lain", None)]
    assert list(broken_links()) == []


def test_it_is_assigned_to_who_works_there_and_may(id: str, rina: User, agus: User, hendra: User) -> None:
    unit, other = (Unit.objects.create(agency=agency(), code=code, name=code) for code in ("satu", "dua"))
    Membership.objects.filter(user=agus).update(unit=other)
    admin = member("dewi@example.org", "admin")

    assert do(rina, id, "assign", assignee=str(agus.pk)).json()["assignee"]["name"] == "Agus"
    for person, code in ((hendra, "not_staff"), (admin, "not_staff")):
        refused = do(agus, id, "assign", assignee=str(person.pk))
        assert (refused.status_code, fields(refused)) == (422, {"/assignee": code})
    Application.objects.filter(pk=id).update(unit=unit, assignee=None)
    assert fields(do(rina, id, "assign", assignee=str(agus.pk))) == {"/assignee": "other_unit"}
    assert fields(do(rina, id, "assign", assignee="agus")) == {"/assignee": "invalid"}

    tell(tell_of_handling, "handling.assigned")
    (told,) = Notice.objects.filter(recipient=agus)
    assert told.title["id"] == "Layanan uji: untuk Anda"
    assert "Siti" not in str(told.body)


def test_staff_take_nothing_in_hand_that_they_applied_for(rina: User) -> None:
    publish_service()
    app = signed_in(rina, "applications")
    own = ready(app)
    submit(app, own)
    maya = member("maya@example.org", "approver")

    assert problem(do(rina, own, "claim")) == (403, "action_forbidden")
    assert problem(do(rina, own, "hand-over", agency="DPU", reason=WHY)) == (403, "action_forbidden")
    assert fields(do(maya, own, "assign", assignee=str(rina.pk))) == {"/assignee": "own"}


def test_what_changed_since_it_was_read_is_told_apart(id: str, rina: User, agus: User) -> None:
    read = desk(rina).get(f"{URL}{id}/").headers["ETag"]
    assert do(agus, id, "claim", if_match=read).status_code == 200

    late = do(rina, id, "assign", assignee=str(rina.pk), if_match=read)

    assert problem(late) == (412, "precondition_failed")
    assert "Agus" in late.json()["detail"]
    again = do(agus, id, "release", if_match=desk(rina).get(f"{URL}{id}/").headers["ETag"])
    assert again.status_code == 200
    assert again.headers["ETag"] != read


def test_it_goes_to_another_agency_is_bounced_and_decided_at_home(
    id: str, siti: Client, rina: User, hendra: User
) -> None:
    due_on = Application.objects.get(pk=id).due_on
    do(rina, id, "claim")

    sent = do(rina, id, "hand-over", agency="dpu", reason=WHY, answer_in=2)

    assert sent.json() == {"agency": {"code": "DPU", "name": "DPU"}, "unit": None, "assignee": None}
    assert problem(desk(rina).get(f"{URL}{id}/")) == (404, "not_found")
    assert problem(do(rina, id, "claim")) == (404, "not_found")
    (line,) = desk(rina).get(f"{URL}sent/").json()["results"]
    assert (line["to"]["code"], line["reason"], line["left_at"], line["kind"]) == ("DPU", WHY, None, "forward")
    assert "answers" not in str(line)
    assert "Siti" not in str(line)
    assert [each["id"] for each in desk(hendra).get(URL).json()["results"]] == [id]

    assert do(hendra, id, "claim").status_code == 200
    take(hendra, id, "start_review")
    assert [each["action"] for each in desk(hendra).get(f"{URL}{id}/actions/").json()["results"]] == []
    assert problem(take(hendra, id, "grant")) == (409, "decided_elsewhere")
    back = do(hendra, id, "give-back", reason="Bukan wewenang kami.")
    assert back.json()["agency"]["code"] == "DISDUKCAPIL"
    assert problem(desk(hendra).get(f"{URL}{id}/")) == (404, "not_found")

    assert Application.objects.get(pk=id).due_on == due_on
    assert take(rina, id, "grant").json()["end"] == "granted"
    assert labels(siti, id)[1:5] == [
        ("Diteruskan ke DPU", WHY),
        ("Ditangani petugas", None),
        ("Mulai periksa", None),
        ("Dikembalikan ke DISDUKCAPIL", "Bukan wewenang kami."),
    ]
    english = siti.get(f"/api/v1/applications/{id}/timeline/", headers={"Accept-Language": "en"}).json()["results"]
    assert english[2]["label"] == "Passed on to DPU"
    readers = siti.get("/api/v1/me/access-log/").json()["results"]
    assert {each["agency"]["code"] for each in readers} == {"DISDUKCAPIL", "DPU"}
    assert list(broken_links()) == []


def test_each_stay_has_its_own_clock(id: str, rina: User, hendra: User) -> None:
    do(rina, id, "hand-over", agency="DPU", reason=WHY, answer_in=2)
    at = timezone.now() - timedelta(days=14)
    Application.objects.filter(pk=id).update(submitted_at=at - timedelta(days=7))
    Application.objects.get(pk=id).hops.update(at=at, answer_by=(at + timedelta(days=2)).date())

    first, second = desk(hendra).get(f"{URL}{id}/places/").json()["results"]

    assert (first["agency"]["code"], first["working_days"], first["late"], first["came_by"]) == (
        "DISDUKCAPIL",
        5,
        False,
        None,
    )
    assert (second["agency"]["code"], second["working_days"], second["late"], second["until"]) == (
        "DPU",
        10,
        True,
        None,
    )
    assert second["came_by"] == {"kind": "forward", "by": "Rina", "reason": WHY}


def test_a_chain_goes_back_the_way_it_came(id: str, rina: User, hendra: User) -> None:
    third = member("tuti@example.org", "officer", code="DLH")
    unit = Unit.objects.create(agency=agency("DPU"), code="jalan", name="Bidang Jalan")
    do(rina, id, "hand-over", agency="DPU", reason=WHY)
    do(hendra, id, "hand-over", unit="jalan", reason=WHY)
    do(hendra, id, "hand-over", agency="DLH", reason=WHY)

    assert do(third, id, "give-back", reason="Sudah ditinjau.").json()["unit"] == {"code": "jalan", "name": unit.name}
    back = do(hendra, id, "give-back", reason="Sudah ditinjau.").json()
    assert (back["agency"]["code"], back["unit"]) == ("DPU", None)
    assert do(hendra, id, "give-back", reason="Sudah ditinjau.").json()["agency"]["code"] == "DISDUKCAPIL"
    assert problem(do(rina, id, "give-back", reason="Sudah ditinjau.")) == (409, "not_handed_over")


def test_whose_service_it_is_calls_it_back(id: str, rina: User, hendra: User) -> None:
    assert problem(do(rina, id, "recall", reason=WHY)) == (409, "not_handed_over")
    do(rina, id, "hand-over", agency="DPU", reason=WHY)
    do(hendra, id, "claim")
    stranger = member("tuti@example.org", "officer", code="DLH")

    assert problem(do(stranger, id, "recall", reason=WHY)) == (404, "not_found")
    assert problem(do(hendra, id, "recall", reason=WHY)) == (404, "not_found")
    assert do(rina, id, "recall", reason=WHY).json()["agency"]["code"] == "DISDUKCAPIL"
    assert problem(do(rina, id, "give-back", reason=WHY)) == (409, "not_handed_over")


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        ({"agency": "TIADA", "reason": WHY}, 422, {"/agency": "unknown"}),
        ({"unit": "tiada", "reason": WHY}, 422, {"/unit": "unknown"}),
        ({"agency": "DISDUKCAPIL", "reason": WHY}, 422, {"/agency": "same"}),
        ({"reason": WHY}, 422, {"/agency": "same"}),
        ({"agency": "DPU", "reason": "  "}, 400, {"/reason": "blank"}),
        ({"agency": "DPU"}, 400, {"/reason": "required"}),
        ({"agency": "DPU", "reason": WHY, "answer_in": 0}, 400, {"/answer_in": "min_value"}),
    ],
)
def test_a_place_that_is_none_is_refused_by_name(
    id: str, rina: User, hendra: User, body: dict[str, Any], status: int, named: dict[str, str]
) -> None:
    answer = do(rina, id, "hand-over", **body)

    assert (answer.status_code, fields(answer)) == (status, named)
    assert Application.objects.get(pk=id).hops.count() == 0


def test_nothing_is_handed_on_once_it_is_decided(id: str, rina: User, hendra: User) -> None:
    take(rina, id, "start_review")
    take(rina, id, "grant")

    for step, body in (("claim", {}), ("release", {}), ("hand-over", {"agency": "DPU", "reason": WHY})):
        assert problem(do(rina, id, step, **body)) == (409, "decided")


def test_who_verified_does_not_approve_after_it_went_round(hendra: User) -> None:
    publish_service(workflow="two-step-approval")
    siti = signed_in(resident(), "applications")
    id = ready(siti)
    submit(siti, id)
    both = member("tuti@example.org", "officer", "approver")
    take(both, id, "start_review")
    take(both, id, "recommend")
    do(both, id, "hand-over", agency="DPU", reason=WHY)
    do(hendra, id, "give-back", reason=WHY)

    assert problem(take(both, id, "approve")) == (403, "action_forbidden")


def test_what_an_officer_leaves_behind_is_nobodys(id: str, siti: Client, rina: User) -> None:
    do(rina, id, "claim")
    admin = signed_in(member("dewi@example.org", "admin"), "office")
    assert admin.delete(f"/api/v1/office/staff/{rina.pk}/").status_code == 204

    tell(give_back, "staff.left")
    tell(give_back, "staff.left")

    assert Application.objects.get(pk=id).assignee is None
    assert labels(siti, id)[-1][0] == "Petugasnya tidak lagi bertugas; menunggu petugas lain"
    assert Event.objects.filter(type="unassigned").count() == 1


def test_the_resident_is_told_where_it_went_and_not_who_sits_where(id: str, rina: User, hendra: User) -> None:
    from services.applications.consumers import notify_resident

    Unit.objects.create(agency=agency(), code="capil", name="Bidang Capil")
    do(rina, id, "hand-over", unit="capil", reason=WHY)
    do(rina, id, "claim")
    do(rina, id, "hand-over", agency="DPU", reason=WHY)

    tell(notify_resident, "application.")

    told = Notice.objects.filter(recipient__email="siti@example.org").order_by("created_at")
    assert [each.kind for each in told] == ["application.submitted", "application.handed_over"]
    moved = told[1]
    assert moved.title["id"] == "Layanan uji: kini di DPU"
    assert moved.body["id"].startswith(
        f"{Application.objects.get(pk=id).number}: Diteruskan ke DPU. {WHY}\n\nTenggatnya tetap: "
    )
    assert moved.body["en"].splitlines()[2].startswith("The date stays as it was: ")


def take(person: User, id: str, action: str) -> Any:
    return desk(person).post(f"{URL}{id}/actions/{action}/", {}, content_type="application/json")


def tell(handler: Any, topic: str) -> None:
    for event in OutboxEvent.objects.filter(topic__startswith=topic).order_by("created_at"):
        handler(event, timezone.now())
