"""By a mandate: objecting, appealing, opened again, files of an action, messages, the survey, files lent, receipts.

Who acted for whom stands in the history, reaches whom it concerns, and is in the copy of all data.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.mandates.models import Mandate
from accounts.models import User
from accounts.privacy.models import DataAccess
from services.applications.models import ActionFile, Application, Event, Message, Satisfaction
from services.applications.privacy import export
from services.applications.queries.chain import broken_links
from services.catalogue.models import Service
from services.catalogue.operations.ending import retire
from services.definitions.flow import workflow_content
from services.notifications.models import Notice
from tests.problems import problem
from tests.services.applications.api.test_file_offers import HERE, THERE, upload
from tests.services.applications.api.test_file_offers import offers as file_offers
from tests.services.applications.api.test_file_offers import take as take_files
from tests.services.applications.api.test_my_actions import do, mine
from tests.services.applications.api.test_objections import (
    GROUNDS,
    MONDAY,
    decide,
    filed,
    head,
    may,
    object_to,
    reopen,
)
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import hand_in, officer, take
from tests.services.applications.api.test_on_behalf import FAMILY, acting_by, child_of
from tests.services.applications.api.test_satisfaction import GOOD
from tests.services.applications.api.test_satisfaction import put as rate
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.applications.test_consumers import drain_all
from tests.services.definitions.test_objections import OBJECTION, REOPENING
from tests.services.documents.crafted import png
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
FOR_WHOM = "Siti untuk Aisyah"
WRITE = {"text": "Kapan selesai?"}


def with_proof() -> dict[str, Any]:
    """Return the workflow of complaints, whose resident hands in a picture with what was asked."""
    workflow = {**workflow_content("complaint")}
    document = {"id": "bukti", "title": {"id": "Bukti", "en": "Proof"}, "accept": ["png"], "max_mb": 1}
    workflow["transitions"] = [
        each | {"documents": [document]} if each["action"] == "complete" else each for each in workflow["transitions"]
    ]
    return workflow


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def siti() -> User:
    publish_service(requirements=[], access=FAMILY, objection=OBJECTION, reopening=REOPENING, category="umum")
    publish_service(service="aduan", workflow=with_proof(), requirements=[], access=FAMILY)
    return resident()


@pytest.fixture
def mandate(siti: User) -> Mandate:
    made = child_of(siti)
    made.expires_at = MONDAY + timedelta(days=3650)  # the database reads a clock of its own
    made.save()
    return made


@pytest.fixture
def acting(mandate: Mandate) -> Client:
    return acting_by(mandate)


@pytest.fixture
def aisyah(mandate: Mandate) -> Client:
    """The child as she would see it herself."""
    return signed_in(mandate.principal, "applications", "account", "profile")


def handed_in(app: Client, service: str = "uji") -> str:
    id = ready(app, service=service, files=False)
    assert submit(app, id).status_code == 200
    return id


def refused(app: Client) -> tuple[str, Client]:
    """Return an application that was rejected, and the officer who did."""
    id, rina = handed_in(app), officer("officer", "approver")
    take(rina, id, "start_review")
    assert take(rina, id, "reject", reason="Foto tidak terbaca.").status_code == 200
    return id, rina


def write(app: Client, id: str, at: str = URL) -> Any:
    return app.post(f"{at}{id}/messages/", WRITE, "application/json", headers={"Idempotency-Key": str(uuid4())})


def withdraw(app: Client, id: str) -> Any:
    return app.post(f"{URL}{id}/withdraw/", {}, "application/json")


def for_whom(app: Client, id: str, at: str = URL) -> dict[str, str | None]:
    """Return of each event who acted for whom, in words."""
    lines = app.get(f"{at}{id}/timeline/").json()["results"]
    return {each["type"]: each["on_behalf"] and each["on_behalf"]["text"] for each in lines}


def told(*kinds: str) -> dict[str, set[Any]]:
    drain_all()
    found: dict[str, set[Any]] = {each: set() for each in kinds}
    for kind, recipient_id in Notice.objects.filter(kind__in=kinds).values_list("kind", "recipient_id"):
        found[kind].add(recipient_id)
    return found


def copied(person_id: Any) -> dict[str, Any]:
    """Return the person's applications as their copy of all data holds them, by id."""
    section = next(part for part in export(person_id) if getattr(part, "name", "") == "applications")
    return {str(each["id"]): each for each in section.lines}  # type: ignore[union-attr]


