"""Looking at what happened, and not being told of it as new again."""

from datetime import datetime
from uuid import UUID

from services.applications.models import Tombstone
from services.applications.queries.changes import REMEMBERED
from superapp.http.sql import fetch_one

# Never backwards, and never beyond what happened: what comes meanwhile stays new.
_MARK = """
INSERT INTO applications_readmark (person_id, application_id, read, changed_in)
SELECT %(person)s, %(application)s, LEAST(COALESCE(%(news)s, happened), happened), 0
FROM (SELECT COALESCE((SELECT happened FROM applications_news WHERE application_id = %(application)s), 0)) n (happened)
ON CONFLICT (application_id, person_id) DO UPDATE
  SET read = GREATEST(applications_readmark.read, excluded.read)
RETURNING read, (SELECT COALESCE(max(happened), 0) FROM applications_news WHERE application_id = %(application)s)
"""


def mark_read(*, application_id: UUID, person_id: UUID, news: int | None) -> tuple[int, int]:
    """Mark an application, that the caller has found theirs to see, as looked at up to `news`; all of it for None.

    Return how much happened, and how much of it is still unread.
    """
    found = fetch_one(_MARK, {"application": application_id, "person": person_id, "news": news})
    assert found is not None  # noqa: S101 - it returns the row that it wrote
    read, happened = found
    return happened, max(happened - read, 0)


def forget_tombstones(*, now: datetime) -> int:
    """Delete what nobody is told any more; return how many. Who asks with an older cursor begins anew."""
    return Tombstone.objects.filter(at__lt=now - REMEMBERED).delete()[0]
