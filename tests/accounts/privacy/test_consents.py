"""`me/consents/` and what was released, in the access log."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from accounts.models import RelyingParty, User
from accounts.privacy.operations.access import note_access
from accounts.provider.models import Consent, Release
from services.events.models import OutboxEvent
from tests.accounts.privacy.conftest import Connect
from tests.problems import problem

URL = "/api/v1/me/consents/"


def receipt(person: User, client: RelyingParty, **changes: Any) -> Consent:
    facts: dict[str, Any] = {"basis": "consent", "scopes": ["openid", "profile"], "claims": ["name"]} | changes
    return Consent.objects.create(
        person=person,
        client=client,
        language="id",
        wording={"title": "Izinkan?"},
        wording_hash="0" * 64,
        given_at=timezone.now(),
        **facts,
    )


def test_withdrawing_ends_what_the_client_may_do_and_tells_it(
    siti: Client, person: User, site: RelyingParty, connect: Connect
) -> None:
    given = connect(person)
    consent = receipt(person, site)
    told = siti.get(URL).json()["results"]
    assert [(each["client"]["id"], each["withdrawable"]) for each in told] == [("antrean", True)]
    assert told[0]["wording"] == {"title": "Izinkan?"}

    assert [siti.delete(f"{URL}{consent.pk}/").status_code for _ in range(2)] == [204, 204]

    assert siti.get(URL).json()["results"] == []
    given.refresh_from_db()
    consent.refresh_from_db()
    assert given.ended_at is not None
    assert consent.withdrawn_at is not None
    assert not AccessToken.objects.filter(application=site).exists()
    assert OutboxEvent.objects.filter(topic="consent.withdrawn").count() == 1


def test_what_rests_on_public_service_cannot_be_withdrawn(
    siti: Client, person: User, site: RelyingParty, connect: Connect
) -> None:
    given = connect(person)
    consent = receipt(person, site, basis="public_task")

    assert problem(siti.delete(f"{URL}{consent.pk}/")) == (409, "not_withdrawable")

    given.refresh_from_db()
    assert given.ended_at is None


def test_anothers_receipt_is_not_there(siti: Client, budi: User, site: RelyingParty) -> None:
    consent = receipt(budi, site)

    assert problem(siti.delete(f"{URL}{consent.pk}/")) == (404, "not_found")
    assert siti.get(URL).json()["results"] == []
    consent.refresh_from_db()
    assert consent.withdrawn_at is None


@pytest.mark.parametrize("limit", [1, 2])
def test_what_a_site_received_stands_in_the_log_beside_what_staff_read(
    siti: Client, person: User, budi: User, connect: Connect, limit: int
) -> None:
    given = connect(person)
    theirs = connect(budi)
    for whose in (given, theirs):
        at = timezone.now()
        Release.objects.create(
            authorization=whose, endpoint="userinfo", claims=["name", "sub"], first_at=at, latest_at=at
        )
    note_access(
        person_id=person.pk,
        reader_id=budi.pk,
        reader_name="Budi",
        reader_role="officer",
        what="file",
        now=timezone.now(),
    )

    pages, url = [], f"/api/v1/me/access-log/?limit={limit}"
    while url:
        page = siti.get(url).json()
        pages += page["results"]
        url = page["next"]

    assert [(each["kind"], each["what"], each["claims"]) for each in pages] == [
        ("staff", "file", []),
        ("release", "claims", ["name", "sub"]),
    ]
    assert pages[1]["client"] == {"id": "antrean", "name": "Antrean Dukcapil"}
