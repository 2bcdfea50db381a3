"""What an error of the database means: again can succeed, it took too long, or the rows are at fault."""

from __future__ import annotations

import sqlite3
from typing import Final

from django.db import DataError, IntegrityError, InterfaceError, OperationalError

TRANSIENT_STATES: Final = frozenset({"40001", "40P01", "55P03", "57P01", "57P02", "57P03", "25P03", "53300"})
"""Serialization, deadlock, lock not available, shutdowns, starting up, idle in transaction, no free slot."""
CONNECTION_CLASS: Final = "08"
OUTAGE_CLASSES: Final = frozenset({"53", "57", "58"})
"""Insufficient resources, operator intervention, system error."""
CANCELLED_STATE: Final = "57014"
DATA_CLASSES: Final = frozenset({"21", "22", "23", "54"})
"""Cardinality, data exception, integrity, program limits: it is the rows that the database refuses."""
DATA_ERRORS: Final = (DataError, IntegrityError, UnicodeError, OverflowError)
"""Classes to catch around a transaction whose rows may be at fault."""
SQLITE_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
SQLITE_OUTAGES: Final = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM}
)
"""Primary result codes; an extended code carries its primary one in the lowest byte."""


def is_transient(error: BaseException) -> bool:
    """Deadlock, serialization failure, lock timeout, lost connection, shutdown, busy: again can succeed."""
    cause = error.__cause__ or error
    if isinstance(cause, sqlite3.Error):
        return (getattr(cause, "sqlite_errorcode", 0) & 0xFF) in SQLITE_BUSY
    state = _state(error)
    if not state:
        return isinstance(error, (OperationalError, InterfaceError))
    return state in TRANSIENT_STATES or state.startswith(CONNECTION_CLASS)


def is_outage(error: BaseException) -> bool:
    """The server or its machine is at fault, and waiting may help: whatever is transient, and also a full disk or
    memory, a broken file, a statement that somebody cancelled, a session that somebody ended."""
    cause = error.__cause__ or error
    if isinstance(cause, sqlite3.Error):
        return (getattr(cause, "sqlite_errorcode", 0) & 0xFF) in SQLITE_BUSY | SQLITE_OUTAGES
    state = _state(error)
    return is_transient(error) or state[:2] in OUTAGE_CLASSES or state == CANCELLED_STATE


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
