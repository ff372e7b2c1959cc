"""The lean path's SQL: the same rows by either way, and a connection that died is opened anew where that is safe."""

import os
import socket
import struct
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import LazySettings
from django.db import DataError, OperationalError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from superapp.http.sql import fetch_all, fetch_one


def end_the_connection() -> None:
    """Do to this test's connection what a restarting server does."""
    pid = connection.connection.info.backend_pid
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def crash_the_server() -> None:
    """Leave this test's connection as a crashing server does: a warning to be read, and nobody who would read."""
    said = b"SWARNING\0C57P02\0Mterminating connection because of crash of another server process\0\0"
    mine, its = socket.socketpair()
    os.dup2(mine.fileno(), connection.connection.pgconn.socket)
    its.sendall(b"N" + struct.pack("!i", len(said) + 4) + said)
    mine.close()
    its.close()


@pytest.mark.django_db
def test_rows_are_tuples_by_either_way(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    query, rows = "SELECT n, n::text FROM generate_series(1, %s) n", [(1, "1"), (2, "2")]

    assert fetch_all(query, (2,)) == rows
    with django_assert_num_queries(1):
        assert fetch_all(query, (2,)) == rows
    assert fetch_one(query, (2,)) == (1, "1")
    assert fetch_one(query, (0,)) is None


@pytest.mark.django_db
def test_it_is_part_of_the_transaction_around_it() -> None:
    fetch_one("SELECT 1")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE mine ON COMMIT DROP AS SELECT 7 AS n")

        assert fetch_one("SELECT n FROM mine") == (7,)


@pytest.mark.django_db
def test_errors_are_djangos() -> None:
    fetch_one("SELECT 1")
    with pytest.raises(DataError), transaction.atomic():
        fetch_one("SELECT 1 / %s", (0,))


@pytest.mark.django_db
def test_what_was_learnt_of_one_value_does_not_stick_to_the_next() -> None:
    fetch_one("SELECT 1")
    query = "SELECT %s::jsonb::text, %s::bigint"

    asked = [('{"a": 1}', 7), (None, 2**40), ("null", None), ('{"a": 1}', 7)]

    assert [fetch_one(query, each) for each in asked] == asked


@pytest.mark.django_db
def test_a_placeholder_may_have_a_name_and_stand_twice() -> None:
    query = "SELECT %(b)s::text || %(a)s || %(b)s, 7 %% 4"
    told = {"a": "-", "b": "x", "of no use": None}

    assert [fetch_one(query, told) for _ in range(2)] == [("x-x", 3)] * 2


@pytest.mark.django_db
@pytest.mark.parametrize("begun", [False, True], ids=["first of its transaction", "later"])
def test_values_come_back_as_they_went_in(begun: bool) -> None:
    told: list[Any] = [uuid4(), date(2026, 3, 20), datetime(2026, 3, 20, 7, 30, tzinfo=UTC), b"\x00\xff", True, "é%s"]
    query = "SELECT %s::uuid, %s::date, %s::timestamptz, %s::bytea, %s::boolean, %s::text, %s::uuid[], %s::numeric"
    told += [[uuid4(), uuid4()], Decimal("12.50")]
    with transaction.atomic():
        if begun:
            fetch_one("SELECT 1")

        assert fetch_one(query, told) == tuple(told)


@pytest.mark.django_db(transaction=True)
def test_a_table_that_changed_under_a_prepared_statement_is_read_anew() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS changing; CREATE TABLE changing AS SELECT 7 AS n")
    try:
        assert fetch_one("SELECT * FROM changing") == (7,)
        with psycopg.connect(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"]) as other:
            other.execute("ALTER TABLE changing ALTER n TYPE text, ADD more int DEFAULT 1")

        assert fetch_one("SELECT * FROM changing") == ("7", 1)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE changing")


@pytest.mark.django_db(transaction=True)
def test_without_preparing_the_rows_are_the_same(settings: LazySettings) -> None:
    settings.DATABASE_PREPARE = False
    connection.close()  # it may hold what tests before this one prepared
    connection.ensure_connection()

    assert fetch_all("SELECT n, %(b)s::text FROM generate_series(1, %(a)s) n", {"a": 2, "b": "x"}) == [
        (1, "x"),
        (2, "x"),
    ]
    assert fetch_all("SELECT name FROM pg_prepared_statements") == []


@pytest.mark.django_db
def test_more_statements_than_are_kept_come_out_right_each_time() -> None:
    fetch_one("SELECT 1")

    for _ in range(2):
        assert [fetch_one(f"SELECT {n}") for n in range(150)] == [(n,) for n in range(150)]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_between_requests_is_opened_anew() -> None:
    fetch_one("SELECT 1")
    end_the_connection()

    assert [fetch_one("SELECT 1"), fetch_one("SELECT 1"), fetch_one("SELECT 2")] == [(1,), (1,), (2,)]


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_nothing_is_repeated() -> None:
    fetch_one("SELECT 1")
    with transaction.atomic():
        end_the_connection()

        with pytest.raises(OperationalError):
            fetch_one("SELECT 2")
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_a_server_that_crashes_is_known_to_be_gone() -> None:
    fetch_one("SELECT 1")
    crash_the_server()
    assert fetch_one("SELECT 1") == (1,)

    with transaction.atomic():
        fetch_one("SELECT 1")
        crash_the_server()
        with pytest.raises(OperationalError):
            fetch_one("SELECT 1")
        transaction.set_rollback(True)
