"""The tables of this app, by what they are about."""

from outbound.models.acknowledgements import Acknowledgement
from outbound.models.actions import TakenAction
from outbound.models.automations import Automation, AutomationRun, AutomationStep, RunState
from outbound.models.counts import DeliveryBucket, DeliveryDelta
from outbound.models.deliveries import (
    DELIVERY_PREFIX,
    Delivery,
    DeliveryAttempt,
    DeliveryBody,
    DeliveryInput,
    DeliveryState,
)
from outbound.models.queue import MessageState, QueuedMessage, Stream
from outbound.models.registered_apps import AppToken, RegisteredApp
from outbound.models.webhooks import Endpoint, FormerSecret, SigningKey, Webhook, WebhookPace

__all__ = [
    "DELIVERY_PREFIX",
    "Acknowledgement",
    "AppToken",
    "Automation",
    "AutomationRun",
    "AutomationStep",
    "Delivery",
    "DeliveryAttempt",
    "DeliveryBody",
    "DeliveryBucket",
    "DeliveryDelta",
    "DeliveryInput",
    "DeliveryState",
    "Endpoint",
    "FormerSecret",
    "MessageState",
    "QueuedMessage",
    "RegisteredApp",
    "RunState",
    "SigningKey",
    "Stream",
    "TakenAction",
    "Webhook",
    "WebhookPace",
]
