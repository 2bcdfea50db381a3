"""values: what channels of alerts keep sealed, for whoever looks whether it can be opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hub.database.reading import each
from hub.environments.sealed_values import SealedValue
from monitoring.alerts.channels import name_of
from monitoring.models import AlertChannel

AT_ONCE: Final = 200


def values() -> Iterator[SealedValue]:
    """Their addresses, and the secrets that webhooks among them are signed with."""
    for channel in each(AlertChannel.objects.all(), AT_ONCE):
        yield SealedValue(channel.organization_id, name_of(channel.pk, "address"), channel.sealed_address)
        if channel.sealed_signing_secret:
            place = name_of(channel.pk, "signing_secret")
            yield SealedValue(channel.organization_id, place, channel.sealed_signing_secret)
