"""Whoever visits sites in a self-test is nobody: in no list of residents, and no one's agent."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.mandates.operations.giving import _known
from accounts.models import Kind, User
from accounts.operations import register_person
from accounts.privacy.queries.breaches import affected_in
from accounts.sign_in.operations import begin
from services.connectors.operations.testing import _synthetic_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return register_person(full_name="Siti", email="siti@balikpapan.example", now=timezone.now())


def test_a_made_up_resident_is_in_no_list_of_residents(person: User) -> None:
    now = timezone.now()
    made_up = _synthetic_person(now)
    assert _synthetic_person(now) == made_up
    assert made_up.kind == Kind.SYNTHETIC
    for each in (made_up, person):
        begin(person_id=each.pk, methods=["pwd"], address=None, user_agent="", now=now)

    found = affected_in(since=now - timedelta(hours=1), until=now + timedelta(hours=1), client=None, agency=None)

    assert set(found) == {person.pk}
    assert _known(str(made_up.email)) is None
    assert _known(str(person.email)) == person


def test_no_password_can_be_given_to_them() -> None:
    made_up = _synthetic_person(timezone.now())
    made_up.set_password("Balikpapan-2026")

    with pytest.raises(IntegrityError), transaction.atomic():
        made_up.save()
