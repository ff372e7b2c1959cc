"""`office/impersonations/`: support sees an account as its person does; reading only, with a reason, and shown."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from accounts.models import User
from accounts.operations import register_person
from accounts.privacy.models import DataAccess, Impersonation
from accounts.sign_in.operations import add_authenticator_app
from services.events.operations import drain
from services.notifications.models import Notice
from tests.problems import fields, problem
from tests.services.applications.factory import member
from tests.services.signed_in import signed_in

URL, MINE = "/api/v1/office/impersonations/", "/api/v1/me/impersonations/"


@pytest.fixture
def staff() -> User:
    tono = register_person(full_name="Tono", email="tono@balikpapan.example", now=timezone.now())
    call_command("platform_staff", "tono@balikpapan.example")
    add_authenticator_app(person_id=tono.pk, secret="BALIKPAPANKOTAMINYAKBERIMAN23456")
    tono.refresh_from_db()
    return tono


@pytest.fixture
def office(staff: User) -> Client:
    return signed_in(staff, "office")


def begin(office: Client, person: Any, **changes: Any) -> Any:
    said = {"person": str(person), "reason": "Tiket 4711", "minutes": 15} | changes
    return office.post(URL, said, content_type="application/json")


def watcher(office: Client, person: User) -> tuple[Client, str]:
    """Return a caller with the token, and the impersonation's id."""
    begun = begin(office, person.pk)
    assert begun.status_code == 201, begun.content
    return Client(headers={"Authorization": f"Bearer {begun.json()['access_token']}"}), begun.json()["id"]


def test_support_sees_what_the_person_sees_who_is_told_and_sees_each_reading(
    office: Client, person: User, siti: Client
) -> None:
    support, id = watcher(office, person)
    drain(now=timezone.now())
    notice = Notice.objects.get(recipient=person)
    assert notice.kind == "privacy.impersonation_began"
    assert ("Tono" in notice.body["id"], "Tiket 4711" in notice.body["id"]) == (True, True)

    assert support.get("/api/v1/me/").json()["full_name"] == "Siti Aminah"
    assert support.get("/api/v1/applications/").status_code == 200
    assert support.get("/api/v1/notifications/").status_code == 200

    lines = siti.get("/api/v1/me/access-log/").json()["results"]
    assert {(each["kind"], each["reader"]["name"], each["reader"]["role"], each["why"]) for each in lines} == {
        ("impersonation", "Tono", "support", "Tiket 4711")
    }
    assert sorted(each["what"] for each in lines) == ["account", "application", "notices"]
    mine = siti.get(MINE).json()["results"]
    assert [(each["id"], each["staff"], each["lasts"]) for each in mine] == [(id, "Tono", True)]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("patch", "me/"),
        ("post", "me/data-requests/"),
        ("post", "me/export/"),
        ("post", "me/deletion/"),
        ("post", "me/sessions/end-others/"),
        ("post", "applications/"),
        ("delete", f"me/impersonations/{UUID(int=1)}/"),
    ],
)
def test_support_changes_nothing(office: Client, person: User, method: str, path: str) -> None:
    support, _id = watcher(office, person)

    answer = getattr(support, method)(f"/api/v1/{path}", {"full_name": "Ratu"}, content_type="application/json")

    assert problem(answer) == (403, "read_only")
    person.refresh_from_db()
    assert person.full_name == "Siti Aminah"


def test_support_opens_no_office_and_gets_no_copy_of_all(office: Client, person: User) -> None:
    support, _id = watcher(office, person)

    assert problem(support.get("/api/v1/office/data-requests/")) == (403, "insufficient_scope")
    assert problem(support.get(f"/api/v1/me/export/{uuid4()}/download/")) == (403, "reauthentication_required")
    assert problem(begin(support, person.pk)) == (403, "insufficient_scope")
    assert support.get("/oauth/userinfo/").status_code in {401, 403, 404}


@pytest.mark.parametrize("how", ["staff", "person", "time", "dismissed"])
def test_it_ends_by_staff_by_the_person_by_time_and_with_the_role(
    office: Client, person: User, siti: Client, how: str
) -> None:
    support, id = watcher(office, person)
    assert support.get("/api/v1/me/").status_code == 200

    if how == "staff":
        assert [office.delete(f"{URL}{id}/").status_code for _ in range(2)] == [204, 204]
    elif how == "person":
        assert [siti.delete(f"{MINE}{id}/").status_code for _ in range(2)] == [204, 204]
    elif how == "time":
        Impersonation.objects.update(expires_at=timezone.now())
    else:
        call_command("platform_staff", "tono@balikpapan.example", "--end")

    assert support.get("/api/v1/me/").status_code == 401
    assert Impersonation.objects.get().ending == (how if how in {"staff", "person"} else "")
    assert AccessToken.objects.filter(token_checksum=Impersonation.objects.get().token_checksum).exists() == (
        how in {"time", "dismissed"}
    )


@pytest.mark.parametrize("how", ["noted as ended", "staff deactivated"])
def test_its_token_is_dead_as_long_as_it_is_there(office: Client, staff: User, person: User, how: str) -> None:
    support, _id = watcher(office, person)
    assert support.get("/api/v1/me/").status_code == 200

    if how == "noted as ended":
        Impersonation.objects.update(ended_at=timezone.now())
    else:
        User.objects.filter(pk=staff.pk).update(is_active=False)

    assert support.get("/api/v1/me/").status_code == 401
    assert AccessToken.objects.filter(token_checksum=Impersonation.objects.get().token_checksum).exists()


def test_staff_see_one_account_at_a_time(office: Client, person: User, budi: User) -> None:
    first, _id = watcher(office, person)
    second, _id = watcher(office, budi)

    assert (first.get("/api/v1/me/").status_code, second.get("/api/v1/me/").status_code) == (401, 200)


def test_nobody_with_a_role_can_be_seen_nor_an_account_that_is_none(office: Client, staff: User, person: User) -> None:
    for whose in (member("rina@example.org", "officer"), staff):
        assert problem(begin(office, whose.pk)) == (409, "works_for_the_city")
    User.objects.filter(pk=person.pk).update(is_active=False)
    for nobody in (person.pk, uuid4()):
        assert fields(begin(office, nobody)) == {"/person": "does_not_exist"}
    assert not Impersonation.objects.exists()


def test_it_takes_a_reason_and_half_an_hour_at_most(office: Client, person: User) -> None:
    assert fields(begin(office, person.pk, reason=" ", minutes=31)) == {"/reason": "blank", "/minutes": "max_value"}
    begun = begin(office, person.pk, minutes=30)

    assert AccessToken.objects.get(user=person).expires - Impersonation.objects.get().began_at == timedelta(minutes=30)
    assert begun.json()["access_token"] not in str(AccessToken.objects.values().get(user=person))


def test_only_staff_of_the_platform_begin_and_each_ends_their_own(
    office: Client, person: User, budi: User, siti: Client
) -> None:
    rina = signed_in(member("rina@example.org", "admin"), "office")
    assert problem(begin(rina, person.pk)) == (403, "not_platform_staff")
    _support, id = watcher(office, person)

    assert problem(rina.delete(f"{URL}{id}/")) == (403, "not_platform_staff")
    assert problem(signed_in(budi, "account").delete(f"{MINE}{id}/")) == (404, "not_found")
    assert not DataAccess.objects.exists()
    assert siti.get(MINE).json()["results"][0]["lasts"] is True
