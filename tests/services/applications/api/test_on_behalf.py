"""Applying for a child: whose it is, who did it, and what the service lets."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from accounts.mandates.models import ActingToken, Mandate
from accounts.models import User
from services.applications.models import Application, Event
from services.applications.operations.transitions import act
from services.applications.queries.chain import broken_links
from services.events.operations import drain
from services.notifications.models import Notice
from superapp.http.problems import Problem
from tests.problems import problem
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import member, publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
FAMILY = {"audience": ["resident"], "assurance": "basic", "on_behalf_of": ["family"]}


@pytest.fixture
def siti() -> User:
    publish_service(access=FAMILY)
    publish_service(service="lain", access={"audience": ["resident"], "assurance": "basic"})
    return resident()


@pytest.fixture
def mandate(siti: User) -> Mandate:
    return child_of(siti)


def child_of(siti: User) -> Mandate:
    """Return the mandate by which a mother acts for her child, under a new account."""
    child = User.objects.create_user(full_name="Aisyah", kind="dependant", assurance="verified")
    now = timezone.now()
    return Mandate.objects.create(
        principal=child,
        agent=siti,
        kind="child",
        scopes=["applications"],
        state="active",
        evidence="officer",
        basis="UU 1/1974",
        created_at=now,
        starts_at=now,
        expires_at=now + timedelta(days=1),
    )


@pytest.fixture
def acting(mandate: Mandate) -> Client:
    return acting_by(mandate)


def acting_by(mandate: Mandate) -> Client:
    """Return a client that calls with a token by this mandate."""
    client = signed_in(mandate.principal, "applications")
    token = str(client.defaults["HTTP_AUTHORIZATION"])
    checksum = hashlib.sha256(token.removeprefix("Bearer ").encode()).hexdigest()
    ActingToken.objects.create(access_token=AccessToken.objects.get(token_checksum=checksum), mandate=mandate)
    return client


def test_the_application_is_the_childs_and_the_history_says_who_acted(
    acting: Client, siti: User, mandate: Mandate
) -> None:
    id = ready(acting)

    assert submit(acting, id).status_code == 200

    assert Application.objects.get(id=id).applicant_id == mandate.principal_id
    told = Event.objects.get()
    assert told.actor_id == siti.id
    trace = {"mandate": str(mandate.id), "kind": "child", "principal": str(mandate.principal_id)}
    assert told.data["on_behalf_of"] == trace
    assert list(broken_links()) == []
    (line,) = acting.get(f"{URL}{id}/timeline/").json()["results"]
    assert line["on_behalf"] == {
        "actor": "Siti",
        "applicant": "Aisyah",
        "text": "Siti untuk Aisyah",
        "mandate": str(mandate.id),
        "kind": "child",
    }
    rina = signed_in(member("rina@example.org", "officer"), "office")
    (seen,) = rina.get(f"/api/v1/office/applications/{id}/timeline/").json()["results"]
    assert seen["on_behalf"] == line["on_behalf"]


def test_who_acted_cannot_be_rewritten_unseen(acting: Client, siti: User) -> None:
    from django.db import connection

    submit(acting, ready(acting))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE applications_event SET data = data - 'on_behalf_of'")
        cursor.execute("SET session_replication_role = DEFAULT")

    assert [each.what for each in broken_links()] == [
        "changed event",
        "the applicant is not whose it is by its history",
    ]


def test_a_withdrawal_says_who_acted_too(acting: Client, siti: User) -> None:
    id = ready(acting)
    submit(acting, id)

    done = acting.post(f"{URL}{id}/withdraw/", {"reason": ""}, content_type="application/json")

    assert done.status_code == 200, done.content
    event = Event.objects.get(sequence=2)
    assert (event.actor_id, event.data["on_behalf_of"]["kind"]) == (siti.id, "child")


def test_a_service_that_does_not_let_others_act_says_so_by_name(acting: Client) -> None:
    answer = acting.post(URL, {"service": "lain"}, content_type="application/json")

    assert problem(answer) == (403, "not_on_behalf")
    assert "Layanan uji" in answer.json()["detail"]
    assert Application.objects.count() == 0


def test_what_the_mandate_does_not_reach_is_not_seen(siti: User, mandate: Mandate) -> None:
    hers = signed_in(mandate.principal, "applications", "profile")
    inside, outside = ready(hers), ready(hers, service="lain")
    acting = acting_by(mandate)

    assert [each["id"] for each in acting.get(URL).json()["results"]] == [inside]
    assert acting.get(f"{URL}{outside}/").status_code == 404
    calls: list[Any] = [
        acting.delete(f"{URL}{outside}/", headers={"If-Match": "*"}),
        acting.patch(f"{URL}{outside}/", {"answers": {}}, content_type="application/json", headers={"If-Match": "*"}),
        acting.post(f"{URL}{outside}/submit/", headers={"Idempotency-Key": str(uuid4())}),
        acting.get(f"{URL}{outside}/timeline/"),
        acting.post(f"{URL}{outside}/files/", {"requirement": "foto"}),
    ]
    assert [each.status_code for each in calls] == [404] * 5
    Mandate.objects.update(services=["another"])
    assert acting.get(URL).json()["results"] == []
    assert acting.get(f"{URL}{inside}/").status_code == 404


def test_the_mother_is_told_for_her_child(acting: Client, siti: User, mandate: Mandate) -> None:
    submit(acting, ready(acting))
    while drain(now=timezone.now()):
        pass

    assert {each.recipient_id for each in Notice.objects.all()} == {siti.id, mandate.principal_id}


def test_an_officer_does_not_decide_what_she_applied_for_her_child(acting: Client, siti: User) -> None:
    id = ready(acting)
    submit(acting, id)

    with pytest.raises(Problem, match="action_forbidden"):
        act(
            application_id=id,  # type: ignore[arg-type]
            actor_id=siti.id,
            roles={"officer"},
            action="start_review",
            reason="",
            now=timezone.now(),
        )
