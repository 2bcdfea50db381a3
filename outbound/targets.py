"""targets_of: where planned deliveries go and how their bodies are made, or why they cannot go anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from hub.environments.resolve import values_of
from hub.errors import Invalid
from hub.events.models import CoreEvent
from hub.events.shaping.plan import Plan
from hub.json_types import ROOT, JSONObject, JSONValue
from integrations.models import UseCase
from integrations.versions import find_version
from outbound.configuration import OutboundConfiguration, OutboundMapping, PollDelivery, WebhookDelivery
from outbound.models import Delivery, Webhook
from outbound.models.webhooks import QUERY_METHODS
from outbound.webhooks.configuration import WebhookConfiguration
from outbound.webhooks.filters import Pending, holds


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a delivery ends before it is sent."""

    code: str
    message: str


@dataclass(frozen=True, eq=False)
class Target:
    """One mapping, or one webhook by itself. Two are the same only when they are one object."""

    webhook: Webhook
    configuration: WebhookConfiguration
    plan: Plan
    request: JSONObject = field(default_factory=dict)

    def input_of(self, event: CoreEvent) -> JSONObject:
        """What filter and expression see, and what is sent where there is no expression."""
        payload: JSONObject = event.payload
        return payload

    def conditions_hold(self, payload: JSONObject, answers: Sequence[bool]) -> bool:
        """Whether the filter conditions of the webhook let the payload through. answers: of plan.tests."""
        held = holds(self.configuration.conditions, payload)
        return held.settle(answers) if isinstance(held, Pending) else held


@dataclass(frozen=True, eq=False)
class PollTarget:
    """A mapping whose events the ERP takes from its queue. Two are the same only when they are one object."""

    mapping: OutboundMapping
    delivery: PollDelivery
    plan: Plan

    def input_of(self, event: CoreEvent) -> JSONObject:
        """What filter and expression see: the same as for a webhook."""
        payload: JSONObject = event.payload
        return payload


AnyTarget = Target | PollTarget


def target_of_webhook(*, organization_id: int, webhook_id: str) -> Target | Unfit:
    """A webhook by itself, outside every use case; or why nothing can be delivered to it. One query, and one for the
    environment."""
    webhooks = {row.pk: row for row in Webhook.objects.filter(pk=webhook_id)}
    return _of_webhook(webhook_id, organization_id, webhooks, _BY_ITSELF)


Place = tuple[UUID | None, int | None, UUID | None, str]
"""use case, its version, mapping, webhook"""


def targets_of(deliveries: Sequence[Delivery]) -> Mapping[int, AnyTarget | Unfit]:
    """Sequence → target. Two queries, one for each version that is not live, and one for each environment."""
    webhooks = {row.pk: row for row in Webhook.objects.filter(pk__in={one.webhook_id for one in deliveries})}
    use_cases = _use_cases(deliveries)
    found: dict[Place, AnyTarget | Unfit] = {}
    for delivery in deliveries:
        place = _place(delivery)
        if place not in found:
            found[place] = _target(delivery, use_cases, webhooks)
    return {delivery.sequence: found[_place(delivery)] for delivery in deliveries}


def _place(delivery: Delivery) -> Place:
    return delivery.use_case_id, delivery.use_case_version, delivery.mapping_id, delivery.webhook_id


def _use_cases(deliveries: Iterable[Delivery]) -> dict[UUID, UseCase]:
    wanted = {one.use_case_id for one in deliveries if one.use_case_id}
    return {row.pk: row for row in UseCase.objects.filter(pk__in=wanted)}


