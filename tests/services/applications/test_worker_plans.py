"""What the worker looks for every few minutes is found by an index, however many applications there are."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from services.applications import forecasting
from services.applications.operations import retention

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)


def conditions(statement: str, params: dict[str, Any], index: str) -> str:
    """Return by what PostgreSQL looks into `index` where it may not read whole tables."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {statement}", params)
        lines = [str(line) for (line,) in cursor.fetchall()]
    place = next(place for place, line in enumerate(lines) if index in line)
    return next(line for line in lines[place:] if "Index Cond" in line)


def test_what_is_to_be_kept_no_longer_is_found_by_the_age_that_its_version_sets() -> None:
    by = conditions(retention._DUE, {"now": NOW, "today": NOW.date(), "batch": 100}, "applications_closed")

    assert "version_id = v.id" in by
    assert "closed_at <" in by
    assert "{retention,months}" in by


def test_what_a_service_decided_lately_is_found_without_looking_at_the_rest() -> None:
    params = {"since": NOW, "limit": 200, "service": uuid4()}

    by = conditions(forecasting._DECIDED, params, "applications_closed")

    assert "version_id = v.id" in by
    assert "closed_at >" in by
