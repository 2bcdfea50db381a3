"""POST /v2/integrations/{integrationId}/monitoring/time-series (api.md appendix A.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.query_fields import word_of, wrong
from hub.api.views import HubAPIView
from hub.json_types import JSONObject, JSONValue
from integrations.queries import get_integration
from monitoring.api.shapes import COUNT, MOMENT, WINDOW, Schema, strict, window_of_body, words
from monitoring.codes import Level
from monitoring.counting.reading import Count, Wanted, read_counts
from monitoring.counting.tables import SPANS
from monitoring.intervals import INTERVALS, slots_of
from monitoring.span_pages import UNKNOWN, configured_use_cases
from monitoring.statistics import Statistics, by_group, sum_up
from monitoring.use_case_types import TYPE_OF, TYPES, kinds_of

GROUPS: Final = {"use_case_type": "sync_type", "use_case": "use_case_id"}
"""What a bucket may be broken down by → the column of it."""
QUERY: Final[Schema] = strict(
    {**WINDOW, "interval": words(*INTERVALS), "use_case_type": words(*TYPES), "group_by": words(*GROUPS)},
    "from_date",
    "interval",
)
COUNTS: Final[Schema] = dict.fromkeys(("total_count", "success", "error", "warning", "skipped", "info"), COUNT)
BUCKET: Final = strict(
    {
        "timestamp": MOMENT,
        **COUNTS,
        "breakdown": {"type": "array", "items": {"type": "object", "additionalProperties": True}},
    },
    "timestamp",
    *COUNTS,
)
ANSWER: Final = strict(
    {
        "interval": words(*INTERVALS),
        "from_date": MOMENT,
        "to_date": MOMENT,
        "buckets": {"type": "array", "items": BUCKET},
    }
)


class QueryTimeSeriesV2(HubAPIView):
    """Numbers of rows by level over time."""

    requires: ClassVar = {"POST": Capability.MONITOR}

    @extend_schema(
        operation_id="getMonitoringTimeSeriesV2",
        tags=["Monitoring"],
        request={"application/json": QUERY},
        responses={(200, "application/json"): ANSWER},
    )
    def post(self, request: Request, integration_id: UUID) -> Response:
        """200 with one bucket per slot of UTC, empty ones too; at most 200."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        at = clock.now()
        body = self.body_object() if request.data is not None else {}
        since, until, interval = window_and_interval(body, at)
        use_case_type, group_by = word_of(body, "use_case_type", TYPES), word_of(body, "group_by", tuple(GROUPS))
        slots = slots_of(since, until, interval)
        wanted = Wanted(
            organization_id=self.organization.pk,
            integration_id=integration.pk,
            since=since,
            until=until,
            group_by=(GROUPS[group_by],) if group_by else (),
            slot=INTERVALS[interval],
            only={"sync_type": kinds_of(use_case_type) if use_case_type else ()},
        )
        rows = read_counts(SPANS, wanted, at=at)
        if group_by == "use_case":
            rows = _without_unknown(rows, configured_use_cases(self.organization, integration.pk))
        buckets = [_bucket(slot, found, group_by) for slot, found in by_slot(rows, slots)]
        return Response({"interval": interval, "from_date": since, "to_date": until, "buckets": buckets})


def window_and_interval(body: JSONObject, at: datetime) -> tuple[datetime, datetime, str]:
    """from_date, to_date (now where it is not said) and interval. Raises Invalid."""
    since, until = window_of_body(body)
    if since is None:
        raise wrong("from_date", "is required")
    interval = word_of(body, "interval", tuple(INTERVALS))
    if not interval:
        raise wrong("interval", f"is required: one of {', '.join(INTERVALS)}")
    if since > (until or at):
        raise wrong("from_date", "must not lie in the future")
    return since, until or at, interval


def by_slot(rows: Iterable[Count], slots: Sequence[datetime]) -> list[tuple[datetime, list[Count]]]:
    """The rows of every slot; what lies exactly on the end of the window counts in the last one."""
    found: dict[datetime, list[Count]] = {slot: [] for slot in slots}
    for row in rows:
        slot = row.slot if row.slot in found else slots[-1]
        found[slot].append(row)
    return list(found.items())


def _bucket(slot: datetime, rows: list[Count], group_by: str) -> JSONObject:
    bucket = {"timestamp": slot} | _counts(sum_up(rows))
    if group_by:
        bucket["breakdown"] = [{group_by: key, **_counts(part)} for (key,), part in by_group(_named(rows, group_by))]
    return bucket  # type: ignore[return-value]  # the renderer writes moments


def _named(rows: list[Count], group_by: str) -> list[Count]:
    if group_by == "use_case":
        return rows
    return [
        Count((TYPE_OF.get(str(row.group[0]), ""),), row.slot, row.outcome, row.number, row.last_at) for row in rows
    ]


def _without_unknown(rows: list[Count], known: frozenset[UUID]) -> list[Count]:
    return [
        Count((UNKNOWN,), row.slot, row.outcome, row.number, row.last_at)
        if row.group[0] is not None and row.group[0] not in known
        else row
        for row in rows
    ]


def _counts(statistics: Statistics) -> dict[str, JSONValue]:
    return {
        "total_count": statistics.total,
        "success": statistics.of(Level.SUCCESS),
        "error": statistics.of(Level.ERROR),
        "warning": statistics.of(Level.WARNING),
        "skipped": 0,
        "info": statistics.of(Level.INFO),
    }
