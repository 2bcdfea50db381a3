"""example_of: what a webhook would get, of entities that nobody has."""

from __future__ import annotations

from datetime import datetime

from hub.accounts.models import Organization
from hub.entities.schemas.book import book_of
from hub.events.catalogue import EventDefinition, UnknownVersion, definition_at, sample_of
from hub.events.definitions import events_of
from hub.json_types import JSONObject
from outbound.models import Webhook
from outbound.payloads.trigger import Cause, example_payload
from outbound.webhooks.configuration import CATALOGUE_PREFIX
from outbound.webhooks.queries import get_webhook


def example_of(*, organization: Organization, webhook_id: str, at: datetime) -> JSONObject:
    """metadata, entity and relations; beside them ``event``, the sample of the webhook's core event at its version,
    which such a webhook gets in their place. Raises WebhookNotFound."""
    webhook = get_webhook(organization=organization, webhook_id=webhook_id)
    example = example_payload(organization=organization, webhook=webhook, cause=Cause(), at=at)
    definition = _definition(organization, webhook)
    if definition is None:
        return example
    return example | {"event": sample_of(definition, book_of(organization), organization=organization.public_id)}


def _definition(organization: Organization, webhook: Webhook) -> EventDefinition | None:
    """Of the event that the webhook listens to, at its version; of the present one where it has chosen none."""
    name, version = webhook.event_name, webhook.configuration.get("eventVersion")
    found = events_of(organization).get(name.removeprefix(CATALOGUE_PREFIX))
    if found is None or not name.startswith(CATALOGUE_PREFIX):
        return None
    try:
        return definition_at(found.definition, version) if version else found.definition
    except UnknownVersion:
        return found.definition
