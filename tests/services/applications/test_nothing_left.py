"""After the end of keeping: of an application with everything that one can have, nothing of its person is left."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from services.applications.models import Application, ApplicationFile, Destruction, Tombstone
from services.applications.operations.retention import tend_retention
from services.applications.queries.chain import broken_links
from services.definitions.flow import workflow_content
from services.documents.models import IssuedDocument, StoredFile
from services.events.operations import prune
from tests.services.applications.api.test_corrections import NIK
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import hand_in, officer, take
from tests.services.applications.api.test_satisfaction import GOOD, put
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.applications.test_new_version import drain_all
from tests.services.applications.test_retention import MARCH, OVER_ON, WARNED_ON, rows_of
from tests.services.documents.crafted import pdf, png
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
JSON = "application/json"
SAID = "Siti Rahma"  # stands in every text that anybody writes here
# What an account holds itself, and requests that are sent twice.
ACCOUNTS = ("accounts_", "account_", "oauth2_provider_", "http_api_")
# The chain itself, its proof, and what counts.
BONES = {f"applications_{each}" for each in ("application", "event", "destruction", "tombstone", "historyleaf", "hop")}
BONES |= {"applications_news", "applications_keeping", "documents_issueddocument"}


def with_a_letter() -> dict[str, Any]:
    """Return a workflow whose grant takes a letter."""
    found = workflow_content("standard-review")
    letter = {"id": "surat", "title": {"id": "Surat", "en": "Letter"}, "accept": ["pdf"], "max_mb": 1}
    return {
        **found,
        "transitions": [
            each | ({"documents": [letter]} if each["action"] == "grant" else {}) for each in found["transitions"]
        ],
    }


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def lived(app: Client, rina: Client, hendra: Client) -> str:
    """Return an application to which everything happened, and that was granted."""
    id = ready(app)
    assert submit(app, id).status_code == 200
    take(rina, id, "start_review")
    rina.get(f"{OFFICE}{id}/?reason={SAID}%20menelepon")
    items = [
        NIK | {"words": SAID},
        {"pointer": "/files/foto", "reason_code": "unreadable", "words": SAID},
    ]
    asked = rina.post(f"{OFFICE}{id}/corrections/", {"items": items, "message": SAID}, JSON, headers=key())
    assert asked.status_code == 201, asked.content
    file = SimpleUploadedFile(f"{SAID}.png", png())
    assert app.post(f"{URL}{id}/corrections/files/", {"requirement": "foto", "file": file}).status_code == 201
    sent = app.post(f"{URL}{id}/corrections/send/", {"note": f"NIK saya benar. {SAID}"}, JSON, headers=key())
    assert sent.status_code == 200, sent.content
    for who, step in ((rina, "hand-over"), (hendra, "give-back")):
        body = {"reason": f"{SAID} pindah."} | ({"agency": "DPMPTSP"} if step == "hand-over" else {})
        assert who.post(f"{OFFICE}{id}/{step}/", body, JSON).status_code == 200
    for what in ("notes", "messages"):
        assert rina.post(f"{OFFICE}{id}/{what}/", {"text": SAID}, JSON, headers=key()).status_code == 201
    assert rina.post(f"{OFFICE}{id}/claim/", {}, JSON).status_code == 200
    assert hand_in(rina, id, "grant", "surat", pdf()).status_code == 201
    assert take(rina, id, "grant", reason=SAID).status_code == 200
    drain_all()
    assert put(app, id, GOOD, SAID).status_code == 201
    assert app.post(f"{URL}{id}/read/", {}, JSON).status_code == 200
    assert app.get(f"{URL}{id}/document/").status_code == 200
    return id


def tables_with(what: str) -> dict[str, int]:
    """Return in how many rows of which tables a text stands, those of accounts left out."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(ACCOUNTS) and table != "accounts_privacy_dataaccess":
                continue
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{what}%"])  # noqa: S608
            if count := cursor.fetchone()[0]:
                found[table] = count
    return found


@pytest.mark.django_db(transaction=True)  # a cursor sees what is committed
@pytest.mark.parametrize("then", ["anonymise", "destroy"])
def test_nothing_of_the_person_is_left_in_any_table_or_folder(then: str) -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        publish_service(workflow=with_a_letter(), retention={"months": 12, "then": then, "basis": "Jadwal"})
        app = signed_in(resident(), "applications", "account", "notifications")
        rina, hendra = officer(), officer(email="hendra@example.org", code="DPMPTSP")
        id = lived(app, rina, hendra)
        siti = User.objects.get(email="siti@example.org")
        assert StoredFile.objects.count() == 3  # the photo, the one before it, the letter
        keys = [*StoredFile.objects.values_list("storage_key", flat=True)]
        keys += [*IssuedDocument.objects.values_list("storage_key", flat=True)]
        assert len([each for each in keys if default_storage.exists(each)]) == 4
        assert len(tables_with(SAID)) >= 10, tables_with(SAID)
        clock.move_to(WARNED_ON)
        tend_retention(now=timezone.now())
        clock.move_to(OVER_ON)
        known = app.get(URL, {"updated_since": ""}).json()
        assert [each["id"] for each in known["results"]] == [id]
        assert tend_retention(now=timezone.now())["erased"] == 1
        drain_all()
        again = app.get(URL, {"updated_since": known["cursor"]}).json()
        clock.shift(timedelta(days=31))  # as long as the outbox remembers
        while prune(now=timezone.now()):
            pass

        assert tables_with(SAID) == {}
        assert {each for each in tables_with(str(siti.pk)) if each != "notifications_notice"} == {
            Tombstone._meta.db_table
        }
        assert set(tables_with(id)) == BONES
        assert not StoredFile.objects.exists()
        assert [each for each in keys if default_storage.exists(each)] == []
        assert (again["results"], again["deleted"], again["reset"]) == ([], [id], False)
        row = Application.objects.get()
        assert (row.applicant.is_active, row.answers, row.moved, row.reused) == (False, {}, None, None)
        assert (row.assignee_id is None) is (then == "destroy")
        assert Destruction.objects.get().files == 3
        assert rows_of(id) == {"Event", "Hop", "News", "Keeping"}
        assert list(broken_links()) == []


def test_a_file_that_another_application_holds_stays_until_that_ends_too() -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        publish_service(retention={"months": 12})
        app, rina = signed_in(resident(), "applications"), officer()
        id, other = ready(app), ready(app, files=False)
        stored = ApplicationFile.objects.get(application_id=id).file
        ApplicationFile.objects.create(application_id=other, requirement="foto", file=stored)
        assert submit(app, id).status_code == 200
        assert take(rina, id, "start_review").status_code == 200
        assert take(rina, id, "reject", reason="Uji.").status_code == 200
        clock.move_to(WARNED_ON)
        tend_retention(now=timezone.now())
        clock.move_to(OVER_ON)
        assert tend_retention(now=timezone.now())["erased"] == 1
        drain_all()

        assert not ApplicationFile.objects.filter(application_id=id).exists()
        assert ApplicationFile.objects.get(application_id=other).file_id == stored.pk
        assert default_storage.exists(stored.storage_key)
