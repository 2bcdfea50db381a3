"""What fails most in integrations right now: for each the commonest code among its latest failures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connections, router
from django.db.models import QuerySet

from hub.accounts.models import Organization
from monitoring.codes import Code, Level, get_code
from monitoring.models import MonitoringEvent

SPANS_LOOKED_AT = 500
"""The newest steps of an integration: enough to see what is going wrong, few enough at any load."""
READ: Final = ("id", "integration_id", "level", "code", "use_case_id")


@dataclass(frozen=True, slots=True)
class Cause:
    """A code and the use case in which it occurred most."""

    code: Code
    use_case_id: UUID | None


def find_causes(*, organization: Organization, integration_ids: Sequence[UUID], since: datetime) -> dict[UUID, Cause]:
    """By integration, the commonest failure of its latest steps; none where none of them failed. One query.

    Each integration is looked at for itself, so that a busy one does not hide what is wrong with another.
    """
    if not integration_ids:
        return {}
    using = connections[router.db_for_read(MonitoringEvent)]
    parts, values = list[str](), list[object]()
    for number, integration_id in enumerate(integration_ids):
        sql, some = _latest(organization, integration_id, since).query.get_compiler(connection=using).as_sql()
        nested = f"SELECT * FROM ({sql}) AS latest_{number}"  # noqa: S608 - as the ORM wrote it, without values
        parts.append(nested)  # SQLite takes a limit within a union only so
        values.extend(some)
    rows = MonitoringEvent.objects.raw(" UNION ALL ".join(parts), values)
    failures: dict[UUID, Counter[tuple[str, UUID | None]]] = defaultdict(Counter)
    for row in rows:
        if row.level == Level.ERROR:
            failures[row.integration_id][row.code, row.use_case_id] += 1
    return {one: _commonest(counted) for one, counted in failures.items()}


def _latest(organization: Organization, integration_id: UUID, since: datetime) -> QuerySet[MonitoringEvent]:
    spans = MonitoringEvent.objects.of(organization).filter(integration_id=integration_id, completed_at__gte=since)
    return spans.order_by("-completed_at", "-id").only(*READ)[:SPANS_LOOKED_AT]


def _commonest(failures: Counter[tuple[str, UUID | None]]) -> Cause:
    (code, use_case_id), _ = failures.most_common(1)[0]
    return Cause(get_code(code), use_case_id)
