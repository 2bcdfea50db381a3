"""send_sample: a core event goes to one of its listeners as a test, for the pages of core events."""

from __future__ import annotations

from datetime import datetime

from hub.accounts.models import Organization
from hub.errors import NotFound
from hub.events.audience import Sample, Sent
from outbound.event_listeners import key_of, takes_samples
from outbound.models import DeliveryState
from outbound.subscriptions import listeners_of
from outbound.trials.delivery import Trial, send_test


def send_sample(organization: Organization, sample: Sample, at: datetime) -> Sent:
    """The function of CORE_EVENT_SAMPLE_SENDER. Waits for a child process: no transaction may be open.

    Raises NotFound for a listener that is none any more, or that polls, and as send_test does.
    """
    found = listeners_of(organization.pk, organization.config_version).by_event.get(sample.event_name, ())
    listener = next((one for one in found if key_of(one) == sample.key and takes_samples(one)), None)
    if listener is None:
        raise NotFound("It does not listen to this event any more, or takes no tests.")
    trial = Trial(
        webhook_id=listener.webhook_id,
        actor=sample.actor,
        event_id=sample.event_id,
        use_case_id=listener.use_case_id,
        mapping_id=listener.mapping.id if listener.mapping else None,
    )
    delivery = send_test(organization=organization, order=trial, at=at)
    is_going = delivery.state in (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.SUCCEEDED)
    return Sent(delivery.id, is_going, delivery.code, delivery.message)
