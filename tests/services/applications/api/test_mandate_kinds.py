"""Guardian, company, a trusted adult, the second parent: each applies, objects, takes back, as far as it reaches."""

import hashlib
from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from accounts.mandates import operations
from accounts.mandates.models import ActingToken, Mandate
from accounts.models import User
from services.applications.models import ActionFile, Application, Event, Message
from services.applications.queries.chain import broken_links
from services.notifications.models import Notice
from tests.problems import problem
from tests.services.applications.api.test_acting_further import handed_in, with_proof, withdraw, write
from tests.services.applications.api.test_corrections import NIK, RIGHT, ask, save, send
from tests.services.applications.api.test_my_actions import do
from tests.services.applications.api.test_objections import filed, head, object_to
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import actions, hand_in, officer, take
from tests.services.applications.api.test_on_behalf import acting_by
from tests.services.applications.api.test_receipts import verify
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import member, publish_service, resident
from tests.services.applications.test_consumers import drain_all
from tests.services.definitions.test_objections import OBJECTION
from tests.services.documents.crafted import png
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
GROUPS = {"child": "family", "guardian": "family", "relative": "family", "company": "company"}


def access(*groups: str, assurance: str = "basic") -> dict[str, Any]:
    return {"audience": ["resident"], "assurance": assurance, "on_behalf_of": list(groups)}


@pytest.fixture(autouse=True)
def services() -> None:
    """One that lets all act, one for family and one for companies alone."""
    publish_service(requirements=[], access=access("family", "company"), objection=OBJECTION)
    publish_service(service="keluarga", requirements=[], access=access("family"))
    publish_service(service="usaha", category="perizinan", requirements=[], access=access("company"))


@pytest.fixture
def siti() -> User:
    return resident()


@pytest.fixture
def budi() -> User:
    return resident("budi@example.org")


def principal(kind: str) -> User:
    """Return a new account of whom a mandate of this kind is for."""
    of = {"relative": "person", "company": "organisation"}.get(kind, "dependant")
    email = "diwakili@example.org" if of == "person" else None
    return User.objects.create_user(full_name="Yang Diwakili", kind=of, assurance="verified", email=email)


def mandate_of(kind: str, agent: User, whose: User | None = None, **more: Any) -> Mandate:
    now = timezone.now()
    return Mandate.objects.create(
        principal=whose or principal(kind),
        agent=agent,
        kind=kind,
        scopes=["applications"],
        state="active",
        evidence="officer",
        basis="KUH Perdata Pasal 1792",
        created_at=now,
        starts_at=now,
        expires_at=now + timedelta(days=1),
        **more,
    )


def rejected(id: str) -> None:
    rina = officer("officer", "approver")
    take(rina, id, "start_review")
    assert take(rina, id, "reject", reason="Tidak terbaca.").status_code == 200


def seen(app: Client) -> set[str]:
    return {each["id"] for each in app.get(URL).json()["results"]}


def did(id: str) -> list[tuple[str, str | None]]:
    """Return what residents did in an application, and who."""
    events = Event.objects.filter(application_id=id, actor_role="resident").order_by("sequence")
    return [(each.type, each.actor.full_name if each.actor else None) for each in events.select_related("actor")]


