"""request_of: what a webhook would send, without a delivery: for trials that carry no event."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from hub.errors import Invalid
from hub.ids import new_id
from outbound.delivering.claiming import Parcel
from outbound.delivering.receivers import receiver_of
from outbound.delivering.requests import Outgoing, Unsendable, outgoing
from outbound.models import Delivery, Webhook
from outbound.sql.parts import claimed_of
from outbound.webhooks.configuration import CATALOGUE_PREFIX

HARMLESS: Final = "OPTIONS"
"""A method that no receiver takes for a delivery, whatever its own is."""
INCOMPLETE: Final = "WEBHOOK_INCOMPLETE"
_NO_BODY: Final = b"{}"


class Unusable(Invalid):
    """The webhook cannot send anything as it is; code says what is in the way."""


def request_of(webhook: Webhook, at: datetime) -> Outgoing:
    """A request with everything that says who calls, but no event; its token, if it needs one, is still to be fetched.

    Raises Unusable for an address that is missing, a reference without a value, and whatever else keeps a delivery
    from becoming a request, Invalid for a configuration of another time, SecretUnavailable.
    """
    if not webhook.configuration.get("url"):
        raise Unusable("The webhook has no address yet.", code=INCOMPLETE)
    made = outgoing(_parcel(webhook, at), at)
    if isinstance(made, Unsendable):
        raise Unusable(made.message, code=made.code)
    return made


def _parcel(webhook: Webhook, at: datetime) -> Parcel:
    receiver = receiver_of(webhook, at)
    headers = [[name, value] for name, value in receiver.configuration.payload.custom_headers]
    return Parcel(
        delivery=claimed_of(_nothing_delivered(webhook, at), attempt=1),
        lease=UUID(int=0),
        receiver=receiver,
        body=_NO_BODY,
        request={"method": HARMLESS, "url": receiver.configuration.url, "headers": headers},
        is_probe=False,
    )


def _nothing_delivered(webhook: Webhook, at: datetime) -> Delivery:
    one = new_id()
    return Delivery(
        id=one,
        message_id=one,
        organization_id=webhook.organization_id,
        webhook_id=webhook.pk,
        event_name=webhook.event_name.removeprefix(CATALOGUE_PREFIX),
        created_at=at,
        is_test=True,
    )
