"""What the tests of core events share: nobody subscribes, children that end, a store, a shop floor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from hub.accounts.models import Organization
from hub.events.models import CoreEvent
from hub.events.shaping.pool import shaping_pool
from tests.hub.entities.conftest import store

__all__ = ["store"]


@pytest.fixture(autouse=True)
def _alone(settings: Any) -> None:
    """No app above the kernel listens."""
    settings.CORE_EVENT_SUBSCRIBERS = settings.CORE_EVENT_AUDIENCES = settings.CORE_EVENT_READY_STAGES = []


@pytest.fixture(autouse=True, scope="session")
def _end_children() -> Iterator[None]:
    yield
    shaping_pool().close()


@pytest.fixture
def everything_is_kept(organization: Organization) -> Organization:
    """The organization, which has switched on nothing yet."""
    return organization


def related(*ids: UUID | None) -> dict[str, Any]:
    """A relation to entities that are there."""
    return {"$relation": [{"entity_id": str(one)} for one in ids]}


def events(name: str = "") -> list[CoreEvent]:
    """What was published, oldest first."""
    found = CoreEvent.objects.order_by("id")
    return list(found.filter(name=name) if name else found)
