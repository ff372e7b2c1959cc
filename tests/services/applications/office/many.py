"""Many applications at once, made by one statement: what a queue of a large city looks like."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.models import User
from services.agencies.models import Unit
from services.catalogue.models import Service

_FILL = """
INSERT INTO applications_application (id, applicant_id, service_id, version_id, agency_id, unit_id, assignee_id, number,
    state, "end", answers, revision, created_at, updated_at, submitted_at, due_on, paused_on)
SELECT gen_random_uuid(), (%(applicants)s::uuid[])[1 + i %% cardinality(%(applicants)s::uuid[])],
    %(service)s, %(version)s, %(agency)s, CASE WHEN i %% 10 = 0 THEN %(unit)s::uuid END,
    CASE WHEN i %% 1000 <> 0 THEN CASE WHEN i %% 3 = 0 THEN %(officer)s::uuid ELSE %(other)s::uuid END END,
    'BPN-' || upper(substr(md5(i::text), 1, 12)) || '-0',
    CASE WHEN i %% 500 = 0 THEN 'in_review' ELSE 'submitted' END, '', '{}'::jsonb, 1, now(), now(),
    now() - make_interval(mins => i), %(today)s::date + (i %% 60) - 5,
    CASE WHEN i %% 700 = 0 THEN %(today)s::date - 1 END
FROM generate_series(1, %(count)s) i
"""


def fill(
    count: int,
    *,
    slug: str,
    agency_id: UUID,
    officer: User,
    other: User,
    unit: Unit,
    applicants: list[User],
    day: date,
) -> None:
    """Make `count` open applications of a service: a third the officer's, the rest another's, few nobody's.

    One in a thousand is nobody's, one in ten lies in the unit, one in 500 is in review, one in 700 waits.
    """
    service = Service.objects.get(slug=slug)
    values: dict[str, Any] = {
        "count": count,
        "applicants": [each.pk for each in applicants],
        "service": service.pk,
        "version": service.current_id,
        "agency": agency_id,
        "unit": unit.pk,
        "officer": officer.pk,
        "other": other.pk,
        "today": day,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FILL, values)
        cursor.execute("ANALYZE applications_application")
