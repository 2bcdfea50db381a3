"""What fails most in integrations right now: for each the commonest code among its latest failures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connections, router
from django.db.models import QuerySet

from hub.accounts.models import Organization
from monitoring.codes import Code, Level, get_code
from monitoring.models import MonitoringEvent

SPANS_LOOKED_AT = 500
"""The newest steps of an integration: enough to see what is going wrong, few enough at any load."""
READ: Final = ("integration_id", "level", "code", "use_case_id", "completed_at")


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
    parts, values = list[str](), list[Any]()  # Any: as the ORM gives them to the cursor
    for number, integration_id in enumerate(integration_ids):
        sql, some = _latest(organization, integration_id, since).query.get_compiler(connection=using).as_sql()
        nested = f"SELECT * FROM ({sql}) AS latest_{number}"  # noqa: S608 - as the ORM wrote it, without values
        parts.append(nested)  # SQLite takes a limit within a union only so
        values.extend(some)
    with using.cursor() as cursor:
        cursor.execute(_COUNTED.format(latest=" UNION ALL ".join(parts)), [*values, Level.ERROR.value])
        rows = cursor.fetchall()
    return {
        _id(one): Cause(get_code(code), _id(use_case_id) if use_case_id else None) for one, code, use_case_id in rows
    }


_COUNTED: Final = """
    SELECT integration_id, code, use_case_id FROM ({latest}) AS latest WHERE level = %s
    GROUP BY integration_id, code, use_case_id ORDER BY count(*), max(completed_at)"""
"""The commonest last, so that it is the one that stays; of equally common ones the newer."""


def _latest(
    organization: Organization, integration_id: UUID, since: datetime
) -> QuerySet[MonitoringEvent, Any]:  # Any: a dictionary per row
    spans = MonitoringEvent.objects.of(organization).filter(integration_id=integration_id, completed_at__gte=since)
    latest: QuerySet[MonitoringEvent, Any] = spans.order_by("-completed_at", "-id").values(*READ)
    return latest[:SPANS_LOOKED_AT]


def _id(value: object) -> UUID:
    """SQLite keeps ids as texts."""
    return value if isinstance(value, UUID) else UUID(str(value))
