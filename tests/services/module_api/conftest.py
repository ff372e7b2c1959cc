"""The bent module, and what its hooks are given."""

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps

from services.module_api import Applicant, Event, OPDModule, Person, Snapshot

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
_SNAPSHOT = Snapshot(
    application_id=uuid4(),
    service="uji",
    version=1,
    number=None,
    state="draft",
    answers={"data": {"nama": "Siti"}},
    files=("foto",),
    applicant=Applicant(uuid4(), "Siti", "verified"),
    agency="UJI",
    submitted_at=NOW,
)
GIVEN: dict[str, tuple[Any, ...]] = {
    "validate": (_SNAPSHOT,),
    "prefill": (Person(uuid4(), "Siti", "verified", "6471014101900001"), ("module.alamat",)),
    "fees": (_SNAPSHOT,),
    "guard": (_SNAPSHOT, "grant"),
    "document": (_SNAPSHOT,),
    "on_event": (Event(uuid4(), "application.submitted", "uji", MappingProxyType({"sequence": 1}), NOW),),
    "check": (),
}


@pytest.fixture
def module() -> OPDModule:
    found = apps.get_app_config("module_opd_lentur")
    assert isinstance(found, OPDModule)
    return found
