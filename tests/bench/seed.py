"""Fills a database for the bench: services, people, tokens, a million applications, drafts to submit.

Everything is made by set-based SQL with fixed seeds, so two runs hold the same rows.
"""

import json
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

from services.catalogue.models import ServiceVersion
from services.catalogue.operations import publish
from services.definitions import load_content
from tests.bench.definition import ANSWERS, definition

SERVICES = 200
PEOPLE_PER_TOKEN_SET = 500

_PEOPLE = """
INSERT INTO accounts_user (id, password, is_superuser, email, full_name, language, assurance, is_active,
  is_staff, date_joined)
SELECT md5('person-' || n)::uuid, '!', false, 'bench-' || n || '@example.org', 'Warga ' || n, 'id', 'verified', true,
  false, now()
FROM generate_series(1, %s) n ON CONFLICT DO NOTHING
"""
_TOKENS = """
INSERT INTO oauth2_provider_accesstoken (token, token_checksum, expires, scope, application_id, user_id, created,
  updated, resource)
SELECT '', encode(sha256(('bench-token-' || n)::bytea), 'hex'), now() + interval '1 day',
       'openid applications notifications office', p.id, md5('person-' || n)::uuid, now(), now(), '[]'
FROM generate_series(1, %s) n, accounts_relyingparty p WHERE p.client_id = 'balikpapan-app'
"""
_APPLICATIONS = """
INSERT INTO applications_application (id, applicant_id, service_id, version_id, agency_id, number, state, "end",
  answers, revision, fee_amount, created_at, updated_at, submitted_at, due_on, closed_at)
SELECT md5('application-' || n)::uuid, md5('person-' || (1 + n %% %s))::uuid, v.service_id, v.id, s.agency_id,
  'T' || lpad(n::text, 12, '0'),
  CASE WHEN n %% 10 < 7 THEN 'granted' ELSE 'in_review' END, CASE WHEN n %% 10 < 7 THEN 'granted' ELSE '' END,
  '{}', 3, 0, t, t, t, t::date + 7, CASE WHEN n %% 10 < 7 THEN t END
FROM generate_series(%s, %s) n
CROSS JOIN LATERAL (SELECT now() - make_interval(secs => (n::bigint * 7919) %% 31536000) AS t) clock
JOIN bench_versions v ON v.place = n %% %s
JOIN catalogue_service s ON s.id = v.service_id
"""
_DRAFTS = """
INSERT INTO applications_application (id, applicant_id, service_id, version_id, agency_id, state, "end", answers,
  revision, created_at, updated_at)
SELECT md5('draft-' || n)::uuid, md5('person-' || (1 + n %% %s))::uuid, v.service_id, v.id, s.agency_id, 'draft', '',
  %s::jsonb, 2, now() - interval '2 years', now() - interval '2 years'
FROM generate_series(1, %s) n JOIN bench_versions v ON v.place = n %% %s JOIN catalogue_service s ON s.id = v.service_id
"""


def seed(*, applications: int, drafts: int, say: Callable[[str], None]) -> None:
    """Fill the database that Django is connected to; it must hold the migrated city and the app's client."""
    now = timezone.now()
    say(f"{SERVICES} services")
    for number in range(SERVICES):
        publish(agency_code="DPMPTSP", module="bench", definition=load_content(definition(number)), now=now)
    people = max(applications // 20, PEOPLE_PER_TOKEN_SET)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_versions (place int, id uuid, service_id uuid)")
        cursor.executemany(
            "INSERT INTO bench_versions VALUES (%s, %s, %s)",
            [
                (place, version.id, version.service_id)
                for place, version in enumerate(
                    ServiceVersion.objects.filter(service__slug__startswith="uji-").order_by("service__slug")
                )
            ],
        )
        say(f"{people} people, {PEOPLE_PER_TOKEN_SET} tokens")
        cursor.execute(_PEOPLE, [people])
        cursor.execute(_TOKENS, [PEOPLE_PER_TOKEN_SET])
        for start in range(1, applications + 1, 200_000):
            end = min(start + 199_999, applications)
            say(f"applications {start:,} to {end:,}")
            cursor.execute(_APPLICATIONS, [people, start, end, SERVICES])
        say(f"{drafts:,} drafts")
        cursor.execute(_DRAFTS, [PEOPLE_PER_TOKEN_SET, json.dumps(ANSWERS), drafts, SERVICES])
        cursor.execute("VACUUM ANALYZE")
