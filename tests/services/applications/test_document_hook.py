"""What an agency's module adds to the document that is issued, and that a grant outlives its failure."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from services.applications.models import Application
from services.documents.models import IssuedDocument
from services.events.models import Delivery
from services.events.operations import drain
from services.module_api.calling import forget_failures
from tests.bent import Bent
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import CONTENT, publish_service, resident
from tests.services.documents.test_certificate import text_of
from tests.services.documents.test_issue import content_of
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
MODULE = "module_opd_lentur"
ADDS = """
    import datetime
    seen(snapshot.state, snapshot.number is not None)
    answer = DocumentSpec(
        rows=(DocumentRow({"id": "Nomor rak", "en": "Shelf"}, "R-17"),),
        public_rows=(DocumentRow({"id": "Jenis", "en": "Kind"}, "Uji"),),
        valid_until=datetime.date(2126, 1, 1),
    )
"""
BROKEN = "raise RuntimeError('ups')\nanswer"


def granted(policy: str, **outcome: Any) -> tuple[Client, str]:
    publish_service(module=MODULE, hooks={"on_failure": policy}, outcome=CONTENT["outcome"] | outcome)
    app = signed_in(resident(), "applications")
    id = ready(app)
    submit(app, id)
    rina = officer()
    take(rina, id, "start_review")
    assert take(rina, id, "grant").status_code == 200
    return app, id


def work(*, later: timedelta = timedelta()) -> None:
    forget_failures()
    while drain(now=timezone.now() + later):
        pass


def test_its_rows_and_its_end_stand_in_the_document(bent: Bent, client: Client) -> None:
    bent.does(document=ADDS)
    granted("block", valid_months=24)

    work()

    document = IssuedDocument.objects.get()
    assert "Nomor rak" in text_of(content_of(document))
    assert "R-17" in text_of(content_of(document))
    assert document.valid_until is not None
    assert document.valid_until.year == timezone.localdate().year + 2
    told = client.get(f"/api/v1/documents/verify/{document.code}/", HTTP_ACCEPT_LANGUAGE="en").json()
    assert {"label": "Kind", "value": "Uji"} in told["facts"]
    assert "R-17" not in str(told)
    assert bent.seen("document") == "('granted', True)"


def test_it_may_shorten_the_time_that_the_document_holds(bent: Bent) -> None:
    bent.does(document=ADDS)
    granted("block")

    work()

    assert str(IssuedDocument.objects.get().valid_until) == "2126-01-01"


@pytest.mark.parametrize("policy", ["block", "allow-and-reverify"])
@pytest.mark.parametrize("failure", [BROKEN, "'x'", ADDS.replace("2126", "2020")])
def test_while_it_fails_the_document_waits_and_the_grant_stands(bent: Bent, policy: str, failure: str) -> None:
    bent.does(document=failure)
    granted(policy)

    work()

    assert Application.objects.get().end == "granted"
    assert not IssuedDocument.objects.exists()
    assert Delivery.objects.filter(consumer="issue_document", done_at=None, parked_at=None).count() == 1
    bent.does(document=ADDS)
    work(later=timedelta(minutes=2))
    assert Application.objects.get().document is not None


def test_allow_editable_issues_it_without_and_says_so(bent: Bent) -> None:
    bent.does(document=BROKEN)
    app, id = granted("allow-editable")

    work()

    assert "R-17" not in text_of(content_of(IssuedDocument.objects.get()))
    lines = app.get(f"/api/v1/applications/{id}/timeline/", HTTP_ACCEPT_LANGUAGE="en").json()["results"]
    assert (lines[-1]["type"], lines[-1]["note"]) == (
        "document_issued",
        "Without what the system of DISDUKCAPIL would add: it did not answer.",
    )
