"""check_version_exists, pin_versions: the version of its event that a webhook gets, chosen or filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hub.accounts.audit import SYSTEM, Act
from hub.accounts.audit import record as record_audit
from hub.accounts.models import Organization
from hub.errors import ErrorDetail
from hub.events.catalogue import versions_of
from hub.events.definitions import events_of
from integrations.findings import invalid
from outbound.models import Webhook
from outbound.webhooks.configuration import WebhookConfiguration

MEMBER: Final = "eventVersion"


@dataclass(frozen=True, slots=True)
class Pin:
    """A webhook as it was read, and the version of what it gets now for the first time."""

    webhook: Webhook
    version: str


def check_version_exists(organization: Organization, configuration: WebhookConfiguration) -> None:
    """Raise Invalid for a version that the event has never had. Of an event that is not there nothing is known."""
    event = events_of(organization).get(configuration.catalogue_event or "")
    if event is None or configuration.event_version is None:
        return
    known = [one.version for one in versions_of(event.definition)]
    if configuration.event_version not in known:
        raise invalid([ErrorDetail(MEMBER, f"is no version of {event.name}; it has {', '.join(known)}")])


def pin_versions(pins: Sequence[Pin], at: datetime) -> None:
    """Fill in the version for webhooks that have chosen none, in the transaction of their first delivery.

    A webhook that somebody changes at the same moment gets it with the next one.
    """
    for pin in {one.webhook.pk: one for one in pins}.values():
        row = pin.webhook
        changed = Webhook.objects.filter(pk=row.pk, version=row.version).update(
            configuration=row.configuration | {MEMBER: pin.version}, version=row.version + 1, updated_at=at
        )
        if changed:
            act = Act("webhook.pin_version", "webhook", row.pk, {MEMBER: [None, pin.version]})
            organization = Organization.objects.get(pk=row.organization_id)
            record_audit(organization=organization, actor=SYSTEM, act=act, at=at)
