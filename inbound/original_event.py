"""find_document: one stored event as the API shows it, named by ORIGINAL_EVENT_SOURCE of the settings."""

from __future__ import annotations

from uuid import UUID

from hub.accounts.models import Organization
from hub.retention.purged import find_purged
from inbound.event_document import event_document
from inbound.query import EventFilter, bodies_of, list_events
from integrations.models import UseCase


def find_document(*, organization: Organization, integration_id: UUID, event_id: UUID) -> dict[str, object] | None:
    """None where there is no such event of the integration any more."""
    wanted = EventFilter(integration_id=integration_id, event_id=event_id)
    rows = list_events(organization_id=organization.pk, wanted=wanted, limit=1)
    if not rows:
        return None
    use_cases = UseCase.objects.of(organization).filter(integration_id=integration_id)
    slugs = dict(use_cases.values_list("pk", "slug"))
    body = bodies_of([rows[0].event]).get(event_id)
    return event_document(rows[0], body, slugs, find_purged(event_id) if body is None else None)
