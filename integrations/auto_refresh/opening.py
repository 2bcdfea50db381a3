"""on_entity_opened: notes that a record was opened, and leaves the rest to a thread behind the request."""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from hub.accounts.models import Organization
from hub.buffers import WriteBuffer
from integrations.auto_refresh.asking import EVENT_OF, ask_for_old
from integrations.auto_refresh.thresholds import thresholds

CAPACITY: Final = 2_000


class Opened(NamedTuple):
    """A record that somebody looks at."""

    organization_id: int
    entity_id: UUID


def on_entity_opened(organization: Organization, schema: str, entity_id: UUID) -> None:
    """One of ENTITY_OPENED_LISTENERS: nothing but a look at what is remembered where no integration refreshes."""
    if schema in EVENT_OF and thresholds(organization):
        openings.add(Opened(organization.pk, entity_id))


def _ask(opened: list[Opened]) -> None:
    """What the buffer writes: as many statements for many records of an organization as for one."""
    of_organization: dict[int, set[UUID]] = {}
    for one in opened:
        of_organization.setdefault(one.organization_id, set()).add(one.entity_id)
    for organization in Organization.objects.filter(pk__in=of_organization):
        ask_for_old(organization, of_organization[organization.pk])


openings: Final[WriteBuffer[Opened]] = WriteBuffer("opened records", _ask, capacity=CAPACITY)
