"""A request sent twice is done once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from services.applications.models import Application
from superapp.http.models import IdempotencyKey
from superapp.http.tasks import forget_old_keys
from tests.problems import problem
from tests.services.applications.factory import publish_service
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    publish_service()
    return User.objects.create(email="siti@example.org", full_name="Siti", assurance="verified")


def begin(app: Client, key: str, service: str = "uji") -> object:
    return app.post(
        "/api/v1/applications/",
        data={"service": service},
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_the_second_request_gets_the_first_answer_and_makes_nothing(person: User) -> None:
    app = signed_in(person, "applications")
    key = str(uuid4())

    first, second = begin(app, key), begin(app, key)

    assert (first.status_code, second.status_code) == (201, 201)  # type: ignore[attr-defined]
    assert second.content == first.content  # type: ignore[attr-defined]
    assert second.headers["ETag"] == first.headers["ETag"]  # type: ignore[attr-defined]
    assert "Idempotency-Replayed" not in first.headers  # type: ignore[attr-defined]
    assert second.headers["Idempotency-Replayed"] == "true"  # type: ignore[attr-defined]
    assert Application.objects.count() == 1


def test_a_key_for_another_request_is_refused(person: User) -> None:
    app = signed_in(person, "applications")
    begin(app, "k")

    assert problem(begin(app, "k", service="lain")) == (422, "idempotency_key_reused")


def test_a_key_belongs_to_its_person(person: User) -> None:
    other = User.objects.create(email="budi@example.org", full_name="Budi", assurance="verified")

    begin(signed_in(person, "applications"), "k")
    answer = begin(signed_in(other, "applications"), "k")

    assert answer.status_code == 201  # type: ignore[attr-defined]
    assert Application.objects.count() == 2


def test_a_refused_request_may_be_mended_under_the_same_key(person: User) -> None:
    app = signed_in(person, "applications")

    assert problem(begin(app, "k", service="tidak-ada")) == (400, "unknown_service")
    assert begin(app, "k").status_code == 201  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", ["a" * 256, "é", "a\tb"])
def test_a_key_that_is_none_is_refused(person: User, key: str) -> None:
    app = signed_in(person, "applications")

    assert problem(begin(app, key)) == (400, "idempotency_key_invalid")


def test_old_keys_are_forgotten(person: User) -> None:
    now = timezone.now()
    for name, age in (("old", timedelta(hours=49)), ("young", timedelta(hours=47))):
        IdempotencyKey.objects.create(person_id=person.id, key=name, fingerprint="f", created_at=now - age)

    assert forget_old_keys() == 1
    assert IdempotencyKey.objects.get().key == "young"
