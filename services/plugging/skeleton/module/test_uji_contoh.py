"""What this module promises: the contract of all modules, and its own rule."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import call_command

from services.module_api import Applicant, Snapshot

pytestmark = pytest.mark.django_db


def test_the_module_keeps_the_contract() -> None:
    call_command("checkmodule", "uji_contoh", stdout=StringIO())  # raises CommandError with what is to be mended


def told(day: str) -> dict[str, str]:
    """Return the code of each problem by its pointer, for a request handed in on 14 August 2026."""
    answers: dict[str, Any] = {"kegiatan": {"tanggal": day}}
    snapshot = Snapshot(
        application_id=uuid4(),
        service="uji-contoh",
        version=1,
        number=None,
        state="draft",
        answers=answers,
        files=(),
        applicant=Applicant(uuid4(), "Siti", "basic"),
        agency="UJI-OPD",
        submitted_at=datetime(2026, 8, 14, 9, 0, tzinfo=UTC),
    )
    module: Any = apps.get_app_config("module_uji_contoh")
    return {problem.pointer: problem.code for problem in module.validate(snapshot)}


def test_a_day_that_is_over_is_refused() -> None:
    assert told("2026-08-14") == {}
    assert told("2026-08-13") == {"/kegiatan/tanggal": "day_is_over"}
