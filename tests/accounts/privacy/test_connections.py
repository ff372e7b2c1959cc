"""`me/connections/`: who may act or ask for me, and ending that."""

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken, RefreshToken
from pytest_django import DjangoAssertNumQueries

from accounts.models import RelyingParty, User
from accounts.provider.models import Authorization
from services.events.models import OutboxEvent
from tests.accounts.privacy.conftest import Connect
from tests.problems import problem

URL = "/api/v1/me/connections/"


def test_a_person_sees_what_each_site_may_do(
    siti: Client, person: User, connect: Connect, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    connect(person)
    connect(person, scopes=["openid", "email"])

    with django_assert_num_queries(2):  # the token, the list
        told = siti.get(URL, headers={"Accept-Language": "en"}).json()["results"]

    assert [each["client_id"] for each in told] == ["antrean"]
    assert {each["scope"] for each in told[0]["scopes"]} == {"openid", "profile", "email"}
    assert "Read your e-mail address" in {each["description"] for each in told[0]["scopes"]}
    assert {"sub", "name", "email"} <= set(told[0]["claims"])
    assert told[0]["purposes"] == ["sign_in_elsewhere", "profile_elsewhere"]
    assert told[0]["agency"] == "DISDUKCAPIL"
    assert told[0]["last_used_at"] >= told[0]["since"]


def test_disconnecting_ends_everything_at_once_and_tells(siti: Client, person: User, connect: Connect) -> None:
    given = connect(person)

    assert siti.delete(f"{URL}antrean/").status_code == 204

    assert siti.get(URL).json()["results"] == []
    given.refresh_from_db()
    assert given.ended_at is not None
    assert not AccessToken.objects.filter(user=person, application=given.client).exists()
    assert not RefreshToken.objects.filter(user=person, revoked=None).exists()
    told = OutboxEvent.objects.get(topic="consent.withdrawn")
    assert told.body == {"person": str(person.id), "client": "antrean", "sign_ins": [str(given.sign_in_id)]}


def test_disconnecting_twice_tells_once(siti: Client, person: User, connect: Connect) -> None:
    connect(person)

    assert [siti.delete(f"{URL}antrean/").status_code for _ in range(2)] == [204, 204]

    assert OutboxEvent.objects.filter(topic="consent.withdrawn").count() == 1


@pytest.mark.parametrize("client_id", ["antrean", "nobody", "x" * 300])
def test_what_is_not_mine_is_not_there(
    siti: Client, budi: User, connect: Connect, site: RelyingParty, client_id: str
) -> None:
    connect(budi)

    assert problem(siti.delete(f"{URL}{client_id}/")) == (404, "not_found")

    assert Authorization.objects.get(person=budi).ended_at is None
    assert AccessToken.objects.filter(user=budi).exists()
