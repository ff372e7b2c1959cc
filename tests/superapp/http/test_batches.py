"""Housekeeping in short transactions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from superapp.http import batches
from superapp.http.models import IdempotencyKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "SIZE", 2)
    now = timezone.now()
    IdempotencyKey.objects.bulk_create(
        IdempotencyKey(person_id="0" * 32, key=str(number), created_at=now - timedelta(days=number))
        for number in range(5)
    )


@pytest.mark.usefixtures("keys")
def test_all_that_fits_goes_however_many_batches_it_takes() -> None:
    found = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - timedelta(hours=1))

    assert [batches.delete_in_batches(found), batches.delete_in_batches(found)] == [4, 0]
    assert [each.key for each in IdempotencyKey.objects.all()] == ["0"]


@pytest.mark.usefixtures("keys")
def test_each_row_is_changed_once_also_where_it_fits_still_afterwards() -> None:
    assert batches.update_in_batches(IdempotencyKey.objects.all(), status=201) == 5
    assert set(IdempotencyKey.objects.values_list("status", flat=True)) == {201}
