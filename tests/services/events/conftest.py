"""A table in which consumers leave a mark that is rolled back with their work."""

from collections.abc import Iterator

import pytest
from django.db import connection

from services.events.models import OutboxEvent
from tests.services.events import consumers


@pytest.fixture
def tally_table() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE tally (event_id uuid NOT NULL)")
    yield
    OutboxEvent.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE tally")


@pytest.fixture(autouse=True)
def quiet_consumers() -> Iterator[None]:
    consumers.heard.clear()
    consumers.faults.clear()
    yield
    consumers.faults.clear()
