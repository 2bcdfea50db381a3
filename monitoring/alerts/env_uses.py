"""places: the alert channels whose addresses refer to variables."""

from __future__ import annotations

from hub.environments.uses import Place, mentioned_in
from monitoring.alerts.channels import written_addresses_of
from monitoring.models import AlertChannel


def places(organization_id: int) -> list[Place]:
    """A function of ENVIRONMENT_USES. An address that cannot be opened refers to nothing. Two queries."""
    channels = list(AlertChannel.objects.filter(organization_id=organization_id).order_by("created_at", "id"))
    written = written_addresses_of(organization_id, channels)
    return [_place_of(channel, written.get(channel.pk, "")) for channel in channels]


def _place_of(channel: AlertChannel, address: str) -> Place:
    return Place("alert channel", channel.name, "monitoring:alert-channel", (str(channel.pk),), mentioned_in([address]))
