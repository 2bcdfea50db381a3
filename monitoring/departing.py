"""Departing: what is to leave for an integration and has not. An app above keeps it, so it is read by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings

from hub.accounts.models import Organization
from hub.plugins import load


@dataclass(frozen=True, slots=True)
class Departing:
    """Deliveries on their way or held, and messages to be polled, together. is_at_least: there may be more."""

    number: int = 0
    is_at_least: bool = False


NONE_DEPARTING = Departing()


class DepartureSource(Protocol):
    """Counts for all integrations of an organization at once."""

    def __call__(self, *, organization: Organization, at: datetime) -> Mapping[UUID, Departing]:
        """Those without any are left out; its number of queries does not depend on how much there is."""


def read_departing(organization: Organization, at: datetime) -> Mapping[UUID, Departing]:
    """What the source finds waiting now."""
    source: DepartureSource = load(settings.DEPARTURE_SOURCE)
    return source(organization=organization, at=at)
