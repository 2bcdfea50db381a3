"""The gate for hot SQL: raw cursors on both databases, several statements in one trip, none waited for in vain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import DataError, OperationalError, connection, transaction

from hub import arrays
from hub.database.errors import is_data_error

Result = TypeVar("Result")
Parameters = Sequence[object] | Mapping[str, object]
Rows = list[tuple[Any, ...]]  # Any: columns have the types of their statement; the caller's row parser names them

NEVER_BY_ITSELF: Final = 2**31
"""Django switches preparing off altogether; this only lets a statement ask for it. Its cursors never do."""

ROWS_AT_ONCE: Final = (64, 8, 1)
"""Three sizes, so that the connection keeps every table's statements compiled."""

BY_INDEX: Final = """
    SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
        set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)"""
"""For PostgreSQL: until the transaction ends, every statement finds its rows through an index.

A queue is empty when its statistics are made and holds a million rows a minute later. A plan that fits the former
reads all of the latter for every slice (measured: 16 instead of 2 ms at 40,000 rows, and growing with them)."""


def vendor() -> str:
    """Either "postgresql" or "sqlite"."""
    return connection.vendor


def rows(sql: str, parameters: Parameters = (), *, prepare: bool = False, binary: bool = False) -> Rows:
    """All rows of one statement on the current connection.

    PostgreSQL: placeholders ``%s`` or ``%(name)s``, bound on the server; jsonb arrives as text. prepare keeps
    the plan on the connection: for statements whose best plan does not depend on how full a table is. binary
    asks for binary columns. SQLite: placeholders ``?`` or ``:name``; UUID and datetime are bound in Django's form.
    """
    with _errors():
        return list(_run(sql, parameters, prepare=prepare, binary=binary).fetchall())


def execute(sql: str, parameters: Parameters = (), *, prepare: bool = False) -> int:
    """Run one statement and say how many rows it touched; placeholders and prepare as in rows()."""
    with _errors(), _answered():
        cursor = _run(sql, parameters, prepare=prepare, binary=False)
    return int(cursor.rowcount)


def execute_many(sql: str, parameter_rows: Sequence[Sequence[object]]) -> int:
    """SQLite only: one prepared statement, run per row inside the library. Values must be in stored form."""
    with _errors():
        _log(f"{sql} -- {len(parameter_rows)} rows")
        return int(connection.connection.cursor().executemany(sql, parameter_rows).rowcount)


def insert_many(insert: str, parameter_rows: Sequence[Sequence[object]]) -> None:
    """SQLite only: insert rows, in order; `insert` is the statement up to its VALUES. Values must be in stored form.

    Many rows to a statement: the library lets go of the interpreter for each one, and another thread of the worker
    may have it for milliseconds (measured: 3 instead of 19 µs per row beside the thread that maps the next slice).
    """
    with _errors():
        _log(f"{insert} -- {len(parameter_rows)} rows")
        cursor = connection.connection.cursor()
        done = 0
        for size in ROWS_AT_ONCE:
            while len(parameter_rows) - done >= size:
                chunk = parameter_rows[done : done + size]
                cursor.execute(_insert_of(insert, len(chunk[0]), size), list(chain.from_iterable(chunk)))
                done += size


