"""note: the span that a managed call leaves in monitoring, however it ended."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final, NamedTuple

from django.db import Error

from hub import clock, database
from hub.buffers import WriteBuffer
from hub.environments.redaction import redact
from hub.errors import HubError
from hub.json_types import JSONObject
from monitoring.codes import Level, get_code
from monitoring.record import MANAGED_CALL, MESSAGE_CHARACTERS, Span, record
from proxies.managed_call.calls import ManagedCall
from proxies.managed_call.execution import Course
from proxies.managed_call.failures import CallFailed
from proxies.managed_call.requests import Asked

log = logging.getLogger(__name__)
successes: Final[WriteBuffer[Span]] = WriteBuffer("spans of managed calls", record)
"""Nobody waits for the commit of a row that says that all went well."""


class Ending(NamedTuple):
    """How a call went. code: empty where it went well; category: where it is not that of the code."""

    code: str
    message: str
    category: str = ""


def note(call: ManagedCall, asked: Asked, course: Course, *, at: datetime, failure: CallFailed | None) -> None:
    """The call, with the template of its path and the host that was called, never with the URL itself."""
    message = redact(failure.message if failure else _success(course), course.secrets)
    write_span(
        call,
        asked,
        Ending(failure.span_code, message, failure.category) if failure else Ending("", message),
        at=at,
        detail=_detail(call, course),
    )


def note_unqueued(call: ManagedCall, asked: Asked, *, at: datetime, failure: HubError) -> None:
    """The result of a call that did not become an event, which makes the call no failure."""
    slug = call.configuration.inbound_use_case_slug
    message = f"The result was not handed on to {slug}: {failure.message}"
    write_span(call, asked, Ending(failure.code, message), at=at, detail={"inbound_use_case_slug": slug})


def write_span(call: ManagedCall, asked: Asked, ending: Ending, *, at: datetime, detail: JSONObject) -> None:
    """One row: that of a success a moment later, with others; where the database does not take that of a failure, the
    call goes on all the same, since the other system has answered by now."""
    ended = clock.now()
    known = get_code(ending.code) if ending.code else None
    span = Span(
        organization_id=call.organization_id,
        integration_id=call.integration_id,
        sync_type=MANAGED_CALL,
        level=Level.ERROR if ending.code else Level.SUCCESS,
        received_at=at,
        completed_at=ended,
        code=ending.code,
        category=ending.category or (known.category if known else ""),
        message=ending.message[:MESSAGE_CHARACTERS],
        use_case_id=call.use_case_id,
        object_type=call.slug,
        correlation_id=asked.correlation_id,
        duration_ms=max(0, round((ended - at).total_seconds() * 1000)),
        detail=detail | {"use_case_version": call.version},
        use_case_version=call.version,
    )
    if not ending.code:
        successes.add(span)
        return
    try:
        database.retrying(lambda: record([span]))
    except Error:
        log.exception("the span of a managed call was not recorded")


def _success(course: Course) -> str:
    return f"The other system answered {course.answer.status}." if course.answer else ""


def _detail(call: ManagedCall, course: Course) -> JSONObject:
    detail: JSONObject = {"method": call.configuration.method, "path": call.configuration.path}
    if course.sent is not None:
        detail["host"] = course.sent.url.authority
    if course.answer is not None:
        timings = course.answer.timings
        detail |= {
            "status": course.answer.status,
            "response_bytes": len(course.answer.body),
            "connect_ms": round(timings.dns_ms + timings.connect_ms, 1),
            "upstream_ms": round(timings.total_ms, 1),
        }
    return detail
