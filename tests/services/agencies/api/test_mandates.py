"""`office/mandates/find/`: an officer looks a mandate up by the number on the papers, and who is read sees by whom."""

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.bearer import Principal
from accounts.mandates.operations import add_company
from accounts.models import User
from accounts.operations import register_person
from accounts.privacy.models import DataAccess
from accounts.proofing.operations.keeping import load_identity
from services.agencies.models import Agency, Membership

NIB = "9120001234567"

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    """Somebody with a post at the population office and one at the licensing office."""
    person = register_person(full_name="Rina", email="rina@balikpapan.example", now=timezone.now())
    for code in ("DISDUKCAPIL", "DPMPTSP"):
        agency = Agency.objects.create(code=code, name=f"Dinas {code}", kind="dinas", confidence="seen")
        Membership.objects.create(user=person, agency=agency, role="officer")
    return person


@pytest.fixture
def company() -> User:
    """A company for which its director asked to act."""
    now = timezone.now()
    director = register_person(full_name="Siti", email="siti@balikpapan.example", now=now)
    load_identity(person_id=director.pk, nik="6471014503950001", kk="6471010506240001", now=now)
    director.refresh_from_db()
    return add_company(director_id=director.pk, name="PT Maju", nib=NIB, npwp="", now=now).principal


def found_by(person: User, number: str) -> list[dict[str, str]]:
    fields = {name: getattr(person, name) for name in ("id", "full_name", "email", "language", "assurance", "is_staff")}
    api = APIClient()
    held = {"scopes": frozenset({"office"}), "client_id": "app", "methods": frozenset({"mfa"})}
    api.force_authenticate(Principal(**fields, **held))  # type: ignore[arg-type]
    answer = api.post("/api/v1/office/mandates/find/", {"number": number}, format="json")
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])


def test_a_reading_is_noted_under_the_post_by_which_it_was_allowed(officer: User, company: User) -> None:
    found = found_by(officer, NIB)

    assert [(each["kind"], each["principal"]) for each in found] == [("company", "PT Maju")]
    noted = DataAccess.objects.get(person=company)
    assert (noted.reader_name, noted.agency_code, noted.what) == ("Rina", "DPMPTSP", "mandates")


def test_who_has_no_post_for_the_kind_finds_nothing_and_nothing_is_noted(officer: User, company: User) -> None:
    Membership.objects.filter(user=officer, agency__code="DPMPTSP").delete()

    assert found_by(officer, NIB) == []
    assert not DataAccess.objects.filter(person=company).exists()
