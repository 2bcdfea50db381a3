"""advice_about: what an automation names that is not there, which is stored all the same."""

from __future__ import annotations

from collections.abc import Iterator

from hub.accounts.models import Organization
from hub.entities.schemas.book import book_of
from hub.errors import ErrorDetail
from hub.events.definitions import Events, events_of
from hub.json_types import JSONPath
from outbound.automations.configuration import AutomationConfiguration
from outbound.automations.steps import MapData, PublishEvent, Step, TriggerWebhook
from outbound.models import Webhook


def advice_about(*, organization: Organization, configuration: AutomationConfiguration) -> list[ErrorDetail]:
    """Events, schemas and webhooks that nobody has defined, by where they are named. A query or two."""
    events, book = events_of(organization), book_of(organization)
    webhooks = {step.webhook_id for step in configuration.steps if isinstance(step, TriggerWebhook)}
    known = set(Webhook.objects.of(organization).filter(pk__in=webhooks).values_list("pk", flat=True))
    found = [*configuration.warnings]
    trigger = configuration.trigger
    if trigger.is_core_event and trigger.event_name not in events:
        found.append(ErrorDetail("trigger.event_name", f"there is no event {trigger.event_name} yet"))
    if not trigger.is_core_event and book.find(trigger.schema) is None:
        found.append(ErrorDetail("trigger.schema", f"there is no schema {trigger.schema} yet"))
    for place, step in enumerate(configuration.steps):
        at = JSONPath("steps").index(place)
        found += _about(step, at, events, webhooks - known)
        if isinstance(step, MapData) and step.entity and book.find(step.entity.schema) is None:
            found.append(ErrorDetail(f"{at}.entity.schema", f"there is no schema {step.entity.schema} yet"))
    return found


def _about(step: Step, at: JSONPath, events: Events, missing: set[str]) -> Iterator[ErrorDetail]:
    if isinstance(step, PublishEvent) and step.event_name not in events:
        yield ErrorDetail(at.key("event_name"), f"there is no event {step.event_name} yet")
    if isinstance(step, TriggerWebhook) and step.webhook_id in missing:
        yield ErrorDetail(at.key("webhook_id"), f"there is no webhook {step.webhook_id}")
