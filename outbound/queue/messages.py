"""head_of, get_message: messages of a stream as somebody looks at them: the first ones, and one with its payload."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from hub.errors import NotFound
from integrations.models import Integration
from outbound.models import QueuedMessage


def head_of(integration: Integration, limit: int, at: datetime) -> list[QueuedMessage]:
    """The messages that come next, in stream order, without their payloads."""
    return list(QueuedMessage.objects.queued(integration.pk, at).without_payload()[:limit])


def get_message(*, integration: Integration, message_id: UUID | None, at: datetime) -> QueuedMessage:
    """One that waits or was put aside. Raises NotFound, also for None, which stands for an id that is none."""
    live = QueuedMessage.objects.filter(integration_id=integration.pk, expires_at__gt=at)
    found = live.filter(pk=message_id).first() if message_id else None
    if found is None:
        raise NotFound("There is no such message: it was confirmed, has expired, or was redriven under another id.")
    return found
