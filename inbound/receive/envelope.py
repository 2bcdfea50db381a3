"""The request of the three intake versions, split into events without parsing a payload (api.md section 11.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from hub.errors import ErrorDetail, Invalid
from inbound.receive.diagnose import findings, is_in_calendar
from inbound.receive.surrogates import without_halves

Name = Annotated[str, Meta(min_length=1, max_length=255)]
Slug = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"^[a-z0-9][a-z0-9_-]*\Z")]
DeduplicationId = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"^[a-zA-Z0-9_-]+\Z")]
CorrelationId = Annotated[str, Meta(min_length=1, max_length=255)]
GroupId = Annotated[str, Meta(min_length=1, max_length=128)]


class Submitted(msgspec.Struct, frozen=True):
    """One event as submitted. payload holds the JSON text of the member, untouched: a string or an object."""

    timestamp: datetime
    payload: msgspec.Raw
    use_case_slug: Slug | None = None
    event_name: Name | None = None
    object_type: Name | None = None
    event_type: Literal["CREATE", "UPDATE", "DELETE"] | None = None
    format: Literal["json", "xml"] = "json"
    deduplication_id: DeduplicationId | None = None
    correlation_id: CorrelationId | None = None
    group_id: GroupId | None = None


class RequestMeta(msgspec.Struct, frozen=True):
    """The open object of the oldest form; only its correlation id means something."""

    correlation_id: CorrelationId | None = None


class Batch(msgspec.Struct, frozen=True):
    """One request. Versions 2 and 3 name the integration, version 1 an app's component."""

    events: list[Submitted]
    integration_id: UUID | None = None
    app_id: UUID | None = None
    component_id: UUID | None = None
    correlation_id: CorrelationId | None = None
    group_id: GroupId | None = None
    meta: RequestMeta | None = None

    def correlation_of(self, event: Submitted) -> str | None:
        """The first correlation id found: the event's, the request's, the one in meta; None when there is none."""
        return event.correlation_id or self.correlation_id or (self.meta.correlation_id if self.meta else None)


class ItemResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one event: success (stored and queued), skipped, ignored or error."""

    event_id: str
    status: str
    message: str = ""


BYTE_ORDER_MARK = b"\xef\xbb\xbf"
QUOTE, BRACE = ord('"'), ord("{")
BLANK_OBJECT = 64
"""Bytes up to which an object is looked at for being empty; a longer one with nothing but blanks is not worth it."""

_decoder = msgspec.json.Decoder(Batch)


def parse_batch(body: bytes, *, version: int, most_events: int) -> Batch:
    """The typed request. Raises Invalid with every finding; nothing of an invalid request is stored.

    version is 1, 2 or 3; most_events the documented 100. A payload is only checked for being a string of at least
    two characters or a non-empty object; whether it can be read is decided per event.
    """
    try:
        if not body.isascii():
            body.decode("utf-8-sig")
        batch, is_fit = _decode(body.removeprefix(BYTE_ORDER_MARK))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        details = findings(body, version=version, most_events=most_events)
        raise _invalid(details, str(error)) from error
    if not is_fit or not _is_complete(batch, version, most_events):
        details = findings(body, version=version, most_events=most_events)
        if details:
            raise _invalid(details, "")
    return batch


def _decode(text: bytes) -> tuple[Batch, bool]:
    """The request, and False when a string in it may hold what no database takes."""
    try:
        return _decoder.decode(text), b"\\u0000" not in text
    except msgspec.DecodeError:
        mended = without_halves(text)
        if mended == text:
            raise
        return _as_it_stood(_decoder.decode(mended), text, mended), False


def _as_it_stood(batch: Batch, text: bytes, mended: bytes) -> Batch:
    """The batch that was read from mended, with each payload as it stands at the same place of text."""
    events, start = [], 0
    for event in batch.events:
        payload = bytes(event.payload)
        start = mended.index(payload, start)
        end = start + len(payload)
        events.append(replace(event, payload=msgspec.Raw(text[start:end])))
        start = end
    return replace(batch, events=events)


def _is_complete(batch: Batch, version: int, most_events: int) -> bool:
    """The rules that types alone cannot say."""
    if version == 1:
        addressed = bool(batch.app_id and batch.component_id and batch.meta is not None)
    else:
        addressed = batch.integration_id is not None
    return addressed and len(batch.events) <= most_events and all(_is_whole(event, version) for event in batch.events)


def _is_whole(event: Submitted, version: int) -> bool:
    addressed = event.use_case_slug or event.event_name or event.object_type
    dated = 1 < event.timestamp.year < 9999 or is_in_calendar(event.timestamp)
    return bool(addressed and dated and (version == 3 or event.event_type) and _has_payload(event))


def _has_payload(event: Submitted) -> bool:
    text = memoryview(event.payload)
    if text[0] == QUOTE:
        return len(text) >= len('"xx"')
    return text[0] == BRACE and event.format == "json" and (len(text) > BLANK_OBJECT or not _is_blank_object(text))


def _is_blank_object(text: memoryview) -> bool:
    return bytes(text).translate(None, b" \t\r\n") == b"{}"


def _invalid(details: list[ErrorDetail], reason: str) -> Invalid:
    first = details[0] if details else _refusal(reason)
    message = f"{first.path}: {first.message}" if first.path else first.message
    code = "TOO_MANY_EVENTS" if first.path == "events" and "at most" in first.message else "VALIDATION_ERROR"
    return Invalid(message, code=code, details=details or [first])


def _refusal(reason: str) -> ErrorDetail:
    """What the decoder alone had to object to; it ends with the place, written ``- at `$.events[0].format```."""
    message, _, place = reason.partition(" - at `$")
    return ErrorDetail(place.strip("`."), message)
