"""findings(body): every rule that an intake request breaks, by JSON path; only run when the quick parse refused it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

from hub.errors import ErrorDetail
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")
DEDUPLICATION_ID = re.compile(r"[a-zA-Z0-9_-]+")
UNFIT = re.compile("[\0\ud800-\udfff]")
EVENT_TYPES = ("CREATE", "UPDATE", "DELETE")
FORMATS = ("json", "xml")
LONGEST_NAME = 255
LONGEST_GROUP = 128
MOST_FINDINGS = 100

Check = Callable[[JSONValue], str | None]
"""Says what is wrong with a value, or None."""


def _text(longest: int, pattern: re.Pattern[str] | None = None) -> Check:
    def check(value: JSONValue) -> str | None:
        if not isinstance(value, str) or not value or len(value) > longest:
            return f"must be a string of 1 to {longest} characters"
        if UNFIT.search(value):
            return "must not contain the character U+0000 or half of a surrogate pair"
        if pattern and not pattern.fullmatch(value):
            return f"must match {pattern.pattern}"
        return None

    return check


def _word(words: tuple[str, ...]) -> Check:
    return lambda value: None if value in words else f"must be one of {', '.join(words)}"


def _moment(value: JSONValue) -> str | None:
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) and "T" in value.upper() else "")
    except ValueError:
        return "must be a date-time such as 2026-01-15T08:00:00Z"
    return None if is_in_calendar(moment) else "must lie in the years 1 to 9999 of UTC"


def is_in_calendar(moment: datetime) -> bool:
    """False where the offset leads out of the years 1 to 9999: a database stores that, but nobody reads it again."""
    try:
        (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return False
    return True


def _uuid(value: JSONValue) -> str | None:
    try:
        UUID(value if isinstance(value, str) else "")
    except ValueError:
        return "must be a UUID"
    return None


EVENT_CHECKS: dict[str, Check] = {
    "use_case_slug": _text(LONGEST_NAME, SLUG),
    "event_name": _text(LONGEST_NAME),
    "object_type": _text(LONGEST_NAME),
    "event_type": _word(EVENT_TYPES),
    "timestamp": _moment,
    "format": _word(FORMATS),
    "deduplication_id": _text(LONGEST_NAME, DEDUPLICATION_ID),
    "correlation_id": _text(LONGEST_NAME),
    "group_id": _text(LONGEST_GROUP),
}
REQUEST_CHECKS: dict[str, Check] = {
    "integration_id": _uuid,
    "app_id": _uuid,
    "component_id": _uuid,
    "correlation_id": _text(LONGEST_NAME),
    "group_id": _text(LONGEST_GROUP),
}
REQUIRED_IN_REQUEST = {
    1: ("app_id", "component_id", "meta", "events"),
    2: ("integration_id", "events"),
    3: ("integration_id", "events"),
}
REQUIRED_IN_EVENT = {
    1: ("event_type", "timestamp", "payload"),
    2: ("event_type", "timestamp", "payload"),
    3: ("timestamp", "payload"),
}


def findings(body: bytes, *, version: int, most_events: int) -> list[ErrorDetail]:
    """At most MOST_FINDINGS findings in document order; one without a path when the body is no JSON object at all."""
    try:
        document = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except RecursionError:
        return [ErrorDetail("", "The request is nested too deeply.")]
    except ValueError as error:
        return [ErrorDetail("", f"The request is not valid JSON: {_reason(error)}.")]
    if not isinstance(document, dict):
        return [ErrorDetail("", "The request must be a JSON object.")]
    found = _request_findings(document, version, most_events)
    return [detail for detail, _ in zip(found, range(MOST_FINDINGS), strict=False)]


def _refuse_constant(word: str) -> JSONValue:
    raise ValueError(f"{word} is not a JSON value")


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}"
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)


def _request_findings(document: JSONObject, version: int, most_events: int) -> Iterator[ErrorDetail]:
    yield from _missing(document, ROOT, REQUIRED_IN_REQUEST[version])
    yield from _wrong(document, ROOT, REQUEST_CHECKS)
    yield from _meta_findings(document.get("meta"), is_required=version == 1 and "meta" in document)
    events = document.get("events")
    if not isinstance(events, list):
        if "events" in document:
            yield ErrorDetail("events", "must be a list")
        return
    if len(events) > most_events:
        yield ErrorDetail("events", f"must hold at most {most_events} events, holds {len(events)}")
        return
    for position, event in enumerate(events):
        yield from _event_findings(event, ROOT.key("events").index(position), version)


def _meta_findings(meta: JSONValue, *, is_required: bool) -> Iterator[ErrorDetail]:
    if isinstance(meta, dict):
        yield from _wrong(meta, JSONPath("meta"), {"correlation_id": _text(LONGEST_NAME)})
    elif meta is not None or is_required:
        yield ErrorDetail("meta", "must be an object")


def _event_findings(event: JSONValue, at: JSONPath, version: int) -> Iterator[ErrorDetail]:
    if not isinstance(event, dict):
        yield ErrorDetail(at, "must be an object")
        return
    yield from _missing(event, at, REQUIRED_IN_EVENT[version])
    yield from _wrong(event, at, EVENT_CHECKS)
    if not any(event.get(name) for name in ("use_case_slug", "event_name", "object_type")):
        yield ErrorDetail(at, "needs one of use_case_slug, event_name, object_type")
    if "payload" in event:
        yield from _payload_findings(event["payload"], at.key("payload"), event.get("format"))


def _payload_findings(payload: JSONValue, at: JSONPath, form: JSONValue) -> Iterator[ErrorDetail]:
    if isinstance(payload, str):
        if len(payload) < 2:
            yield ErrorDetail(at, "must have at least 2 characters")
    elif not isinstance(payload, dict):
        yield ErrorDetail(at, "must be a string or an object")
    elif form == "xml":
        yield ErrorDetail(at, "must be a string when the format is xml")
    elif not payload:
        yield ErrorDetail(at, "must have at least one member")


def _missing(document: JSONObject, at: JSONPath, names: tuple[str, ...]) -> Iterator[ErrorDetail]:
    for name in names:
        if document.get(name) is None and not (name == "payload" and name in document):
            yield ErrorDetail(at.key(name), "required")


def _wrong(document: JSONObject, at: JSONPath, checks: dict[str, Check]) -> Iterator[ErrorDetail]:
    for name, check in checks.items():
        if document.get(name) is not None:
            message = check(document[name])
            if message:
                yield ErrorDetail(at.key(name), message)