@cache
def _insert_of(insert: str, columns: int, size: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"{insert} VALUES {', '.join([row] * size)}"


class Sent:
    """A statement on its way."""

    def __init__(self, cursor: Any) -> None:  # Any: a cursor of either driver
        self._cursor = cursor

    @property
    def touched(self) -> int:
        """How many rows it touched; to be asked after pipelined() is left."""
        return int(self._cursor.rowcount)


def send(sql: str, parameters: Parameters = (), *, prepare: bool = False) -> Sent:
    """Run one statement whose answer nobody needs now. Within pipelined() it is only on its way when this returns."""
    with _errors():
        return Sent(_run(sql, parameters, prepare=prepare, binary=False))


@contextmanager
def pipelined() -> Iterator[None]:
    """On PostgreSQL, do not wait for statements sent inside: the database works on them while Python goes on.

    For the writing end of a transaction, inside its atomic block. Everything but send() still waits for its own
    answer, and with it for all before. What went wrong with a sent statement is raised by the next one that waits,
    at the latest on leaving.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with _errors(), connection.connection.pipeline(), connection.execute_wrapper(_waited):
        yield


def _waited(execute: Callable[..., Result], *statement: object) -> Result:
    """Django asks its cursors for row counts, which a pipeline has only once it was waited for."""
    with _answered():
        return execute(*statement)


@contextmanager
def _answered() -> Iterator[None]:
    """What ran inside has its answer on leaving, also within a pipeline: leaving an inner one waits."""
    raw = connection.connection
    if connection.vendor == "postgresql" and raw.pgconn.pipeline_status:
        with raw.pipeline():
            yield
    else:
        yield


@contextmanager
def walking_indexes() -> Iterator[None]:
    """On PostgreSQL, statements inside follow an index in its order and stop at the first row that will do.

    For the newest one of the rows of something of which most have a handful and a few have ten thousand: a plan that
    fits the former collects and sorts all of the latter (measured: 670 instead of 8 ms for a hundred such look-ups).
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic():
        execute("SET LOCAL enable_bitmapscan = off")
        yield
        execute("SET LOCAL enable_bitmapscan TO DEFAULT")


def vacuum(table: str) -> None:
    """On PostgreSQL, forget the dead rows of a table of ours now; does nothing while somebody else does, and within a
    transaction, where it is impossible. Nobody waits for it."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        execute(f"VACUUM (SKIP_LOCKED, TRUNCATE false, INDEX_CLEANUP on) {table}")


def rows_of_each(statements: Sequence[tuple[str, Parameters]]) -> list[Rows]:
    """The rows of several statements that do not need each other's answers; PostgreSQL gets them in one trip.

    Every statement must answer with rows, even if with none. The first error is raised and none after it has run.
    """
    if connection.vendor != "postgresql":
        return [rows(sql, parameters) for sql, parameters in statements]
    with _errors(), connection.connection.pipeline():
        cursors = [_run(sql, parameters, prepare=False, binary=False) for sql, parameters in statements]
        return [list(cursor.fetchall()) for cursor in cursors]


@contextmanager
def _errors() -> Iterator[None]:
    """A usable connection, and Django's exception classes; a row too large for an index is a DataError."""
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    try:
        with connection.wrap_database_errors:
            yield
    except OperationalError as error:
        if is_data_error(error):
            raise DataError(*error.args) from error.__cause__
        raise


def _run(sql: str, parameters: Parameters, *, prepare: bool, binary: bool) -> Any:  # Any: a cursor of either driver
    _log(sql)
    if connection.vendor == "postgresql":
        cursor = _postgresql_cursor(prepare)
        return cursor.execute(sql, parameters or None, prepare=prepare or None, binary=binary)
    return connection.connection.cursor().execute(sql, _stored(parameters))


def _postgresql_cursor(prepare: bool) -> Any:  # Any: psycopg is not imported where SQLite runs
    """Binds on the server: Django's own cursor would write every parameter into the statement's text."""
    import psycopg

    raw = arrays.teach(connection.connection)
    if prepare and raw.prepare_threshold is None:
        raw.prepare_threshold = NEVER_BY_ITSELF
    return psycopg.Cursor(raw)


def _log(sql: str) -> None:
    """Let Django's query counters in tests see raw statements, too."""
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": "0.000"})


def stored_value(value: object) -> object:
    """The form in which Django's SQLite backend keeps a UUID or a moment; anything else unchanged."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    return value


def _stored(parameters: Parameters) -> Any:  # Any: what the driver takes
    if isinstance(parameters, Mapping):
        return {name: stored_value(value) for name, value in parameters.items()}
    return tuple(stored_value(value) for value in parameters)