@pytest.mark.parametrize("kind", GROUPS)
def test_each_kind_applies_objects_and_takes_back_and_the_history_says_by_which(siti: User, kind: str) -> None:
    mandate = mandate_of(kind, siti)
    acting = acting_by(mandate)
    id, other = handed_in(acting), handed_in(acting)
    rejected(id)

    objection = filed(acting, id)
    assert withdraw(acting, other).json()["end"] == "withdrawn"
    assert withdraw(acting, objection).json()["end"] == "withdrawn"

    assert set(Application.objects.values_list("applicant_id", flat=True)) == {mandate.principal_id}
    traces = [each.data["on_behalf_of"] for each in Event.objects.filter(actor_role="resident")]
    trace = {"mandate": str(mandate.id), "kind": kind, "principal": str(mandate.principal_id)}
    assert traces == [trace] * 6
    receipt = acting.get(f"{URL}{objection}/receipt/").json()["receipt"]
    assert verify(acting, receipt).json()["on_behalf_of"] == kind
    payload = receipt.split(".")[1]
    assert str(mandate.principal_id) not in urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
    lines = acting.get(f"{URL}{other}/timeline/").json()["results"]
    assert {(each["on_behalf"]["kind"], each["on_behalf"]["text"]) for each in lines} == {
        (kind, "Siti untuk Yang Diwakili")
    }
    drain_all()
    told = {mandate.principal_id} | (set() if kind == "relative" else {siti.pk})  # an adult reads it themselves
    for what in ("submitted", "objection_filed", "withdrawn"):
        notices = Notice.objects.filter(kind=f"application.{what}")
        assert set(notices.values_list("recipient_id", flat=True)) == told
    assert list(broken_links()) == []


@pytest.mark.parametrize("kind", GROUPS)
def test_each_kind_reaches_what_services_let_it_and_no_more(siti: User, kind: str) -> None:
    mandate = mandate_of(kind, siti)
    acting, theirs = acting_by(mandate), signed_in(mandate.principal, "applications", "profile")
    own, not_own = ("keluarga", "usaha") if GROUPS[kind] == "family" else ("usaha", "keluarga")
    inside, outside = handed_in(theirs, own), handed_in(theirs, not_own)

    assert problem(acting.post(URL, {"service": not_own}, "application/json")) == (403, "not_on_behalf")
    assert seen(acting) == {inside}
    calls = (
        acting.get(f"{URL}{outside}/"),
        withdraw(acting, outside),
        object_to(acting, outside),
        write(acting, outside),
    )
    assert {problem(each) for each in calls} == {(404, "not_found")}
    assert withdraw(acting, inside).status_code == 200
    assert did(outside) == [("submitted", "Yang Diwakili")]


def test_who_is_less_surely_known_than_the_service_asks_does_not_act_for_who_is(siti: User) -> None:
    publish_service(service="teguh", requirements=[], access=access("family", assurance="in_person"))
    mandate = mandate_of("guardian", siti)
    User.objects.filter(pk=mandate.principal_id).update(assurance="in_person")

    answer = acting_by(mandate).post(URL, {"service": "teguh"}, "application/json")

    assert problem(answer) == (403, "assurance_too_low")
    assert not Application.objects.exists()


@pytest.fixture
def parents(siti: User, budi: User) -> tuple[Client, Client]:
    """Return mother and father of one child, as they act for it."""
    hers = mandate_of("child", siti)
    return acting_by(hers), also_acting_by(mandate_of("child", budi, hers.principal))


def also_acting_by(mandate: Mandate) -> Client:
    """Return a client by a second mandate for one: its token is of other scopes, so that it is another."""
    client = signed_in(mandate.principal, "applications", f"of-{mandate.agent_id}")
    token = str(client.defaults["HTTP_AUTHORIZATION"]).removeprefix("Bearer ")
    checksum = hashlib.sha256(token.encode()).hexdigest()
    ActingToken.objects.create(access_token=AccessToken.objects.get(token_checksum=checksum), mandate=mandate)
    return client


