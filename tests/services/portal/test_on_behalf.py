"""Who acted for whom is read on the page of whose it is, and by the officer who has it in hand."""

import pytest
from django.test import Client

from accounts.mandates.models import Mandate
from tests.services.applications.api.test_acting_further import handed_in
from tests.services.applications.api.test_mandate_kinds import access, mandate_of
from tests.services.applications.api.test_objections import filed
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_on_behalf import acting_by
from tests.services.applications.factory import member, publish_service, resident
from tests.services.definitions.test_objections import OBJECTION
from tests.services.office.test_clients_pages import browser_of as office_browser_of
from tests.services.portal.pages import browser_of, text_of

pytestmark = pytest.mark.django_db
FOR_WHOM = "Siti untuk Yang Diwakili"


@pytest.fixture
def mandate() -> Mandate:
    publish_service(requirements=[], access=access("family"), objection=OBJECTION)
    return mandate_of("relative", resident())


@pytest.fixture
def refused(mandate: Mandate) -> tuple[Client, str]:
    """Return Siti, acting for an adult who trusts her, and what was applied for and refused."""
    acting, rina = acting_by(mandate), officer("officer", "approver")
    id = handed_in(acting)
    take(rina, id, "start_review")
    assert take(rina, id, "reject", reason="Tidak terbaca.").status_code == 200
    return acting, id


def test_who_is_represented_reads_who_acted_and_goes_on_themselves(
    mandate: Mandate, refused: tuple[Client, str]
) -> None:
    acting, id = refused
    objection = filed(acting, id)
    theirs = browser_of(mandate.principal)

    pages = [text_of(theirs.get(f"/permohonan/{each}/")) for each in (id, objection)]

    assert [page.count(FOR_WHOM) for page in pages] == [2, 1]
    assert mandate.agent
    assert browser_of(mandate.agent).get(f"/permohonan/{id}/").status_code == 404  # hers by the app, as the other


def test_an_officer_reads_who_acted_for_whom(refused: tuple[Client, str]) -> None:
    acting, id = refused
    filed(acting, id)
    maya = office_browser_of(member("maya@example.org", "officer"), "pwd", "mfa")

    words = text_of(maya.get(f"/kantor/permohonan/{id}/"))

    assert words.count("Siti for Yang Diwakili") == 2
