"""The lean path's SQL: the same rows by either way, and a connection that died is opened anew where that is safe."""

import os

import psycopg
import pytest
from django.db import DataError, OperationalError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from superapp.http.sql import fetch_all, fetch_one


def end_the_connection() -> None:
    """Do to this test's connection what a restarting server does."""
    pid = connection.connection.info.backend_pid
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


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
