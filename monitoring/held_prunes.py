"""HeldPrunes: what waits for a person's decision. An app above keeps it, so whoever reads it goes by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings

from hub.accounts.models import Organization
from hub.plugins import load

MOST_SHOWN = 5
"""Prunes that the overview names; the count tells of all."""


@dataclass(frozen=True, slots=True)
class HeldPrune:
    """One that waits. records: "61 of 80 billing events", in the language of the page."""

    prune_id: UUID
    use_case_id: UUID
    records: str
    held_at: datetime


@dataclass(frozen=True, slots=True)
class HeldPrunes:
    """Those that have waited longest, longest first, and how many wait in all."""

    oldest: tuple[HeldPrune, ...] = ()
    total: int = 0

    @property
    def others(self) -> int:
        """How many wait beyond those named."""
        return self.total - len(self.oldest)


class HeldPruneSource(Protocol):
    """Reads what waits in an organization."""

    def __call__(self, *, organization: Organization, most: int) -> HeldPrunes:
        """At most that many; its number of queries does not depend on how many wait."""


def read_held_prunes(organization: Organization) -> HeldPrunes:
    """What waits now."""
    source: HeldPruneSource = load(settings.HELD_PRUNE_SOURCE)
    return source(organization=organization, most=MOST_SHOWN)
