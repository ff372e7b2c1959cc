"""Starlette with psycopg: SQL by hand, an asynchronous pool, no models."""

import contextlib
import uuid

import orjson
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.peers import work

pool = AsyncConnectionPool(
    work.DATABASE_URL, min_size=4, max_size=8, open=False, kwargs={"row_factory": dict_row, "prepare_threshold": 1}
)
validators: dict = {}


@contextlib.asynccontextmanager
async def lifespan(app):
    await pool.open()
    yield
    await pool.close()


def answer(value, status=200):
    return Response(orjson.dumps(value), status_code=status, media_type="application/json")


async def person(connection, request):
    cursor = await connection.execute(work.TOKEN, [work.checksum(request.headers["authorization"])])
    row = await cursor.fetchone()
    return row["id"] if row else None


async def catalogue(request):
    async with pool.connection() as connection:
        rows = await (await connection.execute(work.CATALOGUE)).fetchall()
    return answer({"results": [work.service_line(row) for row in rows]})


async def one_service(request):
    async with pool.connection() as connection:
        row = await (await connection.execute(work.ONE_SERVICE, [request.path_params["slug"]])).fetchone()
    return answer(work.service_detail(row))


async def mine(request):
    async with pool.connection() as connection:
        person_id = await person(connection, request)
        if person_id is None:
            return answer({}, 401)
        rows = await (await connection.execute(work.MINE, [person_id])).fetchall()
    return answer({"results": [work.application_line(row) for row in rows]})


UPDATE = """UPDATE applications_application SET number = %(number)s, state = 'submitted', answers = %(answers)s::jsonb,
  revision = revision + 1, fee_amount = 0, updated_at = %(now)s, submitted_at = %(now)s, due_on = %(due_on)s
  WHERE id = %(id)s"""
KEEP = """INSERT INTO applications_submission (id, application_id, number, answers, files, sha256, submitted_at,
  receipt) VALUES (%(submission)s, %(id)s, 1, %(answers)s::jsonb, '{}', %(digest)s, %(now)s, %(receipt)s)"""
EVENT = """INSERT INTO applications_event (id, application_id, sequence, type, action, from_state, to_state, actor_id,
  actor_role, reason, data, at, previous_hash, hash) VALUES (%(event)s, %(id)s, 1, 'submitted', '', 'draft', 'submitted',
  %(person)s, 'resident', '', %(facts)s::jsonb, %(now)s, %(first)s, %(hash)s)"""
OUTBOX = """INSERT INTO events_outboxevent (id, topic, key, body, created_at)
  VALUES (%(event)s, 'peer.submitted', %(id)s, %(facts)s::jsonb, %(now)s)"""
KEY = """INSERT INTO http_api_idempotencykey (person_id, key, fingerprint, status, headers, body, created_at)
  VALUES (%(person)s, %(key)s, %(fingerprint)s, 200, '{}', %(body)s, %(now)s)"""


async def submit(request):
    application_id = uuid.UUID(request.path_params["id"])
    async with pool.connection() as connection:
        person_id = await person(connection, request)
        if person_id is None:
            return answer({}, 401)
        async with connection.transaction():
            draft = await (await connection.execute(work.DRAFT, [application_id, person_id])).fetchone()
            if draft is None:
                return answer({"code": "not_a_draft"}, 409)
            if draft["version_id"] not in validators:
                cursor = await connection.execute(
                    "SELECT content FROM catalogue_serviceversion WHERE id = %s", [draft["version_id"]]
                )
                validators[draft["version_id"]] = work.validator((await cursor.fetchone())["content"]["form"]["schema"])
            if not validators[draft["version_id"]].is_valid(draft["answers"]):
                return answer({"code": "invalid"}, 422)
            values = work.submission(
                application_id=application_id, person_id=person_id, answers=draft["answers"],
                key=request.headers["idempotency-key"],
            )
            for statement in (UPDATE, KEEP, EVENT, OUTBOX, KEY):
                await connection.execute(statement, values)
    return Response(values["body"], media_type="application/json")


application = Starlette(
    routes=[
        Route("/services/", catalogue),
        Route("/services/{slug}/", one_service),
        Route("/applications/", mine),
        Route("/applications/{id}/submit/", submit, methods=["POST"]),
    ],
    lifespan=lifespan,
)
