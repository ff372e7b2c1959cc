"""The lean path's SQL: prepared once per connection, inside Django's transaction, rows as plain tuples.

A few hot endpoints (catalogue, my applications, queue, submit, token check, notices) read columns instead of objects.
Everything else uses the ORM. What is prepared is run through libpq itself: psycopg's cursors take more of a request's
time than the statement's sending and reading do, and its adapters are used all the same.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from threading import local
from typing import Any, Final, NamedTuple

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, NotSupportedError, OperationalError, connection, connections
from psycopg import abc
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

Row = tuple[Any, ...]
Params = Sequence[Any] | Mapping[str, Any]

_MOST: Final = 100  # statements kept prepared on a connection


class _Kept(local):
    """What this thread's connection holds: how values are told to it, and its statements' names by text and types."""

    connection: psycopg.Connection[Row] | None = None
    transformer: abc.Transformer
    names: dict[tuple[str, tuple[int, ...] | None], bytes]


_kept = _Kept()


def fetch_all(query: str, params: Params = ()) -> list[Row]:
    """Return all rows of `query` (psycopg placeholders), prepared on the server at first use."""
    return _run(query, params)


def fetch_one(query: str, params: Params = ()) -> Row | None:
    """Return the first row of `query`, or None."""
    rows = _run(query, params)
    return rows[0] if rows else None


def _run(query: str, params: Params) -> list[Row]:
    """Run on the live connection. Outside a transaction it is opened anew, once, when it is found dead, or when a
    table has changed under what it holds prepared.
    """
    try:
        return _execute(query, params)
    except (OperationalError, NotSupportedError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return _execute(query, params)


def _execute(query: str, params: Params) -> list[Row]:
    own = connections[DEFAULT_DB_ALIAS]  # the proxy looks it up anew for each of its names
    raw = own.connection
    if raw is None or own.queries_logged or not settings.DATABASE_PREPARE or not _is_begun(raw):
        # Django's own cursor opens the connection, begins the transaction, and lets tests count the queries.
        with own.cursor() as cursor:
            cursor.execute(query, params)
            return list(cursor.fetchall())
    with own.wrap_database_errors:
        return _run_prepared(raw, query, params)


def _is_begun(raw: psycopg.Connection[Row]) -> bool:
    """Return whether a statement may be sent as it is; psycopg begins a transaction with its first statement."""
    return raw.autocommit or raw.pgconn.transaction_status != TransactionStatus.IDLE


def _run_prepared(raw: psycopg.Connection[Row], query: str, params: Params) -> list[Row]:
    """Run it under its prepared name; the name is of the parameters' types, too, as a number's depends on its size."""
    if _kept.connection is not raw:
        _kept.connection, _kept.transformer, _kept.names = raw, Transformer(raw), {}
    transformer, pgconn = _kept.transformer, raw.pgconn
    statement = _numbered(query)
    if statement.names is None:
        values: Sequence[Any] = params  # type: ignore[assignment]  # a sequence where no placeholder has a name
    else:
        values = [params[name] for name in statement.names]  # type: ignore[call-overload]  # a mapping
    told: Any = transformer.dump_sequence(values, [PyFormat.AUTO] * len(values))  # typed wider than libpq's call
    name = _kept.names.get((query, transformer.types))
    if name is None:
        name = _prepare(raw, query, statement.text, transformer.types)
    result = pgconn.exec_prepared(name, told, transformer.formats, Format.BINARY)
    _check(raw, result)
    transformer.set_pgresult(result)
    return transformer.load_rows(0, result.ntuples, tuple)


def _prepare(raw: psycopg.Connection[Row], query: str, text: bytes, types: tuple[int, ...] | None) -> bytes:
    if len(_kept.names) >= _MOST:
        _check(raw, raw.pgconn.exec_(b"DEALLOCATE ALL"))
        _kept.names.clear()
    name = b"lean_%d" % len(_kept.names)
    _check(raw, raw.pgconn.prepare(name, text, types))
    _kept.names[query, types] = name
    return name


def _check(raw: psycopg.Connection[Row], result: PGresult) -> None:
    """:raises psycopg.Error: what the server said, or that it is gone.

    What libpq says itself has no SQLSTATE: the connection is lost, and not always known to be (libpq keeps it, to read
    on where it could not write).
    """
    if result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        return
    if raw.pgconn.status == ConnStatus.BAD or result.error_field(DiagnosticField.SQLSTATE) is None:
        raise psycopg.OperationalError(raw.pgconn.get_error_message())
    raise error_from_result(result, raw.info.encoding)


class _Numbered(NamedTuple):
    """A statement as PostgreSQL numbers it, and the parameters' names in that order; None where they have none."""

    text: bytes
    names: tuple[str, ...] | None


@lru_cache(maxsize=1000)
def _numbered(query: str) -> _Numbered:
    """Return `query` with its placeholders (`%s` or `%(name)s`) numbered, and `%%` as `%`."""
    names: list[str] = []
    count = 0

    def number(found: re.Match[str]) -> str:
        nonlocal count
        if found[0] == "%%":
            return "%"
        if (name := found[1]) is None:
            count += 1
            return f"${count}"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    text = re.sub(r"%(?:\((\w+)\))?s|%%", number, query)
    return _Numbered(text.encode(), tuple(names) if names else None)
