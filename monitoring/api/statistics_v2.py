"""POST /v2/integrations/{integrationId}/monitoring/stats (api.md appendix A.3)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
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
from integrations.models import Integration, UseCaseType
from integrations.queries import get_integration
from monitoring.api.shapes import COUNT, MOMENT_OR_NULL, RATE, WINDOW, Schema, strict, window_of_body, words
from monitoring.codes import Level
from monitoring.counting.reading import Count, Wanted, read_counts
from monitoring.counting.tables import SPANS
from monitoring.received import received_by_use_case
from monitoring.record import EXTERNAL
from monitoring.statistics import Statistics, by_group, sum_up
from monitoring.use_case_types import TYPE_OF, TYPES, kinds_of

GROUPS: Final = ("use_case_id", "use_case_type", "level", "code", "date")
COLUMNS: Final = {"use_case_type": ("sync_type",), "use_case_id": ("use_case_id", "sync_type", "object_type")}
"""What is grouped by → the columns that it is read from, beside the code and the level."""
SOURCES: Final = ("monitoring", "incoming")
ACK_TIMEOUT: Final = "ACK_TIMEOUT"
QUERY: Final[Schema] = {
    "type": "object",
    "properties": {
        **WINDOW,
        "use_case_type": words(*TYPES),
        "use_case_types": {"type": "array", "items": words(*TYPES)},
        "group_by": words(*GROUPS),
        "source": words(*SOURCES) | {"default": "monitoring"},
    },
}
COUNTS: Final[Schema] = {
    name: COUNT
    for name in ("total_events", "success_count", "error_count", "warning_count", "skipped_count", "info_count")
}
ANSWER: Final = strict(
    COUNTS
    | {
        "ack_timeout_count": COUNT,
        "success_rate": RATE,
        "last_error_at": MOMENT_OR_NULL,
        "breakdown": {"type": "array", "items": {"type": "object", "additionalProperties": True}},
    },
    *COUNTS,
)


class QueryStatisticsV2(HubAPIView):
    """Numbers of rows by level, for all types of use cases."""

    requires: ClassVar = {"POST": Capability.MONITOR}

    @extend_schema(
        operation_id="getMonitoringStatsV2",
        tags=["Monitoring"],
        request={"application/json": QUERY},
        responses={(200, "application/json"): ANSWER},
    )
    def post(self, request: Request, integration_id: UUID) -> Response:
        """200; breakdown only where group_by asks for it."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        body = self.body_object() if request.data is not None else {}
        since, until = window_of_body(body)
        group_by = word_of(body, "group_by", GROUPS)
        at, types = clock.now(), types_of(body)
        if word_of(body, "source", SOURCES) == "incoming":
            return Response(_incoming(integration, types, group_by, since, until or at, at=at))
        wanted = _wanted(integration, types, group_by, since, until or at)
        return Response(_answer(read_counts(SPANS, wanted, at=at), group_by))


def types_of(body: JSONObject) -> tuple[str, ...]:
    """The types of use cases that are asked for; the list wins. Empty for all."""
    many, one = body.get("use_case_types"), word_of(body, "use_case_type", TYPES)
    if many is None:
        return (one,) if one else ()
    if not isinstance(many, list) or not all(isinstance(name, str) and name in TYPES for name in many):
        raise wrong("use_case_types", f"must be a list of {', '.join(TYPES)}")
    return tuple(str(name) for name in many)


def _wanted(
    integration: Integration, types: tuple[str, ...], group_by: str, since: datetime | None, until: datetime
) -> Wanted:
    return Wanted(
        organization_id=integration.organization_id,
        integration_id=integration.pk,
        since=since,
        until=until,
        # The code is always wanted: acknowledgements that never came are counted apart.
        group_by=("code", *COLUMNS.get(group_by, ())),
        slot=timedelta(days=1) if group_by == "date" else None,
        only={"sync_type": kinds_of(*types)},
    )


def _answer(rows: list[Count], group_by: str) -> dict[str, object]:
    whole = sum_up(rows)
    answer: dict[str, object] = {
        **counts_of(whole),
        "ack_timeout_count": sum(row.number for row in rows if row.group[0] == ACK_TIMEOUT),
        "success_rate": whole.success_rate,
        "last_error_at": whole.last_error_at,
    }
    if group_by:
        answer["breakdown"] = [_part(group_by, key, part) for (key,), part in by_group(_regrouped(rows, group_by))]
    return answer


def _regrouped(rows: list[Count], group_by: str) -> list[Count]:
    return [Count((_key(row, group_by),), row.slot, row.outcome, row.number, row.last_at) for row in rows]


def _key(row: Count, group_by: str) -> UUID | str | None:
    if group_by == "level":
        return row.outcome
    if group_by == "date":
        return row.slot.astimezone(UTC).date().isoformat() if row.slot else None
    if group_by == "use_case_type":
        return TYPE_OF.get(str(row.group[1]), "")
    return row.group[0] if group_by == "code" else _use_case(*row.group[1:])


def _use_case(
    use_case_id: UUID | str | None, sync_type: UUID | str | None, slug: UUID | str | None
) -> UUID | str | None:
    """As the rows name it: a slug that a middleware pushed and no use case has stands for itself (A.5)."""
    return use_case_id or (slug if sync_type == EXTERNAL else None)


def _part(group_by: str, key: str | None, part: Statistics) -> JSONValue:
    return {group_by: key, "count": part.total} | counts_of(part) | {"success_rate": part.success_rate}


def counts_of(statistics: Statistics) -> JSONObject:
    """The six counts; skipped is a level that this API does not have."""
    return {
        "total_events": statistics.total,
        "success_count": statistics.of(Level.SUCCESS),
        "error_count": statistics.of(Level.ERROR),
        "warning_count": statistics.of(Level.WARNING),
        "skipped_count": 0,
        "info_count": statistics.of(Level.INFO),
    }


def _incoming(
    integration: Integration,
    types: tuple[str, ...],
    group_by: str,
    since: datetime | None,
    until: datetime,
    *,
    at: datetime,
) -> JSONObject:
    """Events come in for inbound use cases alone: where only other types are asked for, there are none."""
    if group_by not in ("", "use_case_id"):
        raise wrong("group_by", "must be use_case_id where source is incoming")
    is_wanted = not types or UseCaseType.INBOUND in types
    received = (
        received_by_use_case(integration.organization, integration.pk, since, until, at=at) if is_wanted else Counter()
    )
    answer = counts_of(Statistics()) | {"total_events": sum(received.values())}
    if group_by:
        parts = sorted(received.items(), key=lambda part: (-part[1], str(part[0])))
        nothing = counts_of(Statistics())
        answer["breakdown"] = [
            {"use_case_id": str(key) if key else None, "count": number} | nothing | {"total_events": number}
            for key, number in parts
        ]
    return answer