def test_a_mother_objects_and_appeals_for_her_child_until_it_is_opened_again(
    acting: Client, aisyah: Client, siti: User, mandate: Mandate
) -> None:
    id, rina = refused(acting)
    objection = filed(acting, id)
    assert decide(head(), objection, "refuse").json()["end"] == "rejected"
    appeal = filed(acting, objection)
    assert decide(head("dewi@example.org"), appeal, "uphold").json()["end"] == "granted"
    drain_all()
    drain_all()

    assert {each.applicant_id for each in Application.objects.all()} == {mandate.principal_id}
    trace = {"mandate": str(mandate.id), "kind": "child", "principal": str(mandate.principal_id)}
    hers = Event.objects.filter(actor_role="resident")
    assert {(each.actor_id, each.data["on_behalf_of"] == trace) for each in hers} == {(siti.id, True)}
    assert sorted(hers.values_list("type", flat=True)) == ["objection_filed"] * 2 + ["submitted"] * 3
    # The child, the mother and the officer read the same.
    expected = {"submitted": FOR_WHOM, "in_review": None, "rejected": None, "objection_filed": FOR_WHOM}
    for app, at in ((aisyah, URL), (acting, URL), (rina, OFFICE)):
        assert for_whom(app, id, at) == expected | {"reopened": None}
    lines = aisyah.get(URL).json()["results"]
    assert {each["id"] for each in lines} == {id, objection, appeal}
    assert aisyah.get(f"{URL}{id}/objections/").json()["results"][0]["id"] == objection
    both = {siti.id, mandate.principal_id}
    kinds = ("application.objection_filed", "application.overturned", "application.reopened", "application.refused")
    assert told(*kinds) == dict.fromkeys(kinds, both)
    # She goes on with it.
    assert withdraw(acting, id).json()["end"] == "withdrawn"
    assert list(broken_links()) == []


def test_what_the_agency_opens_again_is_the_mothers_to_go_on_with_and_both_are_told(
    acting: Client, siti: User, mandate: Mandate
) -> None:
    id, rina = refused(acting)

    assert reopen(rina, id, reason="Keliru.").status_code == 200

    assert told("application.reopened") == {"application.reopened": {siti.id, mandate.principal_id}}
    assert acting.get(f"{URL}{id}/").json()["state"] == "in_review"
    assert withdraw(acting, id).status_code == 200
    assert for_whom(acting, id)["withdrawn"] == FOR_WHOM
    assert told("application.withdrawn") == {"application.withdrawn": {siti.id, mandate.principal_id}}


def test_files_that_an_action_asks_are_handed_in_by_the_mother_and_are_the_childs(
    acting: Client, aisyah: Client, siti: User, mandate: Mandate
) -> None:
    id, rina = handed_in(acting, "aduan"), officer()
    take(rina, id, "ask_completion", reason="Di jalan mana?")
    assert told("application.awaiting_completion")["application.awaiting_completion"] == {
        siti.id,
        mandate.principal_id,
    }
    assert mine(acting, id) == ["complete", "withdraw"]

    staged = hand_in(acting, id, "complete", "bukti", png(), at=URL)
    assert staged.status_code == 201, staged.content
    assert do(acting, id, "complete", reason="Jl. Mulawarman.").status_code == 200

    kept = ActionFile.objects.select_related("file").get()
    assert (kept.staged_by_id, kept.file.owner_id) == (siti.id, mandate.principal_id)
    for app in (aisyah, acting):
        (line,) = [each for each in app.get(f"{URL}{id}/timeline/").json()["results"] if each["documents"]]
        assert line["on_behalf"]["text"] == FOR_WHOM
        assert app.get(line["documents"][0]["url"]).status_code == 200
    assert list(broken_links()) == []


