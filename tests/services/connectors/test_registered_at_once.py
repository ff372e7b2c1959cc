"""Two who register at the same moment: one form sent twice is one client, two of one name are two."""

import pytest

from accounts.models import RelyingParty
from accounts.operations import register_relying_party
from services.connectors.models import Registration
from tests.accounts.proofing.conftest import Caller
from tests.at_once import at_once
from tests.services.connectors.conftest import SITE

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_of_one_name_are_two_clients(admin: Caller) -> None:
    answers = at_once(*[lambda: admin.post("office/clients/", SITE)] * 2)

    assert [each.status_code for each in answers] == [201, 201]
    assert len({each.json()["client_id"] for each in answers}) == 2
    made = RelyingParty.objects.filter(name=SITE["name"])
    assert len({each.client_secret for each in made}) == 2
    assert Registration.objects.count() == 2


def test_one_form_sent_twice_at_once_is_one_client(admin: Caller) -> None:
    answers = at_once(*[lambda: admin.post("office/clients/", SITE, key="k" * 20)] * 2)

    # Whoever comes while the first is at work waits for its answer, or is told that it is under way.
    assert {each.status_code for each in answers} <= {201, 409}
    assert len({each.json()["client_id"] for each in answers if each.status_code == 201}) == 1
    assert Registration.objects.count() == 1


def test_one_client_registered_by_several_at_once_is_there_once() -> None:
    parties = at_once(
        *[lambda: register_relying_party(client_id="m", name="M", scopes=[], client_secret="s" * 40, machine=True)] * 4
    )

    assert len({each.pk for each in parties}) == 1
    assert RelyingParty.objects.get(client_id="m").name == "M"
