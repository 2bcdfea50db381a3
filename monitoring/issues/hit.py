"""add_subjects: whom failures hit; of deliveries the core event tells, which is read when they are folded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from django.db.models import Count

from hub.entities.models import Entity
from hub.events.models import CoreEvent
from monitoring.issues.telling import MOST_SUBJECTS
from monitoring.models.issues import Issue, IssueDelta, IssueSubject

MOST_EVENTS: Final = 10_000
"""Core events that one fold looks at; whom the others were about stays unknown."""

Subjects = Mapping[UUID, str]
"""Id of a core event → the entity that it is about."""


def add_subjects(by_issue: Mapping[UUID, Sequence[IssueDelta]], issues: Mapping[UUID, Issue]) -> dict[UUID, int]:
    """How many each of those issues hits now, whose number can still grow. At most four statements."""
    growing = {issue_id: deltas for issue_id, deltas in by_issue.items() if issues[issue_id].subjects < MOST_SUBJECTS}
    told = _told_by_events(delta for deltas in growing.values() for delta in deltas)
    rows = [
        IssueSubject(issue_id=issue_id, subject=subject)
        for issue_id, deltas in growing.items()
        for subject in sorted(_subjects_of(deltas, told)[:MOST_SUBJECTS])
    ]
    if not rows:
        return {}
    IssueSubject.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    hit = {row.issue_id for row in rows}
    counts = IssueSubject.objects.filter(issue_id__in=hit).values("issue_id").annotate(number=Count("id"))
    return {row["issue_id"]: min(row["number"], MOST_SUBJECTS) for row in counts.order_by("issue_id")}


def _subjects_of(deltas: Iterable[IssueDelta], told: Subjects) -> list[str]:
    """Each once."""
    found: dict[str, None] = {}
    for delta in deltas:
        found |= dict.fromkeys(delta.subjects)
        found |= dict.fromkeys(told[event_id] for event_id in _events_of(delta) if event_id in told)
    return list(found)


def _told_by_events(deltas: Iterable[IssueDelta]) -> Subjects:
    """Events that are about no entity, and entities that are no more, are not among them."""
    event_ids = list(dict.fromkeys(event_id for delta in deltas for event_id in _events_of(delta)))[:MOST_EVENTS]
    if not event_ids:
        return {}
    events = CoreEvent.objects.filter(pk__in=event_ids, entity_id__isnull=False).order_by("pk")
    about = dict(events.values_list("pk", "entity_id"))
    entities = Entity.objects.filter(pk__in=set(about.values())).order_by("pk")
    schemas = dict(entities.values_list("pk", "schema"))
    return {
        event_id: f"{schemas[entity_id]}/{entity_id}" for event_id, entity_id in about.items() if entity_id in schemas
    }


def _events_of(delta: IssueDelta) -> list[UUID]:
    return [UUID(event_id) for event_id in delta.core_events or ()]
