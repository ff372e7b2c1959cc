"""`/permohonan/<id>/`: until when a refusal may be objected to, what was objected, files that the agency gave."""

import pytest
from django.test import Client

from accounts.models import User
from services.applications.models import Application
from tests.services.applications.api.test_objections import decide, filed, head, rejected
from tests.services.applications.api.test_office import hand_in, officer, take
from tests.services.applications.api.test_workflow import submitted
from tests.services.documents.crafted import pdf
from tests.services.portal.pages import browser_of, links_of, text_of

pytestmark = pytest.mark.django_db


def browser() -> Client:
    return browser_of(User.objects.get(email="siti@example.org"))


def test_a_refusal_says_until_when_and_leads_to_the_objection_and_back() -> None:
    app, id, _rina = rejected()
    words = text_of(browser().get(f"/permohonan/{id}/"))
    assert "Foto tidak terbaca." in words
    assert "Bila tidak setuju, Anda dapat mengajukan keberatan sampai" in words

    objection = filed(app, id)

    page = browser().get(f"/permohonan/{id}/")
    assert f"/permohonan/{objection}/" in links_of(page)
    assert "Foto tidak terbaca." in text_of(page)
    assert "Bila tidak setuju" not in text_of(page)
    other = browser().get(f"/permohonan/{objection}/")
    assert f"Keberatan atas {Application.objects.get(id=id).number}" in text_of(other)
    decide(head(), objection, "uphold")
    assert "Dokumen sedang dibuat" not in text_of(browser().get(f"/permohonan/{objection}/"))


def test_what_the_agency_gave_is_downloaded_from_the_history() -> None:
    _app, id = submitted("information-request")
    rina = officer()
    take(rina, id, "register")
    hand_in(rina, id, "provide", "informasi")
    take(rina, id, "provide")

    page = browser().get(f"/permohonan/{id}/")

    (link,) = [each for each in links_of(page) if "/lampiran/" in each]
    assert "Informasi yang diberikan" in text_of(page)
    assert browser().get(link).content == pdf()
