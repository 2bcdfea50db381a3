"""HeldReceivers: receivers that get nothing and need somebody. An app above keeps them, so they are read by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings

from hub.accounts.models import Organization
from hub.plugins import load

MOST_SHOWN = 5
"""Receivers that the overview names; the count tells of all."""


@dataclass(frozen=True, slots=True)
class HeldReceiver:
    """One webhook. since: its first failure in a row, for a paused one the pause; None where nobody knows.

    held: its deliveries that wait, is_at_least: there may be more.
    """

    webhook_id: str
    name: str
    since: datetime | None
    held: int
    is_at_least: bool
    is_paused: bool


@dataclass(frozen=True, slots=True)
class HeldReceivers:
    """Those that need somebody most, and how many do in all."""

    worst: tuple[HeldReceiver, ...] = ()
    total: int = 0

    @property
    def others(self) -> int:
        """How many there are beyond those named."""
        return self.total - len(self.worst)


NONE_HELD = HeldReceivers()


class HeldReceiverSource(Protocol):
    """Reads what an organization's receivers do not get."""

    def __call__(self, *, organization: Organization, most: int, at: datetime) -> HeldReceivers:
        """Names at most that many; its number of queries does not depend on how many there are."""


def read_held_receivers(organization: Organization, at: datetime) -> HeldReceivers:
    """Who gets nothing now and needs somebody."""
    source: HeldReceiverSource = load(settings.HELD_RECEIVER_SOURCE)
    return source(organization=organization, most=MOST_SHOWN, at=at)
