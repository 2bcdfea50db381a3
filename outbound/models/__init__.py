"""The tables of this app, by what they are about."""

from outbound.models.acknowledgements import Acknowledgement
from outbound.models.deliveries import Delivery, DeliveryAttempt, DeliveryBody, DeliveryInput, DeliveryState
from outbound.models.queue import MessageState, QueuedMessage, Stream
from outbound.models.webhooks import Endpoint, SigningKey, Webhook

__all__ = [
    "Acknowledgement",
    "Delivery",
    "DeliveryAttempt",
    "DeliveryBody",
    "DeliveryInput",
    "DeliveryState",
    "Endpoint",
    "MessageState",
    "QueuedMessage",
    "SigningKey",
    "Stream",
    "Webhook",
]
