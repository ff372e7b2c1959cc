"""A resident's application on its way, and a document that was issued."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from services.agencies.models import Membership
from services.applications.models import Application
from services.applications.operations.transitions import act
from services.documents.models import IssuedDocument
from services.events.operations import drain
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import agency, publish_service, resident
from tests.services.signed_in import signed_in

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CODE = "0A1B-2C3D-4E5F-3"


@pytest.fixture
def city(db: None) -> None:
    """The city with the services of its own modules."""
    call_command("load_city", verbosity=0)
    call_command("sync_catalogue", verbosity=0)


@pytest.fixture
def siti(db: None) -> User:
    publish_service()
    return resident()


@pytest.fixture
def app(siti: User) -> Client:
    """Siti's mobile app."""
    return signed_in(siti, "applications")


@pytest.fixture
def draft(app: Client) -> UUID:
    return UUID(ready(app))


@pytest.fixture
def submitted(app: Client) -> UUID:
    id = ready(app)
    assert submit(app, id).status_code == 200
    return UUID(id)


def decide(id: UUID, action: str, reason: str = "") -> None:
    """Decide as an officer of the agency, and let what follows happen."""
    rina, _made = User.objects.get_or_create(email="rina@example.org", defaults={"full_name": "Rina"})
    Membership.objects.get_or_create(user=rina, agency=agency(), role="officer")
    for each, why in (("start_review", ""), (action, reason)):
        act(application_id=id, actor_id=rina.id, roles={"officer"}, action=each, reason=why, now=NOW)
    while drain(now=timezone.now()):
        pass


@pytest.fixture
def granted(submitted: UUID) -> Application:
    decide(submitted, "grant")
    return Application.objects.select_related("document").get(id=submitted)


@pytest.fixture
def document(db: None) -> IssuedDocument:
    return IssuedDocument.objects.create(
        code=CODE,
        subject="22222222-2222-4222-8222-222222222222",
        agency_code="DISDUKCAPIL",
        agency_name="Dinas Kependudukan dan Pencatatan Sipil",
        kind="kutipan-akta",
        title={"id": "Kutipan Akta Kelahiran", "en": "Birth certificate extract"},
        number="00042/AKL/DISDUKCAPIL/2026",
        public_facts=[{"label": {"id": "Inisial", "en": "Initials"}, "value": "<b>A. F.</b>"}],
        issued_at=NOW,
        valid_until=date(2026, 11, 25),
        demo=True,
        sha256="a" * 64,
        size=1,
        storage_key="issued/2026/x.pdf",
    )
