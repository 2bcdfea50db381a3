"""steps_to: the expressions that make an event one of the version that a webhook has chosen."""

from __future__ import annotations

from hub.events.catalogue import UnknownVersion, downgrade_steps
from hub.events.definitions import events_at
from hub.events.models import CoreEvent
from outbound.models import DeliveryInput
from outbound.webhooks.configuration import WebhookConfiguration


def steps_to(
    configuration: WebhookConfiguration, origin: CoreEvent | DeliveryInput, organization_id: int
) -> tuple[str, ...]:
    """Newest to oldest; none for an event that is not newer than the chosen version, and for other events than that of
    the webhook: a mapping may send those through it, and knows their version itself."""
    wanted = configuration.event_version
    if wanted is None or isinstance(origin, DeliveryInput) or configuration.catalogue_event != origin.name:
        return ()
    event = events_at(organization_id).get(origin.name)
    if event is None or wanted == origin.version:
        return ()
    try:
        whole, done = downgrade_steps(event.definition, wanted), downgrade_steps(event.definition, origin.version)
    except UnknownVersion:
        return ()
    return whole[len(done) :]
