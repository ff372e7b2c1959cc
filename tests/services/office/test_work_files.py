"""`/kantor/permohonan/<id>/`: files that an action asks are handed in on the page, with the action."""

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from accounts.privacy.models import DataAccess
from services.applications.models import ActionFile, Application, Event
from tests.services.applications.api.test_action_files import visited
from tests.services.documents.crafted import pdf
from tests.services.office.test_clients_pages import browser_of
from tests.services.portal.pages import links_of, text_of

pytestmark = pytest.mark.django_db


def report(office: Client, id: str, content: bytes | None) -> Any:
    revision = Application.objects.values_list("revision", flat=True).get(pk=UUID(id))
    said: dict[str, Any] = {"do": "act", "action": "report_visit", "revision": revision}
    if content is not None:
        said["file:berita_acara"] = SimpleUploadedFile("berita.pdf", content)
    return office.post(f"/kantor/permohonan/{id}/lakukan/", said)


def test_a_visit_is_reported_with_its_report() -> None:
    _app, id, _rina = visited()
    office = browser_of(User.objects.get(email="rina@example.org"), "pwd", "mfa")
    asked = office.get(f"/kantor/permohonan/{id}/")
    assert 'name="file:berita_acara"' in asked.content.decode()
    assert "Report of the visit" in text_of(asked)

    missing = report(office, id, None)
    wrong = report(office, id, b"MZ no document")
    assert (missing.status_code, "Upload this file first." in text_of(missing)) == (200, True)
    assert (wrong.status_code, "The content of the file is not" in text_of(wrong)) == (200, True)
    assert not Event.objects.filter(action="report_visit").exists()
    assert report(office, id, pdf()).status_code == 302

    assert ActionFile.objects.get().event == Event.objects.get(action="report_visit")
    (link,) = [each for each in links_of(office.get(f"/kantor/permohonan/{id}/")) if "/lampiran/" in each]
    assert office.get(link).content == pdf()
    assert DataAccess.objects.filter(what="file").count() == 1
