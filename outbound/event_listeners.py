"""listeners_shown, reach_of: which use cases and webhooks get a core event, and what became of events, as pages ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from hub.accounts.models import Organization
from hub.events.audience import Audience, Listener, Reach
from integrations.models import UseCase
from outbound.models import Delivery, DeliveryState, QueuedMessage, Webhook
from outbound.subscriptions import Subscription, listeners_of


def listeners_shown(organization: Organization) -> Audience:
    """A function of CORE_EVENT_LISTENERS: mappings that are on, and webhooks that listen by themselves; two queries
    more than listeners_of."""
    by_event = listeners_of(organization.pk, organization.config_version).by_event
    named = _Named.of(organization)
    return {name: [named.listener(one) for one in found] for name, found in by_event.items()}


def takes_samples(subscription: Subscription) -> bool:
    """Whether an event can be sent there as a test: not into a queue, where the ERP would take it for a real one."""
    return bool(subscription.webhook_id)


def key_of(subscription: Subscription) -> str:
    """What tells a subscription from the others of its event."""
    mapping = subscription.mapping
    return subscription.webhook_id if mapping is None else f"{subscription.use_case_id}:{mapping.id}"


@dataclass(frozen=True, slots=True)
class _Named:
    use_cases: Mapping[UUID, tuple[str, str]]
    webhooks: Mapping[str, str]

    @classmethod
    def of(cls, organization: Organization) -> _Named:
        use_cases = UseCase.objects.of(organization).filter(type="outbound")
        return cls(
            {row[0]: row[1:] for row in use_cases.values_list("pk", "name", "integration__name")},
            dict(Webhook.objects.of(organization).values_list("pk", "name")),
        )

    def listener(self, one: Subscription) -> Listener:
        webhook = self.webhooks.get(one.webhook_id, one.webhook_id)
        if one.mapping is None or one.use_case_id is None:
            return Listener(key_of(one), "webhook", webhook, "", webhook, "outbound:webhook", (one.webhook_id,), True)
        name, integration = self.use_cases.get(one.use_case_id, (str(one.use_case_id), ""))
        place = (one.integration_id, one.use_case_id)
        takes = takes_samples(one)
        return Listener(key_of(one), "use_case", name, integration, webhook, "integrations:use-case", place, takes)


FAILED = Q(state=DeliveryState.FAILED)


def reach_of(organization: Organization, ids: Sequence[UUID]) -> Mapping[UUID, Reach]:
    """A function of CORE_EVENT_REACH; two queries."""
    sent = Delivery.objects.of(organization).filter(core_event_id__in=ids).order_by().values("core_event_id")
    told = sent.annotate(all=Count("sequence"), failed=Count("sequence", filter=FAILED))
    queued = Counter(QueuedMessage.objects.of(organization).filter(event_id__in=ids).values_list("event_id", flat=True))
    figures = {row["core_event_id"]: (row["all"], row["failed"]) for row in told if row["core_event_id"] is not None}
    found = {event_id: figures.get(event_id, (0, 0)) for event_id in {*figures, *queued}}
    return {event_id: Reach(sent + queued[event_id], failed) for event_id, (sent, failed) in found.items()}
