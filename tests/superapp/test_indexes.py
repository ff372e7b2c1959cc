"""Every index of a table that grows with the city is paid for with each row."""

import pytest
from django.db import connection

# Tables into which an application, its events, what is told of it, and its readings are written.
_GROWING = r"^(applications|events|notifications|documents)_|^accounts_privacy_dataaccess$"

_IDLE = """
SELECT lesser.indexrelid::regclass::text, more.indexrelid::regclass::text
FROM pg_index lesser
JOIN pg_index more ON more.indrelid = lesser.indrelid AND more.indexrelid <> lesser.indexrelid
WHERE lesser.indrelid::regclass::text ~ %s AND NOT lesser.indisunique AND more.indpred IS NULL
  AND lesser.indpred IS NULL AND more.indexprs IS NULL AND lesser.indexprs IS NULL
  AND lesser.indnkeyatts <= more.indnkeyatts
  AND (lesser.indkey::int2[])[0:lesser.indnkeyatts - 1] = (more.indkey::int2[])[0:lesser.indnkeyatts - 1]
"""


@pytest.mark.django_db
def test_no_index_only_repeats_the_beginning_of_another() -> None:
    """A foreign key's own index is one more page to write for each row where another begins with that key."""
    with connection.cursor() as cursor:
        cursor.execute(_IDLE, [_GROWING])
        found = cursor.fetchall()

    assert found == []
