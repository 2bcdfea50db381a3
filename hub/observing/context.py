"""telling and AddIds: whom and what the present work is about, on every log line that it writes."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

IDS: Final = (
    "request_id",
    "correlation_id",
    "organization_id",
    "integration_id",
    "use_case_id",
    "event_id",
    "first_event_id",
    "last_event_id",
    "delivery_id",
    "job_id",
    "run_id",
)
"""What may be told; names only, never anything that a stranger wrote into a body."""

_NOTHING: Final[Mapping[str, str]] = {}
_LEFT: Final = "told_when_it_was_raised"
_told: ContextVar[Mapping[str, str]] = ContextVar("told", default=_NOTHING)


@contextmanager
def telling(**ids: object) -> Iterator[None]:
    """Within it log lines carry these ids of IDS besides those told around it; None and "" tell nothing.

    What is raised within takes the ids along: whoever catches it far away logs what it was about.
    """
    token = _told.set({**_told.get(), **{name: str(value) for name, value in ids.items() if value not in (None, "")}})
    try:
        yield
    except Exception as error:
        _leave_ids(error)
        raise
    finally:
        _told.reset(token)


def told() -> Mapping[str, str]:
    """The ids of the present work."""
    return _told.get()


class AddIds(logging.Filter):
    """Sets the ids as fields of the record; one that the record brings itself stays."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes. What an exception was about counts before what its catcher is about."""
        error = record.exc_info[1] if record.exc_info else None
        for name, value in {**_told.get(), **_of_request(record), **getattr(error, _LEFT, _NOTHING)}.items():
            if not hasattr(record, name):
                setattr(record, name, value)
        return True


def _of_request(record: logging.LogRecord) -> dict[str, str]:
    """The framework tells of an answer after the work on it has ended, and names the request instead."""
    request = getattr(record, "request", None)
    principal = getattr(request, "principal", None)
    found = {name: getattr(request, name, "") for name in ("request_id", "correlation_id")}
    found["organization_id"] = getattr(principal, "organization_id", "")
    return {name: str(value) for name, value in found.items() if value}


def _leave_ids(error: Exception) -> None:
    if not hasattr(error, _LEFT):
        setattr(error, _LEFT, _told.get())
