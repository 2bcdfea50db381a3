"""Backlog: how many events wait, since when. The queue belongs to an app above, so whoever reads it goes by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings

from hub.accounts.models import Organization
from hub.plugins import load


@dataclass(frozen=True, slots=True)
class Waiting:
    """Events that were accepted and have not ended; oldest_at is when the first of them came."""

    events: int = 0
    oldest_at: datetime | None = None

    def __add__(self, other: Waiting) -> Waiting:
        moments = [moment for moment in (self.oldest_at, other.oldest_at) if moment]
        return Waiting(self.events + other.events, min(moments, default=None))


NOTHING = Waiting()


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits, by use case and by integration; a lane that use cases share counts for its integration only."""

    use_cases: dict[UUID, Waiting]
    integrations: dict[UUID, Waiting]

    def of_use_case(self, identifier: UUID | None) -> Waiting:
        """What waits for the use case itself."""
        return self.use_cases.get(identifier, NOTHING) if identifier else NOTHING

    def of_integration(self, identifier: UUID) -> Waiting:
        """What waits for all of the integration."""
        return self.integrations.get(identifier, NOTHING)


class BacklogSource(Protocol):
    """Reads the queue of an organization."""

    def __call__(self, *, organization: Organization) -> Backlog:
        """What waits now; its number of queries does not depend on how much there is."""


def read_backlog(organization: Organization) -> Backlog:
    """What the source finds waiting now."""
    source: BacklogSource = load(settings.BACKLOG_SOURCE)
    return source(organization=organization)
