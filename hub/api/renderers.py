"""JSONRenderer: answers as UTF-8 JSON; moments in UTC with milliseconds and Z."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from rest_framework.renderers import BaseRenderer


class JSONRenderer(BaseRenderer):
    """Writes ``application/json``."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "text"

    def render(
        self,
        data: Any,  # Any: whatever a view answers, checked by the encoder
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The bytes of the answer; none for an empty one."""
        return b"" if data is None and _is_bodiless(renderer_context) else encode(data)


def encode(document: object) -> bytes:
    """JSON bytes of a document that may contain moments, UUIDs and decimals."""
    try:
        return orjson.dumps(document, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)
    except (TypeError, orjson.JSONEncodeError):
        # Stored documents may hold integers beyond 64 bits; the slower encoder writes every digit.
        return json.dumps(document, default=_plain, separators=(",", ":"), allow_nan=False).encode()


def timestamp(moment: datetime) -> str:
    """``2026-01-15T08:00:00.000Z``: UTC, milliseconds, Z."""
    return _in_utc(moment).isoformat(timespec="milliseconds") + "Z"


def precise_timestamp(moment: datetime) -> str:
    """As timestamp, with the microseconds a cursor needs."""
    return _in_utc(moment).isoformat(timespec="microseconds") + "Z"


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _is_bodiless(context: Mapping[str, Any] | None) -> bool:
    response = (context or {}).get("response")
    return response is not None and response.status_code in {204, 304}