def test_the_father_sees_and_goes_on_with_what_the_mother_began(parents: tuple[Client, Client]) -> None:
    mother, father = parents
    draft = ready(mother, files=False)
    assert seen(father) == {draft}

    # A draft is one: the second to save it unseen is told.
    tag = father.get(f"{URL}{draft}/").headers["ETag"]
    changed = {"answers": {"data": {"nama": "Aisyah Rahma"}}, "base": {"data": {"nama": "Siti Rahma"}}}
    assert mother.patch(f"{URL}{draft}/", changed, "application/json", headers={"If-Match": tag}).status_code == 200
    late = father.patch(
        f"{URL}{draft}/", {"answers": {"data": {"nama": "Aisyah"}}}, "application/json", headers={"If-Match": tag}
    )
    assert (late.status_code, late.json()["conflicts"][0]["theirs"]) == (412, "Aisyah Rahma")
    assert submit(father, draft).status_code == 200

    rina = officer("officer", "approver")
    take(rina, draft, "start_review")
    ask(rina, draft, NIK)
    save(mother, draft, {"data": {"nik": RIGHT}})
    assert send(father, draft).status_code == 200  # what she put right, he sends
    take(rina, draft, "reject", reason="Tidak terbaca.")
    begun = object_to(mother, draft).json()["id"]
    assert problem(object_to(father, draft))[1] == "objection_open"
    assert seen(father) == {draft, begun}
    grounds = {"answers": {"keberatan": {"uraian": "Foto sudah jelas; petugas keliru membacanya."}}}
    father.patch(f"{URL}{begun}/", grounds, "application/json", headers={"If-Match": "*"})
    assert submit(father, begun).status_code == 200
    assert withdraw(mother, begun).status_code == 200

    assert did(draft) == [("submitted", "Budi"), ("correction_sent", "Budi"), ("objection_filed", "Budi")]
    assert did(begun) == [("submitted", "Budi"), ("withdrawn", "Siti")]
    for app in parents:
        lines = app.get(f"{URL}{begun}/timeline/").json()["results"]
        assert [each["on_behalf"]["actor"] for each in lines] == ["Budi", "Siti"]
    assert list(broken_links()) == []


def test_both_parents_are_told_and_one_whose_mandate_ended_hears_no_more(
    parents: tuple[Client, Client], siti: User, budi: User
) -> None:
    mother, father = parents
    id = handed_in(mother)
    rina = officer()
    write(rina, id, OFFICE)
    drain_all()
    child = Application.objects.get().applicant_id
    assert set(Notice.objects.values_list("recipient_id", flat=True)) == {siti.pk, budi.pk, child}
    Notice.objects.all().delete()
    hers = Mandate.objects.get(agent=siti)
    operations.end(mandate_id=hers.id, person_id=siti.pk, now=timezone.now())

    take(rina, id, "start_review")
    drain_all()

    assert mother.get(f"{URL}{id}/").status_code == 401
    heard = Notice.objects.filter(kind="application.in_review").values_list("recipient_id", flat=True)
    assert set(heard) == {budi.pk, child}
    assert [each["author"] for each in father.get(f"{URL}{id}/messages/").json()["results"]] == ["Rina"]
    assert withdraw(father, id).status_code == 200


def test_what_one_parent_handed_in_for_an_action_the_other_hands_in_anew(parents: tuple[Client, Client]) -> None:
    publish_service(service="aduan", workflow=with_proof(), requirements=[], access=access("family"))
    mother, father = parents
    id, rina = handed_in(mother, "aduan"), officer()
    take(rina, id, "ask_completion", reason="Di jalan mana?")
    hers = hand_in(mother, id, "complete", "bukti", png(), at=URL).json()["id"]

    assert problem(do(father, id, "complete", reason="Jl. Mulawarman.")) == (422, "documents_missing")
    assert father.get(f"{URL}{id}/actions/complete/files/{hers}/").status_code == 404
    his = hand_in(father, id, "complete", "bukti", png(), at=URL).json()["id"]
    assert do(father, id, "complete", reason="Jl. Mulawarman.").status_code == 200

    assert [str(each.id) for each in ActionFile.objects.exclude(event=None)] == [his]
    assert problem(do(mother, id, "complete", reason="Jl. Mulawarman.")) == (409, "action_not_available")
    assert mother.get(f"{URL}{id}/actions/complete/files/{his}/").status_code == 200


@pytest.fixture
def company(siti: User, budi: User) -> tuple[Client, Client]:
    """Return a director and the staff whom the director lets act in one service."""
    directs = mandate_of("company", siti)
    staff = mandate_of("company", budi, directs.principal, delegated_from=directs, services=["uji"])
    return acting_by(directs), also_acting_by(staff)


