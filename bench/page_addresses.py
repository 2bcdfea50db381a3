"""PAGES and QUERIES: what is asked of a filled database; what stands in braces is looked up in it."""

from __future__ import annotations

from typing import Any, Final

MONITORING: Final = "integrations/{integration}/monitoring"
NOBODY: Final = "00000000-0000-0000-0000-000000000001"
"""An id that nothing has."""
PAGES: Final = {
    "overview": "/app/overview?window={window}",
    "events": "/app/events?window={window}",
    "events that failed": "/app/events?status=error&window={window}",
    "events by code": "/app/events?code=TIMEOUT&window={window}",
    "events by code and status": "/app/events?status=warning&code=MAPPED_FIELD_EMPTY&window={window}",
    "events of a code that none has": "/app/events?code=NOBODY_HAS&window={window}",
    "events of a use case": "/app/events?use_case={use_case}&window={window}",
    "events of no use case": f"/app/events?use_case={NOBODY}&window={{window}}",
    "events of a type that none has": "/app/events?type=DELETE&window={window}",
    "events of an issue": "/app/events?issue={issue}",
    "events of a correlation id": "/app/events?correlation=corr-1000",
    "an event": "/app/events/{event}",
    "a trace": "/app/traces/corr-1000",
    "issues": "/app/issues",
    "issues of all states": "/app/issues?state=all&q=field",
    "an issue": "/app/issues/{issue}",
    "alerts": "/app/alerts",
    "history of alerts": "/app/alerts/history",
    "jobs": "/app/jobs",
    "deliveries": "/app/deliveries?window={window}",
    "deliveries that failed": "/app/deliveries?status=failed&window={window}",
    "deliveries acknowledged": "/app/deliveries?status=acknowledged&window={window}",
    "deliveries of an event that none has": "/app/deliveries?event=NobodyHas&window={window}",
    "numbers of deliveries": "/app/deliveries/numbers?window={window}",
    "a delivery": "/app/deliveries/{delivery}",
    "receivers": "/app/webhooks",
    "a receiver": "/app/webhooks/{webhook}",
    "queues": "/app/queue",
    "statistics": "/app/statistics?window={window}",
    "statistics of a use case": "/app/statistics?use_case={use_case}&window={window}",
    "storage": "/app/storage",
    "access log": "/app/access-logs?window={window}",
    "access log of refusals": "/app/access-logs?status=4xx&window={window}",
    "access log of a path that none has": "/app/access-logs?path=nobody&window={window}",
    "core events": "/app/core-events",
    "entities": "/app/entities/contact",
    "integrations": "/app/integrations",
    "an integration": "/app/integrations/{integration}",
}
"""What a page is called → its address."""
QUERIES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "inbound events": (f"v1/{MONITORING}/inbound-events", {}),
    "inbound events of a code": (f"v1/{MONITORING}/inbound-events", {"error_code": "TIMEOUT"}),
    "inbound events of a code that none has": (f"v1/{MONITORING}/inbound-events", {"error_code": "NOBODY_HAS"}),
    "inbound events of a kind that none has": (f"v1/{MONITORING}/inbound-events", {"sync_type": "meter_reading"}),
    "inbound events of objects that none has": (f"v1/{MONITORING}/inbound-events", {"object_type": "nobody"}),
    "inbound events of an event type none has": (f"v1/{MONITORING}/inbound-events", {"event_type": "DELETE"}),
    "outbound events": (f"v1/{MONITORING}/outbound-events", {}),
    "statistics": (f"v1/{MONITORING}/stats", {}),
    "series": (f"v1/{MONITORING}/timeseries", {"interval": "1d"}),
    "access logs": (f"v1/{MONITORING}/access-logs", {}),
    "events of v2": (f"v2/{MONITORING}/events", {}),
    "errors of v2": (f"v2/{MONITORING}/events", {"level": "error"}),
    "events of v2, a use case": (f"v2/{MONITORING}/events", {"use_case_id": "{use_case}"}),
    "events of v2, no use case": (f"v2/{MONITORING}/events", {"use_case_id": ""}),
    "events of v2, deleted use cases": (f"v2/{MONITORING}/events", {"use_case_id": "__unknown__"}),
    "events of v2, a type that none has": (f"v2/{MONITORING}/events", {"use_case_type": "file_proxy"}),
    "events of v2, a code": (f"v2/{MONITORING}/events", {"code": "MISSING_UNIQUE_IDENTIFIERS"}),
    "events of v2, a code that none has": (f"v2/{MONITORING}/events", {"code": "NOBODY_HAS"}),
    "events of v2, a correlation id": (f"v2/{MONITORING}/events", {"correlation_id": "corr-1000"}),
    "statistics of v2": (f"v2/{MONITORING}/stats", {"group_by": "use_case_id"}),
    "statistics of v2 by day": (f"v2/{MONITORING}/stats", {"group_by": "date"}),
    "statistics of v2, incoming": (f"v2/{MONITORING}/stats", {"group_by": "use_case_id", "source": "incoming"}),
    "series of v2": (f"v2/{MONITORING}/time-series", {"interval": "1d"}),
    "series of v2 by use case": (f"v2/{MONITORING}/time-series", {"interval": "1d", "group_by": "use_case"}),
    "stored events": ("v1/integrations/{integration}/events", {}),
    "deliveries of a receiver": ("v2/webhooks/configs/{webhook}/events", {}),
}
"""What a query is called → where it is posted to and its body; each asks for the last sixty days."""
READS: Final = {
    "trace": f"v2/{MONITORING}/traces/corr-1000",
    "events associated with one": f"v2/{MONITORING}/events/{{event}}/associated",
    "history of notifications": "v2/integrations/{integration}/notifications/history",
    "state of notifications": "v2/integrations/{integration}/notifications/status",
    "outbound status": "v1/integrations/{integration}/outbound-status",
}
"""What is asked for without a body."""
