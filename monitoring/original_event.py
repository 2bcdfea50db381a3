"""find_original: the inbound event that spans tell of. An app above keeps it, so it is read by name."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from django.conf import settings

from hub.accounts.models import Organization
from hub.plugins import load


class OriginalEventSource(Protocol):
    """Finds one event, and shows it as the API does."""

    def __call__(self, *, organization: Organization, integration_id: UUID, event_id: UUID) -> dict[str, object] | None:
        """None where there is none, or it is not of this integration, or it is kept no more."""


def find_original(
    *, organization: Organization, integration_id: UUID, event_id: UUID | None
) -> dict[str, object] | None:
    """What the source shows; None for no id too."""
    if event_id is None:
        return None
    source: OriginalEventSource = load(settings.ORIGINAL_EVENT_SOURCE)
    return source(organization=organization, integration_id=integration_id, event_id=event_id)
