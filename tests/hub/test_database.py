"""The gate for hot SQL: rows, retries, and what an error says."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)

from hub import database
from hub.database import transactions

ONE = UUID("01a20e4a-aad7-2ea1-64e4-b2be9472073b")
MARK = "%s" if connection.vendor == "postgresql" else "?"


class Driver(Exception):
    """What a driver raises, with PostgreSQL's state."""

    def __init__(self, state: str | None) -> None:
        self.sqlstate = state


def failure(kind: type[DatabaseError], state: str | None) -> DatabaseError:
    error = kind("no")
    error.__cause__ = Driver(state)
    return error


def busy(code: int) -> OperationalError:
    error, cause = OperationalError("locked"), sqlite3.OperationalError("locked")
    cause.sqlite_errorcode = code
    error.__cause__ = cause
    return error


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause between two tries."""
    monkeypatch.setattr(transactions, "LONGEST_PAUSE_S", 0.0)


class Flaky:
    """Fails with an error some times, then answers."""

    def __init__(self, error: Exception, times: int) -> None:
        self.error = error
        self.left = times
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.left:
            self.left -= 1
            raise self.error
        return "done"


@pytest.mark.django_db
def test_rows_come_as_tuples_of_bound_values():
    assert database.rows(f"SELECT {MARK}, {MARK}", ["a%b", 7]) == [("a%b", 7)]


@pytest.mark.django_db
def test_parameters_may_have_names():
    sql = "SELECT %(one)s, %(two)s, %(one)s" if connection.vendor == "postgresql" else "SELECT :one, :two, :one"
    assert database.rows(sql, {"one": "a", "two": "b"}) == [("a", "b", "a")]


@pytest.mark.django_db
@pytest.mark.parametrize("prepare", [False, True])
def test_a_statement_may_run_often(prepare: bool):
    answers = [database.rows(f"SELECT {MARK}", [f"{n}"], prepare=prepare) for n in range(8)]
    assert answers == [[(f"{n}",)] for n in range(8)]


@pytest.mark.django_db
def test_ids_and_moments_are_bound_in_the_form_that_the_database_keeps():
    moment = datetime(2026, 1, 15, 8, tzinfo=UTC)
    [(identifier, at)] = database.rows(f"SELECT {MARK}, {MARK}", [ONE, moment])
    expected = (ONE, moment) if connection.vendor == "postgresql" else (ONE.hex, "2026-01-15 08:00:00")
    assert (identifier, at) == expected


@pytest.mark.django_db
def test_execute_counts_the_rows_it_touched():
    database.execute("CREATE TEMPORARY TABLE counted (n integer)")
    assert database.execute("INSERT INTO counted SELECT 1 UNION ALL SELECT 2") == 2
    assert database.execute("DELETE FROM counted") == 2


@pytest.mark.django_db
def test_several_statements_answer_in_order():
    answers = database.rows_of_each(
        [(f"SELECT {MARK}", ["a"]), ("SELECT 1 WHERE 1 = 2", []), (f"SELECT {MARK}", ["b"])]
    )
    assert answers == [[("a",)], [], [("b",)]]


@pytest.mark.django_db
def test_an_error_among_several_statements_is_djangos_own():
    with pytest.raises(DatabaseError), transaction.atomic():
        database.rows_of_each([("SELECT 1", []), ("SELECT nothing", []), ("SELECT 2", [])])
    assert database.rows("SELECT 3") == [(3,)]


@pytest.mark.django_db
def test_statements_sent_in_a_pipeline_are_done_when_it_ends():
    database.execute("CREATE TEMPORARY TABLE sent (n integer)")
    with transaction.atomic(), database.pipelined():
        database.send(f"INSERT INTO sent VALUES ({MARK})", [1])
        assert database.rows("SELECT n FROM sent") == [(1,)]
        database.send(f"INSERT INTO sent VALUES ({MARK})", [2])
        assert database.execute("DELETE FROM sent WHERE n = 1") == 1
    assert database.rows("SELECT n FROM sent") == [(2,)]


@pytest.mark.django_db
def test_a_statement_that_fails_in_a_pipeline_rolls_its_transaction_back():
    database.execute("CREATE TEMPORARY TABLE sent (n integer PRIMARY KEY)")

    def send_twice() -> None:
        with transaction.atomic(), database.pipelined():
            database.send(f"INSERT INTO sent VALUES ({MARK})", [1])
            database.send(f"INSERT INTO sent VALUES ({MARK})", [1])
            database.send(f"INSERT INTO sent VALUES ({MARK})", [2])

    with pytest.raises(IntegrityError):
        send_twice()
    assert database.rows("SELECT n FROM sent") == []


@pytest.mark.django_db
def test_the_orm_works_within_a_pipeline(organization):
    with transaction.atomic(), database.pipelined():
        database.send("SELECT 1")
        organization.name = "Works"
        organization.save()
        assert type(organization).objects.get(pk=organization.pk).name == "Works"
        with transaction.atomic():
            assert type(organization).objects.filter(slug="home").exists()


@pytest.mark.django_db
def test_raw_statements_are_counted_with_the_others(count_queries):
    with count_queries() as counted:
        database.rows("SELECT 1")
        database.rows_of_each([("SELECT 2", []), ("SELECT 3", [])])
    assert [query["sql"] for query in counted] == ["SELECT 1", "SELECT 2", "SELECT 3"]


@pytest.mark.django_db
def test_errors_are_djangos_own():
    with pytest.raises(DatabaseError), transaction.atomic():
        database.rows("SELECT nothing")


@pytest.mark.django_db
def test_a_row_too_wide_for_its_index_is_a_data_error():
    if connection.vendor != "postgresql":
        assert database.is_data_error(failure(OperationalError, "54000"))
        return
    database.execute("CREATE TEMPORARY TABLE wide (value text PRIMARY KEY)")
    with pytest.raises(DataError), transaction.atomic():
        database.execute("INSERT INTO wide SELECT string_agg(md5(n::text), '') FROM generate_series(1, 1000) n")


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03", "57P01", "08006", "53300"])
def test_states_that_pass_are_transient(state: str):
    assert database.is_transient(failure(OperationalError, state))


@pytest.mark.parametrize("state", ["23505", "22001", "42601", "57014"])
def test_other_states_are_not(state: str):
    assert not database.is_transient(failure(DatabaseError, state))


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_a_connection_that_is_gone_is_transient(kind: type[DatabaseError]):
    assert database.is_transient(failure(kind, None))


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_BUSY_SNAPSHOT])
def test_a_busy_file_is_transient(code: int):
    assert database.is_transient(busy(code))


def test_a_full_disk_is_not():
    assert not database.is_transient(busy(sqlite3.SQLITE_FULL))


@pytest.mark.parametrize(
    "error", [DataError(), IntegrityError(), OverflowError(), failure(DatabaseError, "22021"), "\ud800"]
)
def test_rows_that_the_database_refuses_are_data_errors(error: Exception | str):
    if isinstance(error, str):
        with pytest.raises(UnicodeEncodeError) as caught:
            error.encode()
        error = caught.value
    assert database.is_data_error(error)


def test_a_deadlock_is_no_data_error():
    assert not database.is_data_error(failure(OperationalError, "40P01"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("hurried")
def test_a_transient_failure_runs_the_whole_function_again():
    flaky = Flaky(failure(OperationalError, "40P01"), times=5)
    assert database.retrying(flaky) == "done"
    assert flaky.calls == 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("hurried")
def test_after_five_more_tries_the_failure_is_shown():
    flaky = Flaky(failure(OperationalError, "40P01"), times=99)
    with pytest.raises(OperationalError):
        database.retrying(flaky)
    assert flaky.calls == 6


@pytest.mark.django_db(transaction=True)
def test_a_failure_that_will_not_pass_is_shown_at_once():
    flaky = Flaky(failure(IntegrityError, "23505"), times=99)
    with pytest.raises(IntegrityError):
        database.retrying(flaky)
    assert flaky.calls == 1


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_of_somebody_else_nothing_is_tried_again():
    flaky = Flaky(failure(OperationalError, "40P01"), times=1)
    with pytest.raises(OperationalError), transaction.atomic():
        database.retrying(flaky)
    assert flaky.calls == 1


@pytest.mark.django_db
def test_the_transaction_around_a_test_does_not_count_as_open():
    database.no_transaction_is_open()


@pytest.mark.django_db
def test_an_open_transaction_is_noticed():
    with pytest.raises(AssertionError), transaction.atomic():
        database.no_transaction_is_open()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_looking_up_by_index_ends_with_the_transaction():
    with transaction.atomic():
        database.rows(database.BY_INDEX)
        within = database.rows("SHOW enable_seqscan")
    assert [within, database.rows("SHOW enable_seqscan")] == [[("off",)], [("on",)]]