def test_messages_the_survey_and_who_read_it_are_the_mothers_as_they_are_the_childs(
    acting: Client, aisyah: Client, siti: User, mandate: Mandate
) -> None:
    id, rina = handed_in(acting), officer()
    assert write(acting, id).json()["author"] == "Siti"
    assert write(rina, id, OFFICE).status_code == 201
    assert told("message.written") == {"message.written": {siti.id, mandate.principal_id}}
    for app in (acting, aisyah):
        page = app.get(f"{URL}{id}/messages/").json()
        lines = {(each["from"], each["author"]) for each in page["results"]}
        assert lines == {("office", "Rina"), ("resident", "Siti")}
    assert acting.post(f"{URL}{id}/messages/read/").status_code == 204
    assert aisyah.get(f"{URL}{id}/messages/").json()["unread"] == 0
    take(rina, id, "start_review")
    take(rina, id, "grant")
    drain_all()

    assert rate(acting, id, GOOD).status_code == 201
    assert rate(aisyah, id, GOOD | {"time": 4}).status_code == 200  # one answer, whoever gives it
    assert Satisfaction.objects.get().scores["time"] == 4
    assert acting.get(f"{URL}{id}/document/").status_code == 200
    for app in (acting, aisyah):
        read = app.get(f"{URL}{id}/access-log/").json()["results"]
        assert {(each["reader"]["name"], each["what"]) for each in read} >= {("Rina", "decision")}
    assert set(DataAccess.objects.values_list("person_id", flat=True)) == {mandate.principal_id}


def test_a_file_that_was_lent_names_the_mother_in_the_childs_access_log(
    acting: Client, aisyah: Client, siti: User, mandate: Mandate
) -> None:
    publish_service(service="satu", requirements=HERE, access=FAMILY)
    publish_service("DINSOS", service="dua", title={"id": "Bantuan", "en": "Aid"}, requirements=THERE, access=FAMILY)
    source = ready(acting, service="satu", files=False)
    upload(acting, source, "foto", png())
    assert submit(acting, source).status_code == 200
    id = ready(acting, service="dua", files=False)

    assert take_files(acting, id, *file_offers(acting, id)).status_code == 200
    assert submit(acting, id).status_code == 200

    (line,) = aisyah.get(f"{URL}{source}/access-log/").json()["results"]
    assert (line["reader"]["name"], line["application"]) == ("Siti", source)
    assert DataAccess.objects.get().reader_id == siti.id
    assert set(Event.objects.get(application_id=id).data["reused_files"]) == {"kk"}


def test_the_childs_copy_of_all_data_says_who_acted_for_them_and_the_mothers_has_none_of_it(
    acting: Client, siti: User, mandate: Mandate
) -> None:
    id, _rina = refused(acting)
    filed(acting, id)
    write(acting, id := handed_in(acting))
    withdraw(acting, id)

    found = copied(mandate.principal_id)

    lines = {(line["type"], line["acted_for_you"] and line["acted_for_you"]["actor"]) for each in found.values()
             for line in each["history"]}  # fmt: skip
    assert lines == {
        ("submitted", "Siti"),
        ("in_review", None),
        ("rejected", None),
        ("objection_filed", "Siti"),
        ("withdrawn", "Siti"),
    }
    assert found[id]["history"][0]["acted_for_you"] == {"actor": "Siti", "mandate": str(mandate.id), "kind": "child"}
    assert [each["author"] for each in found[id]["messages"]] == ["Siti"]
    assert copied(siti.id) == {}


