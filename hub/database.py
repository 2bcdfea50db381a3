"""The gate for hot SQL: raw cursors, retries of whole transactions, what a database error means."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from uuid import UUID
from weakref import WeakSet

from django.db import DataError, Error, IntegrityError, InterfaceError, OperationalError, connection

from hub import arrays

Result = TypeVar("Result")
Parameters = Sequence[object] | Mapping[str, object]
Rows = list[tuple[Any, ...]]  # Any: columns have the types of their statement; the caller's row parser names them

RETRIES: Final = 5
"""How often a transaction is run again before the failure is shown (engine rule 1.8)."""
NEVER_BY_ITSELF: Final = 2**31
"""Django switches preparing off altogether; this only lets a statement ask for it. Its cursors never do."""
FIRST_PAUSE_S: Final = 0.02
LONGEST_PAUSE_S: Final = 1.0

TRANSIENT_STATES: Final = frozenset({"40001", "40P01", "55P03", "57P01", "57P02", "57P03", "25P03", "53300"})
"""Serialization, deadlock, lock not available, shutdowns, starting up, idle in transaction, no free slot."""
CONNECTION_CLASS: Final = "08"
CANCELLED_STATE: Final = "57014"
DATA_CLASSES: Final = frozenset({"21", "22", "23", "54"})
"""Cardinality, data exception, integrity, program limits: it is the rows that the database refuses."""
DATA_ERRORS: Final = (DataError, IntegrityError, UnicodeError, OverflowError)
"""Classes to catch around a transaction whose rows may be at fault."""
SQLITE_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
"""Primary result codes; an extended code carries its primary one in the lowest byte."""


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


_looked_up_by_index: WeakSet[Any] = WeakSet()  # Any: connections of psycopg


def look_up_by_index() -> None:
    """On PostgreSQL, let every statement of this connection find its rows through an index. For workers.

    A queue is empty when its statistics are made and holds a million rows a minute later. A plan that fits the former
    reads all of the latter for every slice (measured: 16 instead of 3 ms at 40,000 rows, and growing with them).
    """
    if connection.vendor != "postgresql":
        return
    connection.ensure_connection()
    if connection.connection not in _looked_up_by_index:
        for planner_setting in ("enable_seqscan", "enable_bitmapscan", "jit"):
            execute(f"SET {planner_setting} = off")
        _looked_up_by_index.add(connection.connection)


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


def retrying(transaction_function: Callable[[], Result]) -> Result:
    """What transaction_function answers; run again as a whole while the database cannot do it now.

    Up to RETRIES more times, with jitter. The function must open and finish its own transaction and have no
    other effect. Inside a transaction that somebody else opened it is run once: only the owner can repeat that.
    """
    for attempt in range(RETRIES):
        try:
            return transaction_function()
        except Error as error:
            if connection.in_atomic_block or not is_transient(error):
                raise
            connection.close_if_unusable_or_obsolete()
            time.sleep(_pause_s(attempt))
    return transaction_function()


def _pause_s(attempt: int) -> float:
    """Doubles from try to try; half of it is chance, so that two that collided do not collide again."""
    return float(min(FIRST_PAUSE_S * 2**attempt, LONGEST_PAUSE_S) * random.uniform(0.5, 1.5))  # noqa: S311 -- no secret


def is_transient(error: BaseException) -> bool:
    """Deadlock, serialization failure, lock timeout, lost connection, shutdown, busy: again can succeed."""
    cause = error.__cause__ or error
    if isinstance(cause, sqlite3.Error):
        return (getattr(cause, "sqlite_errorcode", 0) & 0xFF) in SQLITE_BUSY
    state = _state(error)
    if not state:
        return isinstance(error, (OperationalError, InterfaceError))
    return state in TRANSIENT_STATES or state.startswith(CONNECTION_CLASS)


def is_cancelled(error: BaseException) -> bool:
    """A statement was stopped because it took longer than it was given."""
    cause = error.__cause__ or error
    if isinstance(cause, sqlite3.Error):
        return (getattr(cause, "sqlite_errorcode", 0) & 0xFF) == sqlite3.SQLITE_INTERRUPT
    return _state(error) == CANCELLED_STATE


def _state(error: BaseException) -> str:
    """PostgreSQL's five characters, or empty: another database, or no server answered."""
    return getattr(error.__cause__ or error, "sqlstate", None) or ""


def is_data_error(error: BaseException) -> bool:
    """The rows are at fault, not the moment: only such an error may isolate an event (engine rule 1.8)."""
    return isinstance(error, DATA_ERRORS) or _state(error)[:2] in DATA_CLASSES


def no_transaction_is_open() -> None:
    """Raise AssertionError when one is: call it before waiting for a child, a file or the network."""
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise AssertionError("A transaction is open; finish it before waiting for anything outside the database.")
