"""…/monitoring/stats and …/monitoring/timeseries: both directions in numbers (operations 25, 26 and G2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.query_fields import uuid_of, word_of, wrong
from hub.api.views import HubAPIView
from hub.json_types import JSONObject
from integrations.models import Integration
from integrations.queries import get_integration
from monitoring.api.shapes import window_of_body
from monitoring.api.time_series_v2 import by_slot, window_and_interval
from monitoring.codes import Level
from monitoring.correlations import count_correlations
from monitoring.counting.reading import Count, Wanted, read_counts
from monitoring.counting.tables import SPANS
from monitoring.first_statistics import DATE, Side, document
from monitoring.inbound_events import STATUS_OF
from monitoring.intervals import INTERVALS, slots_of
from monitoring.use_case_types import INBOUND_KINDS
from outbound.api.statistics_documents import described_series, described_statistics
from outbound.delivery_counts import DELIVERIES, PENDING

DAY: Final = timedelta(days=1)
DIRECTIONS: Final = ("inbound", "outbound", "both")
OF_EVENTS: Final = {"sync_type": INBOUND_KINDS}
_WORDS: Final = {level.value: status for level, status in STATUS_OF.items()}
INBOUND: Final = Side(
    statuses=_WORDS,
    shown=_WORDS,
    attempted=("success", "error", "warning"),
    columns={
        "use_case_id": "use_case_id",
        "sync_type": "sync_type",
        "error_category": "category",
        "object_type": "object_type",
        "event_name": "object_type",
    },
)
OUTBOUND: Final = Side(
    statuses={"succeeded": "success", "failed": "error", PENDING: PENDING},
    shown={"succeeded": "succeeded", "failed": "failed", PENDING: PENDING},
    attempted=("success", "error"),
    columns={"event_name": "event_name", "webhook_config_id": "webhook_id"},
)
SLOT_COUNTS: Final[Mapping[str, Sequence[str]]] = {
    "inbound": ("success", "error", "warning", "skipped"),
    "outbound": ("success", "error", PENDING),
}


class QueryStatistics(HubAPIView):
    """How many rows of both directions there are, by status and by whatever they are grouped by."""

    requires: ClassVar = {"POST": Capability.MONITOR}

    @described_statistics("getMonitoringStats")
    def post(self, request: Request, integration_id: UUID) -> Response:
        """200; breakdown only where a list of groups is given."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        return Response(statistics(integration, self.body_object() if request.data is not None else {}))


class QueryStatisticsOfGuide(HubAPIView):
    """The same, with the integration in the body."""

    requires: ClassVar = {"POST": Capability.MONITOR}
    checks_each_integration = True

    @described_statistics("queryMonitoringStats", names_integration=True)
    def post(self, request: Request) -> Response:
        """200 as the other; 404 for an unknown integration."""
        body = self.body_object()
        integration_id = uuid_of(body, "integration_id")
        if integration_id is None:
            raise wrong("integration_id", "is required")
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        self.require(Capability.MONITOR, integration_id=integration.pk)
        return Response(statistics(integration, body))


class QueryTimeSeries(HubAPIView):
    """The same numbers over time."""

    requires: ClassVar = {"POST": Capability.MONITOR}

    @described_series("getMonitoringTimeSeries")
    def post(self, request: Request, integration_id: UUID) -> Response:
        """200 with one bucket per slot of UTC, empty ones too; at most 200."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        at = clock.now()
        body = self.body_object() if request.data is not None else {}
        since, until, interval = window_and_interval(body, at)
        direction = word_of(body, "direction", DIRECTIONS) or "both"
        slots = slots_of(since, until, interval)
        wanted = Wanted(integration.organization_id, integration.pk, since, until, slot=INTERVALS[interval])
        series = {
            name: dict(by_slot(_rows(name, wanted, at), slots)) if direction in (name, "both") else None
            for name in SLOT_COUNTS
        }
        buckets = [{"timestamp": slot} | {name: _slot(name, series[name], slot) for name in series} for slot in slots]
        return Response({"interval": interval, "from_date": since, "to_date": until, "buckets": buckets})


def statistics(integration: Integration, body: JSONObject) -> dict[str, object]:
    """The answer of operation 25."""
    since, until = window_of_body(body)
    at = clock.now()
    inbound_groups, outbound_groups = (
        _groups(body, "inbound_group_by", INBOUND),
        _groups(body, "outbound_group_by", OUTBOUND),
    )
    place = (integration.organization_id, integration.pk, since, until or at)
    events = read_counts(SPANS, _wanted(place, INBOUND, inbound_groups, OF_EVENTS), at=at)
    deliveries = read_counts(DELIVERIES, _wanted(place, OUTBOUND, outbound_groups, {}), at=at)
    inbound = document(INBOUND, _without_category(events, inbound_groups), inbound_groups)
    correlations = count_correlations(
        integration.organization, integration.pk, since, until or at, spans=sum(row.number for row in events)
    )
    if correlations is not None:
        inbound["total_correlations"] = correlations
    return {"inbound": inbound, "outbound": document(OUTBOUND, deliveries, outbound_groups)}


def _wanted(
    place: tuple[int, UUID, datetime | None, datetime],
    side: Side,
    group_by: Sequence[str],
    only: Mapping[str, Sequence[object]],
) -> Wanted:
    slot = DAY if DATE in group_by else None
    return Wanted(*place, group_by=side.columns_of(group_by), slot=slot, only=only)


def _without_category(rows: Sequence[Count], group_by: Sequence[str]) -> list[Count]:
    """Only errors have one in this API."""
    if "error_category" not in group_by:
        return list(rows)
    place = INBOUND.columns_of(group_by).index("category")
    return [row if row.outcome == Level.ERROR else row.with_group(place, "") for row in rows]


def _groups(body: JSONObject, name: str, side: Side) -> tuple[str, ...]:
    raw = body.get(name)
    if raw is None:
        return ()
    if not isinstance(raw, list) or not all(isinstance(one, str) and one in side.groups for one in raw):
        raise wrong(name, f"must be a list of {', '.join(side.groups)}")
    return tuple(dict.fromkeys(str(one) for one in raw))


def _rows(direction: str, wanted: Wanted, at: datetime) -> list[Count]:
    if direction == "outbound":
        return read_counts(DELIVERIES, wanted, at=at)
    return read_counts(SPANS, wanted.narrowed(OF_EVENTS), at=at)


def _slot(direction: str, series: Mapping[datetime, Sequence[Count]] | None, slot: datetime) -> JSONObject | None:
    if series is None:
        return None
    side = INBOUND if direction == "inbound" else OUTBOUND
    sums = side.sums()
    for row in series[slot]:
        sums.add(side.statuses[row.outcome], row)
    counts = sums.counts()
    shown = {f"{status}_count": counts[f"{status}_count"] for status in SLOT_COUNTS[direction]}
    return shown | {"total_count": counts["total_events"]}
