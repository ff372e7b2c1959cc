"""What the licensing agency's guard allows."""

from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps

from services.module_api import Allow, Applicant, Deny, Snapshot
from services.modules.dpmptsp.apps import Dpmptsp


@pytest.mark.parametrize(
    ("action", "billboard", "verdict"),
    [
        ("approve", {"letak": "melintang", "lebar_m": 8, "tinggi_m": 4}, Allow),
        ("approve", {"letak": "melintang", "lebar_m": 8, "tinggi_m": 4.1}, Deny),
        ("approve", {"letak": "tiang", "lebar_m": 50, "tinggi_m": 50}, Allow),
        ("refuse", {"letak": "melintang", "lebar_m": 50, "tinggi_m": 50}, Allow),
    ],
)
def test_a_large_billboard_above_a_road_is_not_approved(action: str, billboard: dict[str, Any], verdict: type) -> None:
    module = apps.get_app_config("module_dpmptsp")
    assert isinstance(module, Dpmptsp)
    snapshot = Snapshot(
        application_id=uuid4(),
        service="izin-reklame",
        version=1,
        number="BPN-0000-0000-0",
        state="awaiting_approval",
        answers={"reklame": billboard},
        files=(),
        applicant=Applicant(uuid4(), "Siti", "verified"),
        agency="DPMPTSP",
        submitted_at=None,
    )

    assert isinstance(module.guard(snapshot, action), verdict)
