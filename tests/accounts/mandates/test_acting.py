"""A mother acts for her child: from asking at the counter to the end of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.bearer import BearerAuthentication
from accounts.mandates import operations
from accounts.mandates.exchange import ACCESS_TOKEN
from accounts.mandates.majority import of_age_at
from accounts.mandates.models import Dependant, Mandate
from accounts.models import RelyingParty, User
from accounts.operations import register_person, register_relying_party
from accounts.proofing.operations.keeping import load_identity
from accounts.provider.models import Authorization
from accounts.provider.operations import end_authorizations
from accounts.provider.queries import person_of
from services.events.operations import drain
from services.notifications.models import Notice
from tests.accounts.flow import authorize, exchange, get_me, told
from tests.accounts.mandates.acting import NIB, NIK, bearer, child_of, confirmed, post, swap
from tests.problems import problem

Tokens = Callable[..., dict[str, Any]]


def test_a_parent_acts_for_a_child_and_the_token_says_so(own: str, siti: User, officer: User) -> None:
    asked = post(own, "me/dependants/", nik=NIK, full_name="Aisyah Putri", birth_date="2019-03-14")
    assert asked.status_code == 201, asked.content
    assert (asked.json()["state"], asked.json()["awaiting"]) == ("proposed", "officer")
    assert swap(own, asked.json()["id"]).status_code == 400
    confirmed(Mandate.objects.get(), officer, NIK)

    given = swap(own, asked.json()["id"])

    assert given.status_code == 200, given.content
    assert "refresh_token" not in given.json()
    assert given.json()["issued_token_type"] == ACCESS_TOKEN
    assert set(given.json()["scope"].split()) == {"openid", "applications", "profile"}
    me = get_me(given.json()["access_token"]).json()  # type: ignore[attr-defined]
    assert (me["full_name"], me["actor"]["full_name"], me["actor"]["kind"]) == ("Aisyah Putri", "Siti Aminah", "child")
    assert (me["email"], me["phone"]) == (None, None)


def test_an_agencys_site_is_told_who_acts_under_the_names_it_knows_them_by(
    own: str, siti: User, officer: User, acting_app: RelyingParty, browser: Client
) -> None:
    scopes = ["openid", "profile", "applications", "act"]
    register_relying_party(
        client_id="site", name="A site", scopes=scopes, redirect_uris=["https://site.example/cb"],
        client_secret="s" * 40, agency_code="DISDUKCAPIL", first_party=True,
    )  # fmt: skip
    proof = {"client_id": "site", "client_secret": "s" * 40}
    to = {"client_id": "site", "redirect_uri": "https://site.example/cb"}
    code = told(authorize(browser, scope=" ".join(scopes), **to))["code"]
    theirs = exchange(code, **(to | proof)).json()  # type: ignore[attr-defined]
    mandate = child_of(siti, officer)

    token = swap(theirs["access_token"], mandate.id, **proof).json()["access_token"]

    told_of = {
        "userinfo": bearer(token).get("/o/userinfo/").json(),
        "introspection": Client().post("/o/introspect/", {"token": token} | proof).json(),
    }
    for each in told_of.values():
        assert person_of(each["sub"]) == mandate.principal_id
        assert person_of(each["act"]["sub"]) == siti.pk
        assert str(siti.pk) not in str(each)
    assert told_of["userinfo"]["name"] == "Aisyah"
    assert "act" not in bearer(theirs["access_token"]).get("/o/userinfo/").json()
    operations.end(mandate_id=mandate.id, person_id=siti.pk, now=timezone.now())
    assert bearer(token).get("/o/userinfo/").status_code == 401
    assert Client().post("/o/introspect/", {"token": token} | proof).json() == {"active": False}


def test_the_family_card_in_the_registry_is_enough_and_the_father_is_told(own: str, siti: User) -> None:
    kk = "6471010506240001"
    father = register_person(full_name="Ahmad Fauzi", email="ahmad@balikpapan.example", now=timezone.now())
    load_identity(person_id=siti.pk, nik="6471014503950001", kk=kk, now=timezone.now())
    load_identity(person_id=father.pk, nik="6471010107930002", kk=kk, now=timezone.now())
    child = {"nik": "6471015102150003", "full_name": "Nadia"}

    wrong = post(own, "me/dependants/", **child, birth_date="2015-02-12")
    assert (wrong.json()["state"], wrong.json()["awaiting"]) == ("proposed", "officer")
    post(own, f"me/mandates/{wrong.json()['id']}/end/")
    Dependant.objects.all().delete()
    asked = post(own, "me/dependants/", **child, birth_date="2015-02-11")

    assert (asked.json()["state"], asked.json()["evidence"]) == ("active", "registry"), asked.content
    assert asked.json()["principal"]["name"] == "Nadia Fauziah"
    assert swap(own, asked.json()["id"]).status_code == 200
    while drain(now=timezone.now()):
        pass
    told = Notice.objects.filter(kind="mandate.begun").values_list("recipient_id", flat=True)
    assert set(told) == {siti.pk, father.pk}
    spouse = post(own, "me/dependants/", nik="6471010107930002", full_name="A", birth_date="2015-02-11")
    assert spouse.status_code == 400


def test_an_acting_token_costs_one_query_more(own: str, siti: User, officer: User, rf: Any) -> None:
    token = swap(own, child_of(siti, officer).id).json()["access_token"]

    with CaptureQueriesContext(connection) as queries:
        principal, _scopes = BearerAuthentication().authenticate(  # type: ignore[misc]
            rf.get("/api/v1/me/", headers={"authorization": f"Bearer {token}"})
        )

    assert len(queries) == 2
    assert principal.actor.id == siti.pk  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("patch", "me/"),
        ("get", "me/mandates/"),
        ("post", "me/mandates/"),
        ("post", "me/dependants/"),
        ("get", "me/connections/"),
        ("get", "me/access-log/"),
        ("get", "office/applications/"),
        ("get", "notifications/"),
    ],
)
def test_what_is_not_opened_to_acting_is_closed(own: str, siti: User, officer: User, method: str, path: str) -> None:
    token = swap(own, child_of(siti, officer).id).json()["access_token"]

    answer = getattr(bearer(token), method)(f"/api/v1/{path}", content_type="application/json")

    assert problem(answer) == (403, "not_on_behalf")


def test_ended_from_either_side_the_token_is_dead_at_once(own: str, siti: User, officer: User) -> None:
    mandate = child_of(siti, officer)
    token = swap(own, mandate.id).json()["access_token"]
    assert get_me(token).status_code == 200

    ended = post(own, f"me/mandates/{mandate.id}/end/")
    again = post(own, f"me/mandates/{mandate.id}/end/")

    assert (ended.json()["state"], ended.json()["ending"]) == ("ended", "agent")
    assert again.json()["version"] == ended.json()["version"]
    assert get_me(token).status_code == 401
    assert swap(own, mandate.id).status_code == 400


def test_of_who_is_not_active_any_more_the_token_is_dead(own: str, siti: User, officer: User) -> None:
    token = swap(own, child_of(siti, officer).id).json()["access_token"]
    assert get_me(token).status_code == 200

    User.objects.filter(pk=siti.pk).update(is_active=False)

    assert get_me(token).status_code == 401


def test_signing_out_ends_what_was_done_for_others_too(own: str, siti: User, officer: User, browser: Client) -> None:
    token = swap(own, child_of(siti, officer).id).json()["access_token"]
    assert swap(own, Mandate.objects.get().id).status_code == 200
    assert Authorization.objects.filter(actor=siti).count() == 1

    end_authorizations(person_id=siti.pk, now=timezone.now())

    assert get_me(token).status_code == 401


def test_even_a_token_that_nobody_deleted_is_dead_with_its_mandate(own: str, siti: User, officer: User) -> None:
    mandate = child_of(siti, officer)
    token = swap(own, mandate.id).json()["access_token"]
    Mandate.objects.update(state="ended", ended_at=timezone.now(), ending="officer")

    assert get_me(token).status_code == 401


def test_coming_of_age_ends_it_though_no_worker_runs(own: str, siti: User, officer: User) -> None:
    mandate = child_of(siti, officer)
    token = swap(own, mandate.id).json()["access_token"]
    Mandate.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert get_me(token).status_code == 401
    assert swap(own, mandate.id).status_code == 400

    assert operations.tend(now=timezone.now()) == 1
    assert operations.tend(now=timezone.now()) == 0
    assert Mandate.objects.get().ending == "of_age"


@pytest.mark.parametrize(
    ("born", "of_age"),
    [(date(2008, 11, 24), "2026-11-24T00:00:00+08:00"), (date(2008, 2, 29), "2026-03-01T00:00:00+08:00")],
)
def test_a_child_comes_of_age_at_midnight_in_the_city(born: date, of_age: str) -> None:
    assert of_age_at(born).isoformat() == of_age


@pytest.mark.parametrize("born", ["2008-11-24", "2026-11-25"])
@time_machine.travel(datetime(2026, 11, 23, 16, 0, tzinfo=UTC), tick=False)
def test_who_is_of_age_or_not_yet_born_is_no_child(own: str, born: str) -> None:
    answer = post(own, "me/dependants/", nik=NIK, full_name="A. B.", birth_date=born)

    assert answer.status_code == 400
    assert Mandate.objects.count() == 0


def test_a_token_is_swapped_only_for_ones_own_mandate_by_a_client_that_may(
    own: str, siti: User, officer: User, acting_app: RelyingParty, tokens: Tokens
) -> None:
    mandate = child_of(siti, officer)
    acting = swap(own, mandate.id).json()["access_token"]
    assert swap(acting, mandate.id).status_code == 400  # no chains
    assert swap("unknown", mandate.id).status_code == 400
    assert swap(own, uuid4()).status_code == 400
    assert swap(own, "x").status_code == 400
    assert swap(own, mandate.id, scope="account").json()["error"] == "invalid_scope"
    assert swap(own, mandate.id, scope="applications").json()["scope"] == "applications"
    assert swap(tokens("openid account applications")["access_token"], mandate.id).status_code == 400
    Mandate.objects.update(agent=officer)
    assert swap(own, mandate.id).status_code == 400
    acting_app.allowed_scopes.remove("act")
    acting_app.save()
    assert swap(own, mandate.id).json()["error"] == "unauthorized_client"


def test_who_is_not_known_to_the_registry_acts_for_nobody(own: str, siti: User) -> None:
    User.objects.update(assurance="basic")

    answer = post(own, "me/dependants/", nik=NIK, full_name="Aisyah", birth_date="2019-03-14")

    assert problem(answer) == (403, "assurance_too_low")


def test_the_counter_compares_the_number(own: str, siti: User, officer: User) -> None:
    post(own, "me/dependants/", nik=NIK, full_name="Aisyah", birth_date="2019-03-14")
    asked = Mandate.objects.get()

    for number in ("6471015403190002", ""):
        with pytest.raises(Exception, match="invalid"):
            confirmed(asked, officer, number)
    with pytest.raises(Mandate.DoesNotExist):
        confirmed(asked, siti, NIK)

    asked.refresh_from_db()
    assert asked.state == "proposed"


def test_an_adult_lets_another_act_and_both_are_told(own: str, siti: User, officer: User, browser: Client) -> None:
    until = str(timezone.now().date() + timedelta(days=30))
    asked = post(own, "me/mandates/", agent="rina@balikpapan.example", services=["ktp-el"], expires_on=until)
    nobody = post(own, "me/mandates/", agent="nobody@balikpapan.example", services=["ktp-el"], expires_on=until)

    assert asked.status_code == nobody.status_code == 201, asked.content
    assert asked.json()["agent"] is nobody.json()["agent"] is None
    mandate_id = asked.json()["id"]
    assert problem(post(own, f"me/mandates/{mandate_id}/accept/")) == (404, "not_found")
    accepted = operations.accept(mandate_id=mandate_id, agent_id=officer.pk, now=timezone.now())
    assert accepted.state == "active"
    while drain(now=timezone.now()):
        pass
    told = Notice.objects.filter(kind="mandate.begun")
    assert {each.recipient_id for each in told} == {siti.pk, officer.pk}
    assert problem(post(own, "me/mandates/", agent="rina@balikpapan.example", services=[], expires_on=until)) == (
        409,
        "mandate_exists",
    )


def test_giving_needs_a_recent_sign_in_and_an_end(own: str, browser: Client) -> None:
    far = post(own, "me/mandates/", agent="0812 3456 7891", expires_on=str(timezone.now().date() + timedelta(days=400)))
    assert far.status_code == 400
    with time_machine.travel(timezone.now() + timedelta(minutes=9, seconds=59)):
        assert far.status_code == 400
    from accounts.sign_in.models import SignIn

    SignIn.objects.update(proved_at=timezone.now() - timedelta(minutes=11))
    late = post(own, "me/mandates/", agent="0812 3456 7891", expires_on=str(timezone.now().date()))
    assert problem(late) == (403, "reauthentication_required")


def test_what_a_director_delegates_is_narrower_and_ends_with_the_mandate(own: str, siti: User, officer: User) -> None:
    asked = operations.add_company(director_id=siti.pk, name="PT Beriman", nib=NIB, npwp="", now=timezone.now())
    company = confirmed(asked, officer, NIB)
    until = str(timezone.now().date() + timedelta(days=30))
    given = post(own, "me/mandates/", agent="rina@balikpapan.example", expires_on=until, delegated_from=str(company.id))
    assert given.status_code == 201, given.content
    staff = operations.accept(mandate_id=given.json()["id"], agent_id=officer.pk, now=timezone.now())
    assert staff.principal_id == company.principal_id

    operations.end(mandate_id=company.id, person_id=siti.pk, now=timezone.now())

    staff.refresh_from_db()
    assert (staff.state, staff.ending) == ("ended", "delegator")


def test_nobody_signs_in_as_a_child(own: str, siti: User, officer: User) -> None:
    from django.db import IntegrityError, transaction

    child = child_of(siti, officer).principal
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=child.pk).update(email="a@balikpapan.example")
    child.set_password("x")
    with pytest.raises(IntegrityError), transaction.atomic():
        child.save()


def test_a_stranger_sees_none(own: str, siti: User, officer: User) -> None:
    mandate = child_of(siti, officer)
    Mandate.objects.update(agent=officer)

    assert bearer(own).get(f"/api/v1/me/mandates/{mandate.id}/").status_code == 404
    assert bearer(own).get("/api/v1/me/mandates/").json()["results"] == []
    assert post(own, f"me/mandates/{mandate.id}/end/").status_code == 404
