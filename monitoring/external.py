"""take_external: spans that a middleware pushes about its own steps, each checked for itself (api.md appendix A.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from hub import database
from hub.api.pagination import InvalidCursor, parse_cursor_moment
from hub.json_encoding import json_bytes
from hub.json_types import ROOT, JSONObject, JSONValue
from hub.retention.ages import ages_of
from hub.strict_json import find_unfit
from integrations.models import Integration
from integrations.queries import use_cases_of
from monitoring.codes.external import EXTERNAL_CODE_OF
from monitoring.record import EXTERNAL, MESSAGE_CHARACTERS, Span, record

LONGEST_NAME: Final = 255
"""Characters of a correlation id and of a slug; the columns' width."""
DETAIL_BYTES: Final = 16 * 1024
"""Most that the detail of one span may take as JSON."""
CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""How far ahead the clock of a middleware may be; its step then counts as ended now."""
SPANS: Final = "spans"
"""The kind whose age bounds that of a step, see monitoring/retention_kinds.py: older ones would be deleted at once."""


@dataclass(frozen=True, slots=True)
class PushedSpan:
    """One step as its sender tells it."""

    correlation_id: str
    level: str
    use_case_slug: str
    occurred_at: datetime
    message: str
    detail: JSONObject | None

    @classmethod
    def parse(cls, raw: JSONValue, at: datetime, kept_days: int) -> PushedSpan | str:
        """The step, or what says why it is refused. raw is decoded and no more; at is now, kept_days the
        greatest age."""
        if not isinstance(raw, dict):
            return "must be an object"
        if wrong := find_unfit(raw) or _wrong_text(raw):
            return wrong
        level = raw.get("level")
        if not isinstance(level, str) or level not in EXTERNAL_CODE_OF:
            return f"level: must be one of {', '.join(EXTERNAL_CODE_OF)}"
        occurred_at = _moment(raw.get("occurred_at"))
        if occurred_at is None:
            return "occurred_at: must be a date-time with an offset, such as 2026-01-15T08:00:00Z"
        if not at - timedelta(days=kept_days) <= occurred_at <= at + CLOCKS_DIFFER:
            return f"occurred_at: must lie within the last {kept_days} days"
        detail = raw.get("detail")
        if detail is not None and not isinstance(detail, dict):
            return "detail: must be an object"
        if wrong := _wrong_size(detail):
            return wrong
        return cls(
            correlation_id=str(raw["correlation_id"]),
            level=level,
            use_case_slug=str(raw["use_case_slug"]),
            occurred_at=min(occurred_at, at),
            message=str(raw["message"])[:MESSAGE_CHARACTERS],
            detail=detail,
        )


def take_external(*, integration: Integration, pushed: Sequence[JSONValue], at: datetime) -> list[tuple[int, str]]:
    """Record every span that is one; the places of the others in pushed, with the reason, in order.

    The code follows from the level, whatever the sender calls it. A slug that names no use case is kept as it came.
    """
    kept_days = ages_of(integration.organization)[SPANS]
    parsed = [PushedSpan.parse(one, at, kept_days) for one in pushed]
    spans = [one for one in parsed if isinstance(one, PushedSpan)]
    known = dict(use_cases_of(integration).values_list("slug", "pk")) if spans else {}
    rows = [_span(integration, one, known.get(one.use_case_slug), at) for one in spans]
    database.retrying(lambda: _record(rows))
    return [(place, one) for place, one in enumerate(parsed) if isinstance(one, str)]


def _record(rows: Sequence[Span]) -> None:
    with transaction.atomic():
        record(rows)


def _span(integration: Integration, pushed: PushedSpan, use_case_id: object, at: datetime) -> Span:
    code = EXTERNAL_CODE_OF[pushed.level]
    return Span(
        organization_id=integration.organization_id,
        integration_id=integration.pk,
        sync_type=EXTERNAL,
        level=code.level.value,
        received_at=pushed.occurred_at,
        completed_at=pushed.occurred_at,
        code=code.name,
        category=code.category.value,
        message=pushed.message,
        use_case_id=use_case_id,  # type: ignore[arg-type]  # the primary key of a use case, or None
        object_type=pushed.use_case_slug,
        correlation_id=pushed.correlation_id,
        detail=pushed.detail,
    )


def _wrong_text(raw: JSONObject) -> str:
    for name, longest in (("correlation_id", LONGEST_NAME), ("use_case_slug", LONGEST_NAME), ("message", 0)):
        value = raw.get(name)
        if not isinstance(value, str) or not value.strip():
            return f"{name}: must be a text that is not empty"
        if longest and len(value) > longest:
            return f"{name}: must not be longer than {longest} characters"
    return ""


def _wrong_size(detail: JSONObject | None) -> str:
    try:
        is_long = len(json_bytes(detail)) > DETAIL_BYTES
    except TypeError:
        return "detail: must not hold an integer of more than 64 bits"
    return f"detail: must not be longer than {DETAIL_BYTES} bytes" if is_long else ""


def _moment(raw: JSONValue) -> datetime | None:
    try:
        return parse_cursor_moment(raw, ROOT)
    except InvalidCursor:
        return None
