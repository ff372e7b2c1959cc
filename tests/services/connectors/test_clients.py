"""An agency's admin registers a client, changes it, opens it and closes it; nobody else sees it."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import get_grant_model

from accounts.models import ClientState, RelyingParty, User
from accounts.operations import register_person
from accounts.provider.consents import wording
from accounts.provider.models import Authorization, ScopePurpose
from accounts.provider.operations import authorize
from accounts.provider.tokens import checksum, exchange_code, find_code
from accounts.sign_in.operations import begin
from services.agencies.models import Role
from services.connectors.models import Change, Registration, SelfTest
from services.connectors.queries import mark_of
from services.connectors.self_test import CHECKS
from services.events.models import OutboxEvent
from tests.accounts.proofing.conftest import Caller
from tests.services.connectors.conftest import SITE

pytestmark = pytest.mark.django_db
Member = Callable[..., Caller]
KEY = {"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
       "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}  # fmt: skip


def after_a_run(client_id: str, *, passed: bool = True) -> SelfTest:
    """Say that a self-test of what stands now is over."""
    now = timezone.now()
    why = None if passed else {"id": "tidak ada", "en": "missing"}
    checks = [{"id": name, "standard": "RFC 9700, 4.7", "passed": passed, "why": why} for name in CHECKS]
    mark = mark_of(Registration.objects.get(pk=UUID(client_id)))
    return SelfTest.objects.create(
        client_id=client_id, begun_at=now, claimed_at=now, finished_at=now, settings_tested=mark, checks=checks
    )


def opened(admin: Caller, client_id: str) -> None:
    after_a_run(client_id)
    answer = admin.post(f"office/clients/{client_id}/production/")
    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "production"


def patch(admin: Caller, client_id: str, **values: Any) -> Any:
    return admin._call("patch", f"office/clients/{client_id}/", values)


def test_a_new_client_is_in_its_sandbox_with_its_admin_as_tester(admin: Caller) -> None:
    answer = admin.post("office/clients/", SITE)

    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert {name: said[name] for name in SITE if name != "purposes"} == {
        k: v for k, v in SITE.items() if k != "purposes"
    }
    assert said["purposes"] == [SITE["purposes"][0] | {"version": 1}]
    assert (said["state"], said["ready"], said["scopes"]) == ("sandbox", False, ["openid", "profile"])
    assert said["agency"] == {"code": "DINKES", "name": "Dinas DINKES"}
    assert "secret" not in json.dumps(said).replace("client_secret", "")
    stored = RelyingParty.objects.get(pk=said["id"])
    assert stored.testers == [admin.user.pk]
    assert (stored.agency_code, stored.skip_authorization, stored.client_type) == ("DINKES", False, "confidential")
    assert wording(stored, ["profile"], "en")[0]["purpose"] == "Print the name on the ticket"
    assert admin.get(f"office/clients/{said['id']}/").json() == said


def test_sent_twice_it_is_registered_once(admin: Caller) -> None:
    key = str(uuid4())

    first, second = (admin.post("office/clients/", SITE, key=key) for _turn in range(2))

    assert first.json() == second.json()
    assert Registration.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"redirect_uris": ["http://antre.example/callback"]}, "/redirect_uris"),
        ({"redirect_uris": ["https://antre.example/#x"]}, "/redirect_uris"),
        ({"redirect_uris": ["id.go.balikpapan.app:/callback"]}, "/redirect_uris/0"),
        ({"redirect_uris": []}, "/redirect_uris"),
        ({"post_logout_redirect_uris": ["javascript:alert(1)"]}, "/post_logout_redirect_uris"),
        ({"backchannel_logout_uri": "http://antre.example/logout"}, "/backchannel_logout_uri"),
        ({"login_uri": "ftp://antre.example/"}, "/login_uri"),
        ({"session_uri": "antre.example"}, "/session_uri"),
        ({"auth_method": "none"}, "/auth_method"),
        ({"auth_method": "private_key_jwt"}, "/jwks"),
        ({"redirect_uris": ["https://antre.example/?a=1&a=2"]}, "/redirect_uris"),
        ({"redirect_uris": ["https://antre.example/?state=x"]}, "/redirect_uris"),
        ({"jwks": {"keys": [KEY]}}, "/jwks"),
        ({"auth_method": "private_key_jwt", "jwks": {"keys": [KEY | {"d": "x" * 43}]}}, "/jwks"),
        ({"auth_method": "private_key_jwt", "jwks": {"keys": [KEY | {"kid": "a\x00"}]}}, "/jwks/keys/0/kid"),
        ({"auth_method": "private_key_jwt", "jwks": {"keys": [KEY | {"x5u": "x" * 20_000}]}}, "/jwks"),
        ({"auth_method": "private_key_jwt", "jwks_uri": "http://antre.example/keys"}, "/jwks_uri"),
        ({"contact_email": "nobody"}, "/contact_email"),
        ({"purposes": [SITE["purposes"][0] | {"scope": "email", "basis": ""}]}, "/purposes/0/basis"),
        ({"purposes": SITE["purposes"] * 2}, "/purposes/1/scope"),
        ({"agency": "DLH"}, "/agency"),
        *[({"purposes": [SITE["purposes"][0] | {"scope": scope}]}, "/purposes/0/scope")
          for scope in ("office", "account", "act", "notifications", "openid", "everything")],
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_field(admin: Caller, values: dict[str, Any], pointer: str) -> None:
    answer = admin.post("office/clients/", SITE | values)

    assert answer.status_code == 400, answer.content
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert not RelyingParty.objects.exists()


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"redirect_uris": ["http://antre.example/"]}, "/redirect_uris"),
        ({"jwks": {}}, "/jwks/keys"),
        ({"purposes": [{"scope": "email"}]}, "/purposes/0/purpose"),
        ({"purposes": [SITE["purposes"][0] | {"purpose": {"id": "Untuk antrean"}}]}, "/purposes/0/purpose/en"),
    ],
)
def test_what_was_refused_on_change_stays_as_it_was(
    admin: Caller, client_id: str, values: dict[str, Any], pointer: str
) -> None:
    before = admin.get(f"office/clients/{client_id}/").json()

    answer = patch(admin, client_id, name="Lain", **values)

    assert answer.status_code == 400
    assert pointer in [each["pointer"] for each in answer.json()["errors"]]
    assert admin.get(f"office/clients/{client_id}/").json() == before


def test_another_agencys_client_does_not_exist(member: Member, client_id: str) -> None:
    other = member("DLH")
    place = f"office/clients/{client_id}/"

    answers = [other.get(place), patch(other, client_id, name="x"), other._call("delete", place)]
    answers += [other.post(f"{place}{step}/", {}) for step in ("secret", "self-test", "production")]
    answers += [other.get(f"{place}{step}/") for step in ("self-test", "history")]

    assert {answer.status_code for answer in answers} == {404}
    assert other.get("office/clients/").json()["results"] == []
    assert Change.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "factor", "code"),
    [
        (Role.OFFICER, True, "not_agency_admin"),
        (Role.APPROVER, True, "not_agency_admin"),
        (Role.ADMIN, False, "second_factor_required"),
    ],
)
def test_only_admins_with_a_second_factor_come_in(member: Member, role: str, factor: bool, code: str) -> None:
    somebody = member("DINKES", role, factor=factor)

    answers = [somebody.get("office/clients/"), somebody.post("office/clients/", SITE)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, code)] * 2
    assert not Registration.objects.exists()


def test_a_secret_is_told_once_and_the_one_before_lasts_a_while(admin: Caller, client_id: str) -> None:
    told = admin.post(f"office/clients/{client_id}/secret/", {"overlap_hours": 2})

    assert told.status_code == 200, told.content
    assert told.headers["Cache-Control"] == "no-store"
    secret = told.json()["client_secret"]
    stored = RelyingParty.objects.get(pk=client_id)
    assert secret != stored.client_secret
    assert stored.earlier_secret_until - timezone.now() > timedelta(hours=1)
    for place in ("", "history/"):
        assert secret not in admin.get(f"office/clients/{client_id}/{place}").content.decode()
    assert secret not in json.dumps(list(Change.objects.values_list("values", flat=True)))


def test_a_client_with_its_own_key_has_no_secret(admin: Caller) -> None:
    by_key = SITE | {"auth_method": "private_key_jwt", "jwks": {"keys": [KEY]}}
    id = admin.post("office/clients/", by_key).json()["id"]

    answer = admin.post(f"office/clients/{id}/secret/", {})

    assert (answer.status_code, answer.json()["code"]) == (409, "client_has_no_secret")


def test_it_opens_only_when_green(admin: Caller, client_id: str) -> None:
    place = f"office/clients/{client_id}/production/"
    untried = admin.post(place)
    after_a_run(client_id, passed=False)
    red = admin.post(place)

    assert [(each.status_code, each.json()["code"]) for each in (untried, red)] == [(409, "self_test_not_green")] * 2
    assert RelyingParty.objects.get(pk=client_id).state == ClientState.SANDBOX
    opened(admin, client_id)


def test_a_run_under_way_opens_nothing_and_is_not_begun_twice(admin: Caller, client_id: str) -> None:
    place = f"office/clients/{client_id}/"
    assert admin.get(f"{place}self-test/").status_code == 404
    started = admin.post(f"{place}self-test/")

    assert started.status_code == 202, started.content
    assert (started.json()["state"], started.json()["expected"]) == ("waiting", 14)
    assert admin.get(f"{place}self-test/").json() == started.json()
    assert admin.post(f"{place}self-test/").json()["code"] == "self_test_running"
    assert admin.post(f"{place}production/").status_code == 409
    assert OutboxEvent.objects.get(topic="self_test.requested").key == UUID(started.json()["id"])


def test_a_run_whose_worker_never_came_back_may_be_begun_anew(admin: Caller, client_id: str) -> None:
    place = f"office/clients/{client_id}/self-test/"
    admin.post(place)
    SelfTest.objects.update(begun_at=timezone.now() - timedelta(minutes=12))

    assert admin.get(place).json()["state"] == "lost"
    assert admin.post(place).status_code == 202


@pytest.mark.parametrize(
    "values",
    [
        {"redirect_uris": ["https://antre.example/other"]},
        {"post_logout_redirect_uris": ["https://antre.example/bye"]},
        {"backchannel_logout_uri": ""},
        {"auth_method": "private_key_jwt", "jwks": {"keys": [KEY]}},
        {"login_uri": "https://antre.example/login/"},
        {"session_uri": "https://antre.example/me/"},
    ],
)
def test_other_addresses_or_keys_send_it_back_until_it_is_green_again(
    admin: Caller, client_id: str, values: dict[str, Any]
) -> None:
    opened(admin, client_id)

    changed = patch(admin, client_id, **values)

    assert changed.status_code == 200, changed.content
    assert (changed.json()["state"], changed.json()["ready"]) == ("sandbox", False)
    assert admin.post(f"office/clients/{client_id}/production/").status_code == 409
    opened(admin, client_id)


def granted(client_id: str, person: User, access: str, refresh: str) -> Authorization:
    """Let a client hold what it would of somebody who signed in."""
    now, client = timezone.now(), RelyingParty.objects.get(pk=client_id)
    sign_in = begin(person_id=person.pk, methods=["pwd"], address=None, user_agent="", now=now)
    given = authorize(
        sign_in=sign_in, assurance="basic", client=client, scopes=["openid", "profile"], claims={}, code=access, now=now
    )
    get_grant_model().objects.create(
        user=person, code=checksum(access), application=client, scope="openid profile", resource=[],
        redirect_uri=SITE["redirect_uris"][0], expires=now + timedelta(minutes=1),
    )  # fmt: skip
    found = find_code(access, now=now)
    assert found is not None
    exchange_code(
        found, access=access, refresh=refresh, scope="openid profile", resource=[], expires=now + timedelta(hours=1),
        now=now,
    )  # fmt: skip
    return given


def uses(admin: Caller, client_id: str, access: str, refresh: str) -> list[Any]:
    """Return what a client gets at userinfo, at introspection and for a refresh."""
    secret = admin.post(f"office/clients/{client_id}/secret/", {}).json()["client_secret"]
    proof = {"client_id": RelyingParty.objects.get(pk=client_id).client_id, "client_secret": secret}
    web = Client()
    return [
        web.get("/o/userinfo/", headers={"authorization": f"Bearer {access}"}).status_code,
        web.post("/o/introspect/", proof | {"token": access}).json()["active"],
        web.post("/o/token/", proof | {"grant_type": "refresh_token", "refresh_token": refresh}).status_code,
    ]


def test_sent_back_it_holds_nothing_of_anybody_but_its_testers(admin: Caller, client_id: str, member: Member) -> None:
    resident = member("DLH").user
    opened(admin, client_id)
    ended, stays = granted(client_id, resident, "a1", "r1"), granted(client_id, admin.user, "a2", "r2")

    patch(admin, client_id, redirect_uris=["https://antre.example/other"])

    ended.refresh_from_db()
    stays.refresh_from_db()
    assert (ended.ended_at is None, stays.ended_at is None) == (False, True)
    assert uses(admin, client_id, "a1", "r1") == [401, False, 400]
    assert uses(admin, client_id, "a2", "r2") == [200, True, 200]


def test_what_a_resident_agreed_to_at_that_moment_is_of_no_use_in_the_sandbox(
    admin: Caller, client_id: str, member: Member
) -> None:
    granted(client_id, member("DLH").user, "a1", "r1")

    assert uses(admin, client_id, "a1", "r1") == [401, False, 400]


def test_another_name_or_purpose_leaves_it_open_and_asks_residents_again(admin: Caller, client_id: str) -> None:
    opened(admin, client_id)
    other = SITE["purposes"][0] | {"basis": "Perda 5/2024 pasal 3"}

    changed = patch(admin, client_id, name="Antrean Baru", purposes=[other])

    assert (changed.json()["state"], changed.json()["name"]) == ("production", "Antrean Baru")
    assert changed.json()["purposes"] == [other | {"version": 2}]


def test_a_purpose_that_comes_back_goes_on_counting(admin: Caller, client_id: str) -> None:
    patch(admin, client_id, purposes=[])
    assert RelyingParty.objects.get(pk=client_id).allowed_scopes == ["openid"]

    back = patch(admin, client_id, purposes=[SITE["purposes"][0] | {"basis": "Perda 5/2024 pasal 3"}])

    assert back.json()["purposes"][0]["version"] == 2
    assert ScopePurpose.objects.count() == 1


def test_a_closed_client_stays_closed_and_holds_nothing(admin: Caller, client_id: str) -> None:
    place, now = f"office/clients/{client_id}/", timezone.now()
    sign_in = begin(person_id=admin.user.pk, methods=["pwd"], address=None, user_agent="", now=now)
    Authorization.objects.create(
        person=admin.user, client_id=client_id, sign_in=sign_in, auth_time=now, assurance="basic", created_at=now
    )

    answers = [admin._call("delete", place) for _turn in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert admin.get(place).json()["state"] == "closed"
    assert Authorization.objects.get().ended_at is not None
    refused = [patch(admin, client_id, name="x")]
    refused += [admin.post(f"{place}{step}/", {}) for step in ("secret", "self-test", "production")]
    assert {(each.status_code, each.json()["code"]) for each in refused} == {(409, "client_closed")}


def test_the_history_tells_who_did_what(admin: Caller, client_id: str) -> None:
    opened(admin, client_id)
    patch(admin, client_id, name="Antrean Baru", redirect_uris=["https://antre.example/other"])
    patch(admin, client_id, name="Antrean Baru")
    admin.post(f"office/clients/{client_id}/secret/", {})

    page = admin.get(f"office/clients/{client_id}/history/?limit=2").json()
    rest = admin.api.get(page["next"]).json()

    lines = page["results"] + rest["results"]
    assert [line["what"] for line in lines] == ["secret_rotated", "sent_back", "opened", "registered"]
    assert {line["by"] for line in lines} == {admin.user.full_name}
    assert lines[1]["values"] == {
        "name": {"from": "Antrean", "to": "Antrean Baru"},
        "redirect_uris": {"from": ["https://antre.example/callback"], "to": ["https://antre.example/other"]},
    }


@pytest.mark.parametrize("statement", ["UPDATE connectors_change SET what = 'x'", "DELETE FROM connectors_change"])
def test_the_history_cannot_be_rewritten(client_id: str, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Change.objects.get(registration_id=UUID(client_id)).what == "registered"


def test_pages_of_clients_follow_each_other(admin: Caller, django_assert_num_queries: Any) -> None:
    made = [admin.post("office/clients/", SITE | {"name": f"Situs {number}"}).json()["id"] for number in range(3)]

    with django_assert_num_queries(3):  # the person (of the test), their agencies, the page
        first = admin.get("office/clients/?limit=2").json()
    second = admin.api.get(first["next"]).json()

    assert [line["id"] for line in first["results"] + second["results"]] == made[::-1]


def test_testers_are_listed_added_told_and_removed(admin: Caller, client_id: str, member: Member) -> None:
    budi = register_person(full_name="Budi Santoso", email="budi@balikpapan.example", now=timezone.now())
    url = f"office/clients/{client_id}/testers/"
    assert [each["id"] for each in admin.get(url).json()["results"]] == [str(admin.user.pk)]

    added = [admin.post(url, {"email": "Budi@balikpapan.example"}) for _ in range(2)]

    assert [(each.status_code, each.json()["full_name"]) for each in added] == [(201, "Budi Santoso")] * 2
    assert RelyingParty.objects.get(pk=client_id).testers == [admin.user.pk, budi.pk]
    assert OutboxEvent.objects.filter(topic="privacy.tester_added", body__person=str(budi.pk)).count() == 1
    sign_in = begin(person_id=budi.pk, methods=["pwd"], address=None, user_agent="", now=timezone.now())
    held = Authorization.objects.create(
        person=budi, client_id=client_id, sign_in=sign_in, auth_time=timezone.now(), assurance="basic",
        created_at=timezone.now(),
    )  # fmt: skip
    assert [admin._call("delete", f"{url}{budi.pk}/").status_code for _ in range(2)] == [204, 204]
    held.refresh_from_db()
    assert held.ended_at is not None
    assert RelyingParty.objects.get(pk=client_id).testers == [admin.user.pk]
    history = admin.get(f"office/clients/{client_id}/history/").json()["results"]
    assert [line["what"] for line in history][:2] == ["tester_removed", "tester_added"]
    assert member("DLH").get(url).status_code == 404


def test_nobody_knows_the_address_of_a_tester_that_has_no_account(admin: Caller, client_id: str) -> None:
    answer = admin.post(f"office/clients/{client_id}/testers/", {"email": "siapa@balikpapan.example"})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/email")
    assert answer.json()["errors"][0]["code"] == "unknown_person"
    assert RelyingParty.objects.get(pk=client_id).testers == [admin.user.pk]


def test_a_green_run_that_lacks_a_check_of_today_opens_nothing(admin: Caller, client_id: str) -> None:
    run = after_a_run(client_id)
    run.checks = run.checks[:-1]
    run.save()

    assert admin.post(f"office/clients/{client_id}/production/").status_code == 409


def test_why_a_check_failed_is_said_in_the_language_asked_for(admin: Caller, client_id: str) -> None:
    after_a_run(client_id, passed=False)
    url = f"office/clients/{client_id}/self-test/"
    admin.get(url)

    answers = [admin.api.get(f"/api/v1/{url}", headers={"Accept-Language": each}).json() for each in ("id", "en")]

    said = [each["checks"][0]["why"] for each in answers]
    assert said == ["tidak ada", "missing"]
