"""trigger_payload: what a webhook gets that no core event stands behind (outbound.md 7.2), real or as an example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from hub.accounts.models import Organization
from hub.entities.schemas.book import book_of
from hub.errors import NotFound
from hub.events.catalogue.sample_entities import sample_entity
from hub.events.hydration import read_entities
from hub.events.nodes import entity_document
from hub.ids import new_id, to_text
from hub.json_encoding import timestamp
from hub.json_types import JSONObject
from outbound.models import Webhook
from outbound.payloads.additions import About, additions_of
from outbound.payloads.changesets import applied
from outbound.webhooks.configuration import PayloadOptions

STUB: Final = ("_id", "_schema", "_org", "_title")
"""What is left of an entity that is not to be hydrated."""
EXAMPLE_OF: Final = ("contact", "contract")
"""Schemas of the entity and the relation of an example."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a webhook is triggered: members of metadata beside what the hub knows itself, such as action and origin."""

    correlation_id: str = ""
    members: Mapping[str, str | bool] = field(default_factory=dict)


def metadata_of(webhook: Webhook, cause: Cause, at: datetime) -> JSONObject:
    """The member metadata: organization, webhook, moment and correlation id are the hub's, the rest is the cause's."""
    return {
        **cause.members,
        "organization_id": str(webhook.organization_id),
        "webhook_id": webhook.pk,
        "webhook_name": webhook.name,
        "creation_timestamp": timestamp(at),
        "correlation_id": cause.correlation_id or to_text("", new_id()),
    }


def trigger_payload(
    *, organization: Organization, webhook: Webhook, options: PayloadOptions, about: About, cause: Cause, at: datetime
) -> JSONObject:
    """metadata and entity, and what the options add: a stub of the entity unless it is to be hydrated.

    Raises NotFound for an entity that is not there.
    """
    entity = read_entities(organization, [about.entity_id] if about.entity_id else []).get(about.entity_id or new_id())
    if entity is None:
        raise NotFound("There is no entity with this id.")
    shown = entity_document(organization, entity)
    beside = replace(options, hydrate_entity=False)
    payload: JSONObject = {
        "metadata": metadata_of(webhook, cause, at),
        "entity": shown if options.hydrate_entity else {name: shown[name] for name in STUB if name in shown},
        **additions_of(organization, beside, [about])[0],
    }
    return applied(payload) if options.apply_changesets else payload


def example_payload(*, organization: Organization, webhook: Webhook, cause: Cause, at: datetime) -> JSONObject:
    """The same of entities that nobody has, always hydrated and with a relation, so that an author sees everything."""
    book, name = book_of(organization), organization.public_id
    entity, related = (sample_entity(book.schema_of(slug), name) for slug in EXAMPLE_OF)
    return {"metadata": metadata_of(webhook, cause, at), "entity": entity, "relations": [related]}
