"""targets_of: where planned deliveries go and how their bodies are made, or why they cannot go anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from hub.environments.resolve import values_of
from hub.errors import Invalid
from hub.events.shaping.plan import Plan
from hub.json_types import ROOT, JSONObject, JSONValue
from integrations.models import UseCase
from integrations.versions import find_version
from outbound.configuration import FileDelivery, OutboundConfiguration, OutboundMapping, PollDelivery, WebhookDelivery
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


@dataclass(frozen=True, eq=False)
class FileTarget:
    """A mapping whose files go out by a recipe of the same integration. Two are the same only when they are one object.

    plan has nothing but the filter of the use case.
    """

    mapping: OutboundMapping
    slug: str
    plan: Plan


AnyTarget = Target | PollTarget | FileTarget
Place = tuple[UUID | None, int | None, UUID | None, str, bool]
"""use case, its version, mapping, webhook, whether it is a test"""


def targets_of(deliveries: Sequence[Delivery]) -> Mapping[UUID, AnyTarget | Unfit]:
    """Id of the delivery → target. Two queries, one for each version that is not live, and one for each environment.

    What is disabled takes tests all the same.
    """
    webhooks = {row.pk: row for row in Webhook.objects.filter(pk__in={one.webhook_id for one in deliveries})}
    use_cases = _use_cases(deliveries)
    found: dict[Place, AnyTarget | Unfit] = {}
    for delivery in deliveries:
        place = _place(delivery)
        if place not in found:
            found[place] = _target(delivery, use_cases, webhooks)
    return {delivery.id: found[_place(delivery)] for delivery in deliveries}


def _place(delivery: Delivery) -> Place:
    return delivery.use_case_id, delivery.use_case_version, delivery.mapping_id, delivery.webhook_id, delivery.is_test


def _use_cases(deliveries: Iterable[Delivery]) -> dict[UUID, UseCase]:
    wanted = {one.use_case_id for one in deliveries if one.use_case_id}
    return {row.pk: row for row in UseCase.objects.filter(pk__in=wanted)}


def _target(
    delivery: Delivery, use_cases: Mapping[UUID, UseCase], webhooks: Mapping[str, Webhook]
) -> AnyTarget | Unfit:
    if delivery.use_case_id is None:
        return _of_webhook(delivery, webhooks, None, None)
    use_case = use_cases.get(delivery.use_case_id)
    if use_case is None or use_case.organization_id != delivery.organization_id:
        return Unfit("USE_CASE_NOT_FOUND", "The use case was deleted.")
    if not use_case.enabled and not delivery.is_test:
        return Unfit("USE_CASE_DISABLED", f"{use_case.name} is disabled.")
    configuration = _configuration(use_case, delivery.use_case_version or use_case.version)
    mapping = _mapping(configuration, delivery.mapping_id)
    if configuration is None or mapping is None:
        return Unfit("USE_CASE_MISSING_CONFIG", f"{use_case.name} has no such mapping in this version.")
    if isinstance(mapping.delivery, PollDelivery):
        return PollTarget(mapping, mapping.delivery, _poll_plan(delivery, configuration, mapping))
    if isinstance(mapping.delivery, FileDelivery):
        plan = Plan(filter=configuration.event_filter or "", environment=values_of(delivery.organization_id))
        return FileTarget(mapping, mapping.delivery.use_case_slug, plan)
    return _of_webhook(delivery, webhooks, configuration, mapping)


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


def _of_webhook(
    delivery: Delivery,
    webhooks: Mapping[str, Webhook],
    use_case: OutboundConfiguration | None,
    mapping: OutboundMapping | None,
) -> Target | Unfit:
    webhook = webhooks.get(delivery.webhook_id)
    if webhook is None or webhook.organization_id != delivery.organization_id:
        return Unfit("WEBHOOK_NOT_FOUND", f"There is no webhook {delivery.webhook_id}.")
    if not webhook.enabled and not delivery.is_test:
        return Unfit("WEBHOOK_DISABLED", f"The webhook {webhook.name} is disabled.")
    try:
        configuration = WebhookConfiguration.parse(webhook.configuration, ROOT)
    except Invalid as error:
        return Unfit("WEBHOOK_INCOMPLETE", f"The webhook {webhook.name} cannot be used as it is: {error.message}.")
    if configuration.url is None:
        return Unfit("WEBHOOK_INCOMPLETE", f"The webhook {webhook.name} has no address yet.")
    if configuration.files is not None and configuration.http_method in QUERY_METHODS:
        return Unfit("WEBHOOK_INCOMPLETE", f"The webhook {webhook.name} is to send files by a method without a body.")
    expression = mapping.jsonata_expression if mapping else configuration.jsonata_expression
    plan = Plan(
        filter=(use_case.event_filter or "") if use_case else "",
        body=expression or "",
        tests=configuration.conditions.expressions,
        must_be_flat=configuration.http_method in QUERY_METHODS,
        environment=values_of(webhook.organization_id),
    )
    blocks = configuration.blocks_on_failure
    if mapping is not None and isinstance(mapping.delivery, WebhookDelivery):
        blocks = mapping.delivery.blocks
    return Target(webhook, configuration, plan, _request(configuration, blocks=blocks))


def _request(configuration: WebhookConfiguration, *, blocks: bool) -> JSONObject:
    """What every attempt begins with; references to the environment stay in it. blocks: see WebhookDelivery."""
    return {
        "method": configuration.http_method,
        "url": configuration.url,
        "headers": [[name, value] for name, value in configuration.payload.custom_headers],
        "blocks": blocks,
    }