def test_a_companys_staff_go_on_with_what_the_director_began_as_far_as_they_were_let(
    company: tuple[Client, Client], siti: User, budi: User
) -> None:
    director, staff = company
    id, elsewhere = handed_in(director), handed_in(director, "usaha")
    rejected(id)

    assert seen(staff) == {id}
    assert problem(staff.post(URL, {"service": "usaha"}, "application/json")) == (403, "not_on_behalf")
    assert problem(withdraw(staff, elsewhere)) == (404, "not_found")
    objection = filed(staff, id)
    assert seen(director) == {id, elsewhere, objection}
    assert withdraw(director, objection).status_code == 200

    assert did(id) == [("submitted", "Siti"), ("objection_filed", "Budi")]
    assert did(objection) == [("submitted", "Budi"), ("withdrawn", "Siti")]
    drain_all()
    for each, agents in ((id, {siti.pk, budi.pk}), (elsewhere, {siti.pk})):
        application = Application.objects.get(id=each)
        told = Notice.objects.filter(body__id__icontains=str(application.number))
        assert set(told.values_list("recipient_id", flat=True)) == agents | {application.applicant_id}
    assert list(broken_links()) == []


def test_when_the_director_leaves_the_staff_act_no_more_and_the_next_director_goes_on(
    company: tuple[Client, Client], siti: User
) -> None:
    director, staff = company
    id = handed_in(staff)
    directs = Mandate.objects.get(agent=siti)
    second = also_acting_by(mandate_of("company", resident("dewi@example.org"), directs.principal))
    assert submit(second, id).status_code == 200  # what stands

    operations.end(mandate_id=directs.id, person_id=siti.pk, now=timezone.now())

    for app in (director, staff):
        assert [app.get(f"{URL}{id}/").status_code, withdraw(app, id).status_code] == [401, 401]
    assert Application.objects.get().state == "submitted"
    assert withdraw(second, id).status_code == 200
    assert did(id) == [("submitted", "Budi"), ("withdrawn", "Dewi")]


@pytest.mark.parametrize("kind", GROUPS)
def test_an_officer_has_no_say_in_what_is_of_whom_they_may_act_for_whoever_applied(siti: User, kind: str) -> None:
    """Who decides has no interest of their own or their family's in it (UU 30/2014 Pasal 42 and 43)."""
    hers = mandate_of(kind, siti)
    id = handed_in(acting_by(hers))
    agus = member("agus@example.org", "officer", "approver", "admin")
    mandate = mandate_of(kind, agus, hers.principal)
    desk = signed_in(agus, "office")

    assert actions(desk, id) == []
    assert problem(take(desk, id, "start_review")) == (403, "action_forbidden")
    assert problem(ask(desk, id, NIK)) == (403, "action_forbidden")
    assert problem(write(desk, id, OFFICE)) == (403, "action_forbidden")
    for what in ("claim", "notes"):
        body = {"text": "Periksa."} if what == "notes" else {}
        key = {"Idempotency-Key": str(uuid4()), "If-Match": "*"}
        assert problem(desk.post(f"{OFFICE}{id}/{what}/", body, "application/json", headers=key))[0] == 403
    assert not Message.objects.exists()
    assert Event.objects.count() == 1

    operations.end(mandate_id=mandate.id, person_id=agus.pk, now=timezone.now())
    assert take(desk, id, "start_review").status_code == 200


def test_an_officer_who_directs_the_company_has_no_say_in_its_objection(siti: User) -> None:
    hers = mandate_of("company", siti)
    acting = acting_by(hers)
    id = handed_in(acting)
    rejected(id)
    objection = filed(acting, id)
    desk = head()  # another than who decided
    mandate_of("company", User.objects.get(email="budi@example.org"), hers.principal)

    assert actions(desk, objection) == []
    assert problem(take(desk, objection, "take_up")) == (403, "action_forbidden")
    assert actions(head("dewi@example.org"), objection) == ["take_up"]
