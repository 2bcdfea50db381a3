"""The tables of this app: what is recorded and counted, issues, and what alerts stand on."""

from __future__ import annotations

from monitoring.models.alerts import (
    AlertChannel,
    AlertNotice,
    AlertRule,
    AlertState,
    AlertTurn,
)
from monitoring.models.counters import (
    Bucket,
    BucketDelta,
    BucketFields,
    EndedTotal,
    IntegrationBucket,
    SpanBucket,
    SpanCountFields,
    SpanDelta,
)
from monitoring.models.gauges import GaugeBucket, MonitoringGauge
from monitoring.models.issues import Issue, IssueBucket, IssueDelta, IssueEntry, IssueState, IssueSubject
from monitoring.models.recorded import AccessLog, MonitoringEvent

__all__ = [
    "AccessLog",
    "AlertChannel",
    "AlertNotice",
    "AlertRule",
    "AlertState",
    "AlertTurn",
    "Bucket",
    "BucketDelta",
    "BucketFields",
    "EndedTotal",
    "GaugeBucket",
    "IntegrationBucket",
    "Issue",
    "IssueBucket",
    "IssueDelta",
    "IssueEntry",
    "IssueState",
    "IssueSubject",
    "MonitoringEvent",
    "MonitoringGauge",
    "SpanBucket",
    "SpanCountFields",
    "SpanDelta",
]