Step = Callable[[Client, dict[str, str]], Any]
STEPS: dict[str, Step] = {
    "read": lambda app, ids: app.get(f"{URL}{ids['open']}/"),
    "timeline": lambda app, ids: app.get(f"{URL}{ids['open']}/timeline/"),
    "whether it may be objected to": lambda app, ids: app.get(f"{URL}{ids['refused']}/objections/"),
    "object": lambda app, ids: object_to(app, ids["refused"]),
    "fill in an objection": lambda app, ids: app.patch(
        f"{URL}{ids['objection']}/", GROUNDS, "application/json", headers={"If-Match": "*"}
    ),
    "file an objection": lambda app, ids: submit(app, ids["objection"]),
    "throw an objection away": lambda app, ids: app.delete(f"{URL}{ids['objection']}/", headers={"If-Match": "*"}),
    "withdraw": lambda app, ids: withdraw(app, ids["open"]),
    "actions": lambda app, ids: app.get(f"{URL}{ids['asked']}/actions/"),
    "hand in a file of an action": lambda app, ids: hand_in(app, ids["asked"], "complete", "bukti", png(), at=URL),
    "take a file of an action back": lambda app, ids: app.delete(
        f"{URL}{ids['asked']}/actions/complete/files/{ids['staged']}/"
    ),
    "read a file of an action": lambda app, ids: app.get(
        f"{URL}{ids['asked']}/actions/complete/files/{ids['staged']}/"
    ),
    "act": lambda app, ids: do(app, ids["asked"], "complete", reason="Jl. Mulawarman."),
    "write": lambda app, ids: write(app, ids["open"]),
    "messages": lambda app, ids: app.get(f"{URL}{ids['open']}/messages/"),
    "messages read": lambda app, ids: app.post(f"{URL}{ids['open']}/messages/read/"),
    "survey": lambda app, ids: app.get(f"{URL}{ids['refused']}/satisfaction/"),
    "rate": lambda app, ids: rate(app, ids["refused"], GOOD),
    "prefill": lambda app, ids: app.get(f"{URL}{ids['draft']}/prefill/"),
    "take facts over": lambda app, ids: app.post(
        f"{URL}{ids['draft']}/prefill/",
        {"take": [{"pointer": "/answers/data/nama", "value": "Aisyah"}]},
        "application/json",
        headers={"If-Match": "*"},
    ),
    "offers of files": lambda app, ids: app.get(f"{URL}{ids['draft']}/files/offers/"),
    "take files over": lambda app, ids: app.post(
        f"{URL}{ids['draft']}/files/offers/",
        {"take": [{"requirement": "foto", "file": ids["draft"], "sha256": "0" * 64}]},
        "application/json",
        headers={"If-Match": "*"},
    ),
    "receipt": lambda app, ids: app.get(f"{URL}{ids['open']}/receipt/"),
    "who read it": lambda app, ids: app.get(f"{URL}{ids['open']}/access-log/"),
    "definition": lambda app, ids: app.get(f"{URL}{ids['objection']}/definition/"),
    "proof": lambda app, ids: app.get(f"{URL}{ids['open']}/timeline/1/proof/"),
    "deadline": lambda app, ids: app.get(f"{URL}{ids['open']}/deadline/"),
    "attach": lambda app, ids: app.post(
        f"{URL}{ids['draft']}/files/", {"requirement": "foto", "file": SimpleUploadedFile("x.png", png())}
    ),
}


@pytest.fixture
def ids(acting: Client) -> dict[str, str]:
    """Return one application for each step: open, refused with an objection begun, asked for a file, a draft."""
    id, rina = refused(acting)
    asked = handed_in(acting, "aduan")
    take(rina, asked, "ask_completion", reason="Di jalan mana?")
    return {
        "open": handed_in(acting),
        "refused": id,
        "objection": object_to(acting, id).json()["id"],
        "asked": asked,
        "staged": hand_in(acting, asked, "complete", "bukti", png(), at=URL).json()["id"],
        "draft": ready(acting, files=False),
    }


def state() -> list[Any]:
    """Return all that these steps could change."""
    return [
        sorted(Application.objects.values_list("id", "state", "revision", "answers__keberatan")),
        Event.objects.count(),
        sorted(ActionFile.objects.values_list("id", "event")),
        sorted(Message.objects.values_list("id", "read_at")),
        Satisfaction.objects.count(),
        DataAccess.objects.count(),
    ]


def answers(app: Client, ids: dict[str, str]) -> dict[str, tuple[int, str]]:
    return {name: problem(step(app, ids)) for name, step in STEPS.items()}


def test_neither_a_stranger_nor_the_mother_as_herself_reaches_any_of_it(ids: dict[str, str], siti: User) -> None:
    before = state()

    for person in (siti, resident("budi@example.org")):
        app = signed_in(person, "applications", "account")
        assert answers(app, ids) == dict.fromkeys(STEPS, (404, "not_found"))

    assert state() == before


