"""Rows of arrivals as both databases take them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from inbound.receive.arrivals import Arrival


def arrival_rows(
    arrivals: Sequence[Arrival],
) -> tuple[list[dict[str, Any]], bytes]:  # Any: JSON-able column values
    """One row per arrival in order, and all bodies in one piece: offset and length say where each one stands."""
    rows: list[dict[str, Any]] = []
    offset = 0
    for position, arrival in enumerate(arrivals):
        event = arrival.event
        rows.append(
            {
                "id": arrival.id,
                "position": position,
                "use_case_id": arrival.use_case_id,
                "lane_id": arrival.lane_id,
                "event_name": event.event_name or event.object_type or "",
                "use_case_slug": event.use_case_slug or "",
                "event_type": event.event_type or "",
                "format": event.format,
                "correlation_id": arrival.correlation_id,
                "deduplication_id": arrival.deduplication_id,
                "reserves": bool(arrival.deduplication_id) and arrival.settled is None,
                "sent_at": _in_utc(event.timestamp),
                "order": arrival.order,
                "origin_id": arrival.origin_id,
                "replay_of": arrival.replay_of,
                "body_offset": offset,
                "body_bytes": len(arrival.body),
            }
        )
        offset += len(arrival.body)
    return rows, b"".join(arrival.body for arrival in arrivals)


def _in_utc(moment: datetime) -> datetime:
    """A moment without an offset is taken for UTC. PostgreSQL refuses offsets of 16 hours and more as text."""
    if moment.tzinfo is UTC:
        return moment
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