def _target(
    delivery: Delivery, use_cases: Mapping[UUID, UseCase], webhooks: Mapping[str, Webhook]
) -> AnyTarget | Unfit:
    if delivery.use_case_id is None:
        return _of_webhook(delivery.webhook_id, delivery.organization_id, webhooks, _BY_ITSELF)
    use_case = use_cases.get(delivery.use_case_id)
    if use_case is None or use_case.organization_id != delivery.organization_id:
        return Unfit("USE_CASE_NOT_FOUND", "The use case was deleted.")
    if not use_case.enabled:
        return Unfit("USE_CASE_DISABLED", f"{use_case.name} is disabled.")
    configuration = _configuration(use_case, delivery.use_case_version or use_case.version)
    mapping = _mapping(configuration, delivery.mapping_id)
    if configuration is None or mapping is None:
        return Unfit("USE_CASE_MISSING_CONFIG", f"{use_case.name} has no such mapping in this version.")
    if isinstance(mapping.delivery, PollDelivery):
        return PollTarget(mapping, mapping.delivery, _poll_plan(delivery, configuration, mapping))
    if not isinstance(mapping.delivery, WebhookDelivery):
        return Unfit("USE_CASE_INVALID_TYPE", f"{mapping.name} delivers files, which no recipe here can do yet.")
    part = _Part(configuration, mapping)
    return _of_webhook(delivery.webhook_id, delivery.organization_id, webhooks, part)


def _poll_plan(delivery: Delivery, configuration: OutboundConfiguration, mapping: OutboundMapping) -> Plan:
    return Plan(
        filter=configuration.event_filter or "",
        body=mapping.jsonata_expression or "",
        must_be_object=True,
        environment=values_of(delivery.organization_id),
    )


def _configuration(use_case: UseCase, version: int) -> OutboundConfiguration | None:
    raw: JSONValue = use_case.configuration
    if version != use_case.version:
        past = find_version(organization_id=use_case.organization_id, use_case_id=use_case.pk, version=version)
        raw = past.configuration if past else None
    try:
        return OutboundConfiguration.parse(raw, ROOT) if isinstance(raw, dict) else None
    except Invalid:
        return None


def _mapping(configuration: OutboundConfiguration | None, mapping_id: UUID | None) -> OutboundMapping | None:
    mappings = configuration.mappings if configuration else ()
    return next((one for one in mappings if one.id == mapping_id), None)


@dataclass(frozen=True, slots=True)
class _Part:
    """For which mapping of which use case a webhook is called; for none where it is called by itself."""

    use_case: OutboundConfiguration | None = None
    mapping: OutboundMapping | None = None

    @property
    def blocks(self) -> bool | None:
        """Whether a failure holds back what comes after it; None: as the webhook says."""
        delivery = self.mapping.delivery if self.mapping else None
        return delivery.blocks if isinstance(delivery, WebhookDelivery) else None


_BY_ITSELF: Final = _Part()


def _of_webhook(webhook_id: str, organization_id: int, webhooks: Mapping[str, Webhook], part: _Part) -> Target | Unfit:
    webhook = webhooks.get(webhook_id)
    if webhook is None or webhook.organization_id != organization_id:
        return Unfit("WEBHOOK_NOT_FOUND", f"There is no webhook {webhook_id}.")
    if not webhook.enabled:
        return Unfit("WEBHOOK_DISABLED", f"The webhook {webhook.name} is disabled.")
    try:
        configuration = WebhookConfiguration.parse(webhook.configuration, ROOT)
    except Invalid as error:
        return Unfit("WEBHOOK_INCOMPLETE", f"The webhook {webhook.name} cannot be used as it is: {error.message}.")
    if configuration.url is None:
        return Unfit("WEBHOOK_INCOMPLETE", f"The webhook {webhook.name} has no address yet.")
    expression = part.mapping.jsonata_expression if part.mapping else configuration.jsonata_expression
    plan = Plan(
        filter=(part.use_case.event_filter or "") if part.use_case else "",
        body=expression or "",
        tests=configuration.conditions.expressions,
        must_be_flat=configuration.http_method in QUERY_METHODS,
        environment=values_of(webhook.organization_id),
    )
    blocks = configuration.blocks_on_failure if part.blocks is None else part.blocks
    return Target(webhook, configuration, plan, _request(configuration, blocks=blocks))


def _request(configuration: WebhookConfiguration, *, blocks: bool) -> JSONObject:
    """What every attempt begins with; references to the environment stay in it. blocks: see WebhookDelivery."""
    return {
        "method": configuration.http_method,
        "url": configuration.url,
        "headers": [[name, value] for name, value in configuration.payload.custom_headers],
        "blocks": blocks,
    }
