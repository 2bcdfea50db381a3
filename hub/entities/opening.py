"""opened: somebody looks at one entity; whoever wants to know is told, and nobody waits for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

from django.conf import settings

from hub.accounts.models import Organization
from hub.plugins import load

OpeningListener: TypeAlias = Callable[[Organization, str, UUID], None]
"""A function in ENTITY_OPENED_LISTENERS: gets organization, schema and id of a live entity, in the request that shows
it. It asks the database nothing and raises nothing."""


def opened(organization: Organization, schema: str, entity_id: UUID) -> None:
    """For the page of an entity and for reading one by its id; lists, searches and exports open nothing."""
    for path in settings.ENTITY_OPENED_LISTENERS:
        listener: OpeningListener = load(path)
        listener(organization, schema, entity_id)
