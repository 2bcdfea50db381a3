"""advice_about: what of an outbound use case cannot deliver as it is, and is stored all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.errors import ErrorDetail
from hub.events.definitions import Event, events_of
from hub.json_types import JSONPath
from hub.jsonata.source import starts_path_with
from outbound.attachments.listing import ATTACHMENTS
from outbound.configuration import FileDelivery, OutboundConfiguration, OutboundMapping, WebhookDelivery
from outbound.models import Webhook
from outbound.uploads.references import named_recipe
from outbound.webhooks.status import Status, status_of

MOST_ADVICE: Final = 20
ENTITY: Final = "entity"
"""Where payloads of automations have their entity (outbound.md 7.2). Core events name each of theirs."""
MAPPED_WHOLE: Final = "jsonata"
"""The mode of an own event whose fields nobody knows before its expression runs."""


def advice_about(
    *, organization: Organization, configuration: OutboundConfiguration, at: JSONPath, integration_id: UUID
) -> Sequence[ErrorDetail]:
    """Each with its place, 20 at most; two queries, and one for each recipe that is named.

    None of it keeps anything from being stored: packages may be installed in any order (outbound.md 4.3).
    """
    event = events_of(organization).get(configuration.event_catalog_event)
    webhooks = _webhooks_of(organization, configuration)
    found = _about(configuration, event, webhooks, at)
    files = _about_files(configuration, event, organization, integration_id, at)
    return list(islice(chain(found, files, configuration.warnings), MOST_ADVICE))


def _webhooks_of(organization: Organization, configuration: OutboundConfiguration) -> dict[str, Webhook]:
    ids = {one.delivery.webhook_id for one in configuration.mappings if isinstance(one.delivery, WebhookDelivery)}
    return {row.pk: row for row in Webhook.objects.of(organization).filter(pk__in=ids)}


def _about(
    configuration: OutboundConfiguration, event: Event | None, webhooks: Mapping[str, Webhook], at: JSONPath
) -> Iterator[ErrorDetail]:
    yield from _about_event(configuration.event_catalog_event, event, at.key("event_catalog_event"))
    if event is not None and _begins_at_nothing(configuration.event_filter, event):
        yield ErrorDetail(at.key("event_filter"), _no_entity(event))
    if not any(one.enabled for one in configuration.mappings):
        yield ErrorDetail(at.key("mappings"), "none of them is enabled, so nothing is delivered")
    for position, mapping in enumerate(configuration.mappings):
        yield from _about_mapping(mapping, event, webhooks, at.key("mappings").index(position))


def _about_event(name: str, event: Event | None, at: JSONPath) -> Iterator[ErrorDetail]:
    if event is None:
        yield ErrorDetail(at, f"there is no event {name} yet, so nothing is delivered")
    elif event.lifecycle != "active":
        state = "a draft" if event.lifecycle == "draft" else event.lifecycle
        yield ErrorDetail(at, f"the event {name} is {state}, so nothing publishes it")


def _about_mapping(
    mapping: OutboundMapping, event: Event | None, webhooks: Mapping[str, Webhook], at: JSONPath
) -> Iterator[ErrorDetail]:
    webhook: Webhook | None = None
    if isinstance(mapping.delivery, WebhookDelivery):
        webhook = webhooks.get(mapping.delivery.webhook_id)
        place = at.key("delivery").key("webhook_id")
        if webhook is None:
            yield ErrorDetail(place, f"there is no webhook {mapping.delivery.webhook_id}")
        elif status_of(webhook) is Status.INCOMPLETE:
            yield ErrorDetail(place, f"the webhook {webhook.name} lacks its address or its secret")
    has_entity = webhook is not None and _adds_entity(webhook)
    if event is not None and not has_entity and _begins_at_nothing(mapping.jsonata_expression, event):
        yield ErrorDetail(at.key("jsonata_expression"), _no_entity(event))


def _about_files(
    configuration: OutboundConfiguration,
    event: Event | None,
    organization: Organization,
    integration_id: UUID,
    at: JSONPath,
) -> Iterator[ErrorDetail]:
    for position, mapping in enumerate(configuration.mappings):
        if not isinstance(mapping.delivery, FileDelivery):
            continue
        place = at.key("mappings").index(position).key("delivery")
        if event is not None and not _has_files(event):
            message = f"the event {event.name} names no files ({ATTACHMENTS}), so this mapping delivers nothing"
            yield ErrorDetail(place.key("type"), message)
        slug = mapping.delivery.use_case_slug
        recipe = named_recipe(slug, mapping.id, organization=organization, integration_id=integration_id)
        if recipe.why is not None:
            yield ErrorDetail(place.key("use_case_slug"), f"{recipe.message.rstrip('.')}: until then no file goes out")


def _has_files(event: Event) -> bool:
    definition = event.definition
    is_unknown = definition.mapping is not None and definition.mapping.mode == MAPPED_WHOLE
    return is_unknown or definition.find_field(ATTACHMENTS) is not None


def _adds_entity(webhook: Webhook) -> bool:
    options = webhook.configuration.get("payloadConfiguration")
    return isinstance(options, dict) and options.get("hydrate_entity") is True


def _begins_at_nothing(expression: str | None, event: Event) -> bool:
    """Whether it reads a member ``entity`` that the event does not have (outbound.md 4.4)."""
    definition = event.definition
    if not expression or (definition.mapping is not None and definition.mapping.mode == MAPPED_WHOLE):
        return False
    has_entity = definition.graph.find(ENTITY) is not None or definition.find_field(ENTITY) is not None
    return not has_entity and starts_path_with(expression, ENTITY)


def _no_entity(event: Event) -> str:
    names = ", ".join(node.id for node in event.definition.graph.nodes)
    instead = f"; its entities are called {names}" if names else ""
    return f"reads entity, which the event {event.name} does not have{instead}"