def test_a_mother_of_another_child_reaches_none_of_it(ids: dict[str, str]) -> None:
    before = state()
    other = child_of(resident("budi@example.org"))
    Mandate.objects.filter(pk=other.pk).update(expires_at=MONDAY + timedelta(days=3650))

    assert answers(acting_by(other), ids) == dict.fromkeys(STEPS, (404, "not_found"))

    assert state() == before


@pytest.mark.parametrize("narrowed", ["services", "agency's own rule"])
def test_what_the_mandate_does_not_reach_is_not_there(ids: dict[str, str], acting: Client, narrowed: str) -> None:
    if narrowed == "services":
        Mandate.objects.update(services=["another"])
    else:
        Mandate.objects.update(kind="company")  # the service lets family act, no company
    before = state()

    assert answers(acting, ids) == dict.fromkeys(STEPS, (404, "not_found"))

    assert acting.get(URL).json()["results"] == []
    assert state() == before


@pytest.mark.parametrize("ending", ["ended", "run out", "agent gone"])
def test_a_mandate_that_ended_under_way_stops_it_all_and_the_child_goes_on(
    ids: dict[str, str], acting: Client, aisyah: Client, siti: User, ending: str
) -> None:
    if ending == "ended":
        Mandate.objects.update(state="ended", ended_at=timezone.now(), ending="agent")
    elif ending == "run out":
        Mandate.objects.update(expires_at=MONDAY - timedelta(days=10_000))
    else:
        User.objects.filter(pk=siti.pk).update(is_active=False)
    before = state()

    assert {name: step(acting, ids).status_code for name, step in STEPS.items()} == dict.fromkeys(STEPS, 401)

    assert state() == before
    # What was begun goes on in the hands of whose it is.
    aisyah.patch(f"{URL}{ids['objection']}/", GROUNDS, "application/json", headers={"If-Match": "*"})
    assert submit(aisyah, ids["objection"]).status_code == 200
    assert withdraw(aisyah, ids["open"]).status_code == 200
    assert for_whom(aisyah, ids["open"]) == {"submitted": FOR_WHOM, "withdrawn": None}
    assert for_whom(aisyah, ids["refused"])["objection_filed"] is None
    assert may(aisyah, ids["refused"])["code"] == "objection_open"
    assert list(broken_links()) == []


def test_a_mandate_for_this_service_alone_reaches_its_objections_too(acting: Client) -> None:
    Mandate.objects.update(services=["uji"])
    id, _rina = refused(acting)

    objection = filed(acting, id)

    assert {each["id"] for each in acting.get(URL).json()["results"]} == {id, objection}
    decide(head(), objection, "refuse")
    assert acting.get(f"{URL}{filed(acting, objection)}/").status_code == 200


def test_a_service_that_lets_nobody_act_any_more_lets_nobody_object_either(acting: Client, aisyah: Client) -> None:
    """What was decided stays under its version; that version lets her, whatever the newest says."""
    id, _rina = refused(acting)
    closed = {"audience": ["resident"], "assurance": "basic"}
    publish_service(requirements=[], access=closed, objection=OBJECTION, reopening=REOPENING)

    made = object_to(acting, id)

    assert made.status_code == 201
    begun = acting.post(URL, {"service": "uji"}, "application/json")
    assert problem(begun) == (403, "not_on_behalf")
    assert aisyah.post(URL, {"service": "uji"}, "application/json").status_code == 201


def test_the_mother_is_told_by_when_her_own_and_her_childs_draft_must_be_handed_in(
    acting: Client, siti: User, mandate: Mandate
) -> None:
    childs, hers = ready(acting, files=False), ready(signed_in(siti, "applications", "profile"), files=False)
    service = Service.objects.get(slug="uji")
    retire(service=service, cut_off_at=MONDAY + timedelta(days=9), reason="Diganti", actor_id=siti.pk, now=MONDAY)

    drain_all()
    drain_all()

    told = Notice.objects.filter(kind="service.cut_off_set").values_list("recipient_id", "application_id")
    assert sorted(told, key=str) == sorted(
        [(siti.pk, UUID(hers)), (siti.pk, None), (mandate.principal_id, UUID(childs))], key=str
    )
