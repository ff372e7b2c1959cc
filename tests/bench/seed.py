"""Fills a database for the bench: services, people, tokens, a million applications, drafts to submit.

Everything is made by set-based SQL with fixed seeds, so two runs hold the same rows.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from psycopg import sql

from accounts.provider.tokens import checksum, new_refresh_token
from services.catalogue.models import ServiceVersion
from services.catalogue.operations import publish
from services.definitions import load_content
from tests.bench.definition import ANSWERS, definition

SERVICES = 200
PEOPLE_PER_TOKEN_SET = 500

# Names of three words, 64,000 of them, so that a search by name finds as many people as it would in a city; and eight
# people of one name, whatever the size.
_FIRST = (
    "Siti Ahmad Dewi Budi Nur Agus Sri Andi Rina Eko Ayu Hendra Lestari Joko Maya Rizki Wati Fajar Indah "
    "Yusuf Putri Arif Ratna Bayu Fitri Dian Hadi Lina Tono Vina Umar Yanti Gilang Mira Surya Tari Rudi "
    "Nina Wahyu Citra"
)
_LAST = (
    "Rahma Saputra Lestari Wijaya Hidayat Kusuma Pratama Santoso Nugroho Wibowo Setiawan Utami Maulana "
    "Hakim Permata Susanto Siregar Nasution Harahap Tanjung Rahman Firmansyah Anggraini Purnama Hartono "
    "Gunawan Salim Halim Ramadhan Syahputra Kurniawan Handayani Puspita Mulyadi Suryadi Iskandar Yulianto "
    "Marpaung Sitorus Lubis"
)
_PEOPLE = """
INSERT INTO accounts_user (id, password, is_superuser, email, full_name, language, assurance, is_active,
  is_staff, date_joined, kind)
SELECT md5('person-' || n)::uuid, '!', false, 'bench-' || n || '@example.org',
  CASE WHEN n %% (%(people)s / 80 * 10) = 0 THEN 'Kartika Sekar Melati'
  ELSE concat_ws(' ',
    (string_to_array(%(first)s, ' '))[1 + n %% 40], (string_to_array(%(last)s, ' '))[1 + n / 40 %% 40],
    (string_to_array(%(last)s, ' '))[1 + n / 1600 %% 40]) END, 'id', 'verified', true, false, now(), 'person'
FROM generate_series(1, %(people)s) n ON CONFLICT DO NOTHING
"""
_TOKENS = """
INSERT INTO oauth2_provider_accesstoken (token, token_checksum, expires, scope, application_id, user_id, created,
  updated, resource)
SELECT '', encode(sha256(('bench-token-' || n)::bytea), 'hex'), now() + interval '1 day',
       'openid applications notifications office', p.id, md5('person-' || n)::uuid, now(), now(), '[]'
FROM generate_series(1, %s) n, accounts_relyingparty p WHERE p.client_id = 'balikpapan-app'
"""
# Ten that were submitted: seven granted, two looked at, one that waits. `%(waiting)s`: all of them wait.
_APPLICATIONS = """
INSERT INTO applications_application (id, applicant_id, service_id, version_id, agency_id, number, state, "end",
  answers, revision, fee_amount, created_at, updated_at, submitted_at, due_on, closed_at)
SELECT md5(%(kind)s || n)::uuid, md5('person-' || (1 + n %% %(people)s))::uuid, v.service_id, v.id, s.agency_id,
  %(prefix)s || upper(lpad(to_hex(n::bigint * 2654435761 %% 4294967296), 8, '0')),
  CASE WHEN %(waiting)s OR n %% 10 = 9 THEN 'submitted' WHEN n %% 10 < 7 THEN 'granted' ELSE 'in_review' END,
  CASE WHEN n %% 10 < 7 AND NOT %(waiting)s THEN 'granted' ELSE '' END,
  %(answers)s::jsonb, 3, 0, t, t, t, t::date + 7, CASE WHEN n %% 10 < 7 AND NOT %(waiting)s THEN t END
