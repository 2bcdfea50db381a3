"""try_channel and try_person: one sample message now; the answer is shown, nothing is kept but how the channel does."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings

from hub.accounts.models import Organization
from hub.ids import new_id
from monitoring.alerts.deciding import Change
from monitoring.alerts.telling.claiming import PAGE
from monitoring.alerts.telling.messages import Message, Told
from monitoring.alerts.telling.sending import send, send_mail
from monitoring.models import AlertChannel

PATIENCE_S: Final = 5.0
"""Somebody waits for the page meanwhile. Who takes longer may still take notices, which have twice as long."""


def try_channel(channel: AlertChannel, at: datetime) -> str:
    """What the other side answered. Raises NotSent. Must not be called within a transaction."""
    answer = send(channel, _sample(channel.organization, at), at, patience_s=PATIENCE_S)
    AlertChannel.objects.filter(pk=channel.pk).update(failing_since=None, last_failure="", last_sent_at=at)
    return answer


def try_person(organization: Organization, address: str, at: datetime) -> str:
    """A mail to one person alone. Raises NotSent. Must not be called within a transaction."""
    return send_mail([address], _sample(organization, at), patience_s=PATIENCE_S)


def _sample(organization: Organization, at: datetime) -> Message:
    text = "This is a test: somebody wanted to see whether alerts arrive here."
    told = Told("Test", Change.FIRED, "warning", "test", text, None, at)
    return Message(new_id(), organization.name, settings.HUB_BASE_URL.rstrip("/") + PAGE, [told], at, is_test=True)
