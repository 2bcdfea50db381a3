"""The tables of this app, by what they are about."""

from outbound.models.acknowledgements import Acknowledgement
from outbound.models.automations import Automation, AutomationRun, AutomationStep, RunState
from outbound.models.deliveries import (
    DELIVERY_PREFIX,
    Delivery,
    DeliveryAttempt,
    DeliveryBody,
    DeliveryInput,
    DeliveryState,
)
from outbound.models.queue import MessageState, QueuedMessage, Stream
from outbound.models.webhooks import Endpoint, SigningKey, Webhook

__all__ = [
    "DELIVERY_PREFIX",
    "Acknowledgement",
    "Automation",
    "AutomationRun",
    "AutomationStep",
    "Delivery",
    "DeliveryAttempt",
    "DeliveryBody",
    "DeliveryInput",
    "DeliveryState",
    "Endpoint",
    "MessageState",
    "QueuedMessage",
    "RunState",
    "SigningKey",
    "Stream",
    "Webhook",
]