FROM generate_series(%(start)s, %(end)s) n
CROSS JOIN LATERAL (SELECT now() - make_interval(secs => (n::bigint * 7919) %% 31536000) AS t) clock
JOIN bench_versions v ON v.place = n %% %(services)s
JOIN catalogue_service s ON s.id = v.service_id
"""
_SUBMISSIONS = """
INSERT INTO applications_submission (id, application_id, number, answers, files, sha256, submitted_at)
SELECT md5(%(kind)s || 's' || n)::uuid, md5(%(kind)s || n)::uuid, 1, %(answers)s::jsonb, '{}', repeat('a', 64), now()
FROM generate_series(%(start)s, %(end)s) n
"""
# A line for each state that it went through: submitted, looked at, granted.
_EVENTS = """
INSERT INTO applications_event (id, application_id, sequence, type, action, from_state, to_state, actor_id, actor_role,
  reason, data, at, previous_hash, hash)
SELECT md5(%(kind)s || 'e' || n || '-' || step)::uuid, md5(%(kind)s || n)::uuid, step,
  ('{submitted,review_started,granted}'::text[])[step], ('{"",start_review,grant}'::text[])[step],
  ('{draft,submitted,in_review}'::text[])[step], ('{submitted,in_review,granted}'::text[])[step],
  CASE WHEN step = 1 THEN md5('person-' || (1 + n %% %(people)s))::uuid ELSE md5('officer')::uuid END,
  ('{resident,officer,officer}'::text[])[step], '', '{}',
  now() - make_interval(secs => (n::bigint * 7919) %% 31536000) + make_interval(hours => step), repeat('0', 64),
  encode(sha256((%(kind)s || n || step)::bytea), 'hex')
FROM generate_series(%(start)s, %(end)s) n
CROSS JOIN LATERAL generate_series(
  1, CASE WHEN %(waiting)s OR n %% 10 = 9 THEN 1 WHEN n %% 10 < 7 THEN 3 ELSE 2 END) step
"""
_NEWS = """
INSERT INTO applications_news (application_id, happened)
SELECT md5(%(kind)s || n)::uuid, 2 FROM generate_series(%(start)s, %(end)s) n WHERE n %% 10 < 9
"""
# What is filled in bulk: its indexes are made once it is full.
_LARGE = ("applications_application", "applications_submission", "applications_event")
_INDEXES = """
SELECT i.indexname, i.indexdef FROM pg_indexes i
WHERE i.tablename = ANY(%s) AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)
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
  VALUES (md5('officer')::uuid, '!', false, 'bench-officer@example.org', 'Petugas', 'id', 'verified', true, false,
    now(), 'person') RETURNING id
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


def seed(*, applications: int, drafts: int, say: Callable[[str], None], waiting: int = 0) -> None:
    """Fill the database that Django is connected to; it must hold the migrated city and the app's client.

    `waiting` are applications besides, that nobody has looked at yet.
    """
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
        cursor.execute(_PEOPLE, {"people": people, "first": _FIRST, "last": _LAST})
        cursor.execute(_TOKENS, [PEOPLE_PER_TOKEN_SET])
        cursor.execute(_OFFICER)
        with _in_bulk(cursor, say):
            _fill(cursor, "application-", "BPN-", applications, people, say)
            # Of the first few, none of whom is a namesake: those have as much at every size.
            _fill(cursor, "waiting-", "BPN-W", waiting, 59, say)
            say(f"{drafts:,} drafts")
            cursor.execute(_DRAFTS, [PEOPLE_PER_TOKEN_SET, json.dumps(ANSWERS), drafts, SERVICES])
        cursor.execute("VACUUM ANALYZE")


def _fill(cursor: Any, kind: str, prefix: str, count: int, people: int, say: Callable[[str], None]) -> None:
    given = {"kind": kind, "prefix": prefix, "people": people, "services": SERVICES, "answers": json.dumps(ANSWERS)}
    given["waiting"] = kind == "waiting-"
    for start in range(1, count + 1, 200_000):
        end = min(start + 199_999, count)
        say(f"applications {start:,} to {end:,}, with what was submitted and their history")
        for statement in (_APPLICATIONS, _SUBMISSIONS, _EVENTS, _NEWS):
            cursor.execute(statement, given | {"start": start, "end": end})


@contextmanager
def _in_bulk(cursor: Any, say: Callable[[str], None]) -> Iterator[None]:
    """Leave triggers and keys to who fills, and make the indexes of the large tables when they are full."""
    cursor.execute("SET session_replication_role = replica")
    cursor.execute(_INDEXES, [list(_LARGE)])
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    say(f"{len(indexes)} indexes")
    for _name, written in indexes:
        cursor.execute(written)
    cursor.execute("SET session_replication_role = origin")
