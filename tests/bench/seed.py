"""Fills a database for the bench: services, people, tokens, a million applications, drafts to submit.

Everything is made by set-based SQL with fixed seeds, so two runs hold the same rows.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts.provider.tokens import checksum, new_refresh_token
from services.catalogue.models import ServiceVersion
from services.catalogue.operations import publish
from services.definitions import load_content
from tests.bench.definition import ANSWERS, definition

SERVICES = 200
PEOPLE_PER_TOKEN_SET = 500

_PEOPLE = """
INSERT INTO accounts_user (id, password, is_superuser, email, full_name, language, assurance, is_active,
  is_staff, date_joined, kind)
SELECT md5('person-' || n)::uuid, '!', false, 'bench-' || n || '@example.org', 'Warga ' || n, 'id', 'verified', true,
  false, now(), 'person'
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

_FAMILIES = """
INSERT INTO accounts_provider_authorization (id, person_id, client_id, scopes, claims, auth_time, methods, assurance,
  created_at, used_checksum, answer)
SELECT f.id, md5('person-' || (1 + f.n %% 500))::uuid, p.id, '{openid,account}', '{}', now(), '{pwd}', 'verified',
  now(), '', ''
FROM unnest(%s::uuid[]) WITH ORDINALITY f (id, n), accounts_relyingparty p WHERE p.client_id = 'balikpapan-app'
"""
# Both kinds of refresh tokens have an access token: by `place`, which their checksums and nobody else's tell.
_FAMILY_TOKENS = """
WITH access AS (
  INSERT INTO oauth2_provider_accesstoken (token, token_checksum, expires, scope, application_id, user_id, created,
    updated, resource)
  SELECT '', encode(sha256((%(kind)s || f.n)::bytea), 'hex'), now() + interval '10 minutes', 'openid account', p.id,
         md5('person-' || (1 + f.n %% 500))::uuid, now(), now(), '[]'
  FROM unnest(%(checksums)s::text[]) WITH ORDINALITY f (checksum, n), accounts_relyingparty p
  WHERE p.client_id = 'balikpapan-app' RETURNING id, token_checksum, application_id, user_id
), issued AS (
  INSERT INTO accounts_provider_authorizedtoken (access_token_id, authorization_id)
  SELECT a.id, f.family FROM access a
  JOIN unnest(%(families)s::uuid[]) WITH ORDINALITY f (family, n)
    ON a.token_checksum = encode(sha256((%(kind)s || f.n)::bytea), 'hex')
  WHERE %(ours)s
)
INSERT INTO oauth2_provider_refreshtoken (token, token_checksum, application_id, user_id, access_token_id, token_family,
  created, updated, resource)
SELECT '', f.checksum, a.application_id, a.user_id, a.id, f.family, now(), now(), '[]' FROM access a
JOIN unnest(%(checksums)s::text[], %(families)s::uuid[]) WITH ORDINALITY f (checksum, family, n)
  ON a.token_checksum = encode(sha256((%(kind)s || f.n)::bytea), 'hex')
"""


_OFFICER = """
WITH person AS (
  INSERT INTO accounts_user (id, password, is_superuser, email, full_name, language, assurance, is_active, is_staff,
    date_joined, kind)
  VALUES (md5('officer')::uuid, '!', false, 'bench-officer@example.org', 'Petugas', 'id', 'verified', true, false, now(),
    'person') RETURNING id
), roles AS (
  INSERT INTO agencies_membership (id, user_id, agency_id, role)
  SELECT gen_random_uuid(), person.id, a.id, r FROM person, agencies_agency a, unnest('{officer,admin}'::text[]) r
  WHERE a.code = 'DPMPTSP'
), given AS (
  INSERT INTO accounts_provider_authorization (id, person_id, client_id, scopes, claims, auth_time, methods, assurance,
    created_at, used_checksum, answer)
  SELECT gen_random_uuid(), person.id, p.id, '{openid,office}', '{}', now(), '{pwd,mfa}', 'verified', now(), '', ''
  FROM person, accounts_relyingparty p WHERE p.client_id = 'balikpapan-app' RETURNING id, person_id, client_id
), access AS (
  INSERT INTO oauth2_provider_accesstoken (token, token_checksum, expires, scope, application_id, user_id, created,
    updated, resource)
  SELECT '', encode(sha256('bench-officer'), 'hex'), now() + interval '1 day', 'openid office', client_id, person_id,
    now(), now(), '[]' FROM given RETURNING id
)
INSERT INTO accounts_provider_authorizedtoken (access_token_id, authorization_id) SELECT access.id, given.id
FROM access, given
"""


def seed_refresh_tokens(count: int, *, ours: Path, library: Path) -> None:
    """Give the app `count` refresh tokens of the product's making and as many of the library's, a file of each."""
    families = [UUID(hashlib.md5(f"family-{n}".encode(), usedforsecurity=False).hexdigest()) for n in range(count)]
    made = {"ours": [new_refresh_token(each) for each in families], "library": [f"library-{n}" for n in range(count)]}
    with connection.cursor() as cursor:
        cursor.execute(_FAMILIES, [families])
        for kind, tokens in made.items():
            given: dict[str, Any] = {
                "kind": f"bench-{kind}-",
                "checksums": [checksum(each) for each in tokens],
                "families": families,
                "ours": kind == "ours",
            }
            cursor.execute(_FAMILY_TOKENS, given)
    ours.write_text("\n".join(made["ours"]))
    library.write_text("\n".join(made["library"]))


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
        cursor.execute(_OFFICER)
        for start in range(1, applications + 1, 200_000):
            end = min(start + 199_999, applications)
            say(f"applications {start:,} to {end:,}")
            cursor.execute(_APPLICATIONS, [people, start, end, SERVICES])
        say(f"{drafts:,} drafts")
        cursor.execute(_DRAFTS, [PEOPLE_PER_TOKEN_SET, json.dumps(ANSWERS), drafts, SERVICES])
        cursor.execute("VACUUM ANALYZE")
