"""The lean path's SQL: prepared once per connection, inside Django's transaction, rows as plain tuples.

A few hot endpoints (catalogue, my applications, queue, submit, token check, notices) read columns instead of objects.
Everything else uses the ORM.
"""

from collections.abc import Sequence
from threading import local
from typing import Any, Final

import psycopg
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections

Row = tuple[Any, ...]

_MOST: Final = 100  # cursors kept of a connection; as many statements psycopg keeps prepared


class _Kept(local):
    """The cursors of this thread's connection by their queries: what they learnt of the columns' types stays."""

    connection: psycopg.Connection[Row] | None = None
    cursors: dict[str, psycopg.Cursor[Row]]


_kept = _Kept()


def fetch_all(query: str, params: Sequence[Any] = ()) -> list[Row]:
    """Return all rows of `query` (psycopg placeholders), prepared on the server at first use."""
    return _run(query, params)


def fetch_one(query: str, params: Sequence[Any] = ()) -> Row | None:
    """Return the first row of `query`, or None."""
    rows = _run(query, params)
    return rows[0] if rows else None


def _run(query: str, params: Sequence[Any]) -> list[Row]:
    """Run on the live connection; outside a transaction a connection found dead is opened anew, once."""
    try:
        return _execute(query, params)
    except OperationalError:
        if connection.in_atomic_block:
            raise
        connection.close()
        return _execute(query, params)


def _execute(query: str, params: Sequence[Any]) -> list[Row]:
    own = connections[DEFAULT_DB_ALIAS]  # the proxy looks it up anew for each of its names
    if own.connection is None or own.queries_logged:
        # Tests that count queries, and a connection not yet open, go through Django's own cursor.
        with own.cursor() as cursor:
            cursor.execute(query, params)
            return list(cursor.fetchall())
    with own.wrap_database_errors:
        raw = _cursor(own.connection, query)
        raw.execute(query, params, prepare=True, binary=True)
        return raw.fetchall()


def _cursor(connection: psycopg.Connection[Row], query: str) -> psycopg.Cursor[Row]:
    """Return this query's cursor; it holds the rows that it read last until it is asked again."""
    if _kept.connection is not connection:
        _kept.connection, _kept.cursors = connection, {}
    found = _kept.cursors.get(query)
    if found is None:
        if len(_kept.cursors) >= _MOST:
            _kept.cursors.clear()
        found = _kept.cursors[query] = psycopg.Cursor(connection)
    return found
