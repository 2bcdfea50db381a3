"""raw_events: what the next turn works on, a part of it from every organization that has events to work out.

Events that nobody can work on now stay where they are; in one queue for all, enough of them would be the whole turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db.models import BooleanField, Func

from hub import database
from hub.events.models import CoreEvent

_IS_RAW: Final = Func(template="state = 'raw'", output_field=BooleanField())
"""Written out: SQLite takes a partial index only where it can read the condition, not for a parameter."""
_ORGANIZATIONS: Final = """
    WITH RECURSIVE waiting (organization_id) AS (
        SELECT (
            SELECT organization_id FROM events_coreevent WHERE state = 'raw' ORDER BY organization_id LIMIT 1
        )
        UNION ALL SELECT (
            SELECT event.organization_id FROM events_coreevent event
            WHERE event.state = 'raw' AND event.organization_id > waiting.organization_id
            ORDER BY event.organization_id LIMIT 1
        ) FROM waiting WHERE waiting.organization_id IS NOT NULL
    )
    SELECT organization_id FROM waiting WHERE organization_id IS NOT NULL"""
"""From one organization to the next by core_events_to_work_out: a step for each, however many events it has."""


def raw_events(most: int) -> Iterator[tuple[int, list[CoreEvent]]]:
    """Each organization with its oldest events: together about `most`, of every one of them at least one."""
    organizations = [organization_id for (organization_id,) in database.rows(_ORGANIZATIONS)]
    for organization_id in organizations:
        own = CoreEvent.objects.filter(_IS_RAW, organization_id=organization_id).order_by("id")
        yield organization_id, list(own[: max(1, most // len(organizations))])
