"""What the population agency checks beyond the form."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps

from services.module_api import Applicant, Snapshot
from services.modules.disdukcapil.apps import Disdukcapil


def told(service: str, answers: dict[str, Any]) -> dict[str, str]:
    """Return the code of each problem by its pointer, for a submission on 14 August 2026."""
    module = apps.get_app_config("module_disdukcapil")
    assert isinstance(module, Disdukcapil)
    snapshot = Snapshot(
        application_id=uuid4(),
        service=service,
        version=1,
        number=None,
        state="draft",
        answers=answers,
        files=(),
        applicant=Applicant(uuid4(), "Siti", "verified"),
        agency="DISDUKCAPIL",
        submitted_at=datetime(2026, 8, 14, 9, 0, tzinfo=UTC),
    )
    return {problem.pointer: problem.code for problem in module.validate(snapshot)}


def birth(day: str, mother: str = "6471014503950001", father: str | None = "6471010107930002") -> dict[str, Any]:
    answers: dict[str, Any] = {"anak": {"tanggal_lahir": day}, "ibu": {"nik": mother}}
    return answers | ({"ayah": {"nik": father}} if father else {})


def test_a_birth_that_has_not_happened_is_refused() -> None:
    assert told("akta-kelahiran", birth("2026-08-14")) == {}
    assert told("akta-kelahiran", birth("2026-08-15")) == {"/anak/tanggal_lahir": "in_the_future"}


def test_a_death_that_has_not_happened_is_refused() -> None:
    assert told("akta-kematian", {"almarhum": {"tanggal_meninggal": "2026-08-14"}}) == {}
    assert told("akta-kematian", {"almarhum": {"tanggal_meninggal": "2026-08-15"}}) == {
        "/almarhum/tanggal_meninggal": "in_the_future"
    }


def test_mother_and_father_are_two() -> None:
    same = "6471014503950001"

    assert told("akta-kelahiran", birth("2026-08-01", same, same)) == {"/ayah/nik": "same_as_mother"}
    assert told("akta-kelahiran", birth("2026-08-01", same, None)) == {}


@pytest.mark.parametrize(
    ("born", "married", "fitting"),
    [
        ("2009-08-14", None, True),
        ("2009-08-15", None, False),
        ("2009-08-15", False, False),
        ("2010-01-01", True, True),
        ("1990-01-01", False, True),
    ],
)
def test_a_first_card_is_for_who_is_seventeen_or_was_married(born: str, married: bool | None, fitting: bool) -> None:
    person: dict[str, Any] = {"tanggal_lahir": born} | ({} if married is None else {"pernah_kawin": married})

    problems = told("ktp-el", {"pemohon": person})

    assert problems == ({} if fitting else {"/pemohon/tanggal_lahir": "too_young"})
