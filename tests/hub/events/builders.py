"""Builders of the tests about core events: definitions, own events, switches, stored events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.accounts.models import Organization
from hub.entities.schemas.book import book_of
from hub.events.catalogue import built_in, custom_event
from hub.events.models import CoreEvent, CustomEvent, EventSwitch
from hub.events.publishing import EVENT_PREFIX
from hub.ids import new_id, to_text
from hub.json_encoding import timestamp
from tests.builders import NOW

CONTACT = {"id": "contact", "schema": "contact", "cardinality": "one"}


def definition_of(name: str, **members: Any) -> dict[str, Any]:
    """An event about a contact, without a field of its own."""
    return {
        "event_name": name,
        "event_title": name,
        "schema_fields": {},
        "entity_graph": {"nodes": [CONTACT], "edges": []},
    } | members


def field(source: str, **more: Any) -> dict[str, Any]:
    """A text that an expression makes."""
    return {"json_schema": {"type": "string"}, "graph_source": source} | more


def make_own_event(
    *,
    organization: Organization,
    name: str = "ContactSeen",
    status: str = "active",
    enabled: bool = True,
    **members: Any,
) -> CustomEvent:
    """A published event of the organization, which is on."""
    definition = custom_event(definition_of(name, **members), book_of(organization)).as_json()
    row = CustomEvent.objects.create(
        organization=organization, name=name, status=status, definition=definition, created_at=NOW, updated_at=NOW
    )
    if status != "draft":
        CustomEvent.objects.filter(pk=row.pk).update(published_at=NOW)
        switch(organization, name, enabled=enabled)
    organization.bump_config_version()
    return row


def switch(organization: Organization, name: str, **fields: Any) -> None:
    """Say something about an event; it is on unless told otherwise."""
    EventSwitch.objects.update_or_create(organization=organization, name=name, defaults=fields)
    organization.bump_config_version()


@dataclass(frozen=True)
class StoredEvent:
    """A stored event with its public id."""

    row: CoreEvent

    @property
    def public_id(self) -> str:
        """As the API has it."""
        return to_text(EVENT_PREFIX, self.row.pk)


def make_core_event(
    *, organization: Organization, name: str = "ContactSeen", at: datetime = NOW, **fields: Any
) -> StoredEvent:
    """A ready event about a contact."""
    event_id, ack_id = fields.pop("id", None) or new_id(), new_id()
    contact = {"_id": str(new_id()), "_schema": "contact", "_title": "Ute Jensen", "last_name": "Jensen"}
    payload = {
        "_org_id": organization.public_id,
        "_event_time": timestamp(at),
        "_event_id": to_text(EVENT_PREFIX, event_id),
        "_event_name": name,
        "_event_version": "1.0",
        "_event_source": "api",
        "_ack_id": str(ack_id),
        "contact": contact,
    }
    row = CoreEvent.objects.create(
        id=event_id,
        organization_id=organization.pk,
        name=name,
        occurred_at=at,
        ack_id=ack_id,
        **{"version": "1.0", "state": "ready", "source": "api", "correlation_id": "c", "payload": payload} | fields,
    )
    return StoredEvent(row)


def version_of(name: str) -> str:
    """The present version of a built-in event."""
    return built_in(name).version


def audience(organization_id: int, config_version: int) -> frozenset[str]:
    """A function for CORE_EVENT_AUDIENCES: somebody listens to completed product orders."""
    return frozenset({"ProductOrderCompleted"})
