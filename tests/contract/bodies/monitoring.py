"""What is sent to the operations of monitoring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.contract.bodies.plain import Body, no_body
from tests.contract.things import Things


def _external(things: Things) -> dict[str, Any]:
    span = {"correlation_id": "c-1", "level": "success", "use_case_slug": "customer", "message": "sent"}
    return {"events": [span | {"occurred_at": "2026-01-15T07:59:00Z"}]}


BODIES: Mapping[str, Body] = {
    "queryEvents": lambda things: {"event_id": things.event_id},
    "replayEvents": lambda things: {"event_ids": [things.event_id]},
    "queryInboundMonitoringEvents": lambda things: {"use_case_id": things.use_case_id},
    "queryAccessLogs": lambda things: {"method": "POST"},
    "getMonitoringStats": lambda things: {"inbound_group_by": ["status"]},
    "getMonitoringTimeSeries": lambda things: {"from_date": "2026-01-15T00:00:00Z", "interval": "1h"},
    "queryMonitoringEvents": lambda things: {"integration_id": things.integration_id, "status": ["error"]},
    "queryMonitoringStats": lambda things: {"integration_id": things.integration_id},
    "queryMonitoringEventsV2": lambda things: {"level": "error"},
    "getAssociatedMonitoringEvents": no_body,
    "getMonitoringStatsV2": lambda things: {"group_by": "level"},
    "getMonitoringTimeSeriesV2": lambda things: {"from_date": "2026-01-15T00:00:00Z", "interval": "1h"},
    "pushExternalMonitoringEvents": _external,
    "getMonitoringTrace": no_body,
    "listNotificationHistory": no_body,
    "getNotificationStatus": no_body,
    "testNotification": no_body,
    "getEntitySyncStatus": no_body,
    "getEntitySyncStatusByEntity": no_body,
    "getOutboundStatus": no_body,
    "queryOutboundMonitoringEvents": lambda things: {"status": "failed"},
}
