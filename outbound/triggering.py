"""trigger, trigger_now: a client has a webhook send what it hands over (outbound.md 6.1, fire once)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hub.accounts.audit import Actor
from hub.accounts.models import Organization
from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONObject
from outbound.firing import Shot, fire
from outbound.firing_now import Fired, fire_now
from outbound.models import Delivery
from outbound.payloads.trigger import Cause, metadata_of
from outbound.webhooks.queries import get_webhook

CORRELATION_CHARACTERS: Final = 255
METADATA: Final = "metadata"


@dataclass(frozen=True, slots=True)
class Trigger:
    """Who has which webhook send what. body: metadata, which the hub completes, and anything else."""

    webhook_id: str
    body: JSONObject
    actor: Actor
    correlation_id: str
    hop: int = 0


def trigger(*, organization: Organization, order: Trigger, at: datetime) -> Delivery:
    """Planned like any delivery of the webhook. Raises WebhookNotFound, Invalid for metadata of somebody else."""
    return fire(organization=organization, webhook_id=order.webhook_id, shot=_shot(organization, order, at), at=at)


def trigger_now(*, organization: Organization, order: Trigger, at: datetime) -> Fired:
    """Sent while the caller waits, once; see fire_now. Raises as fire_now, and Invalid as trigger."""
    return fire_now(organization=organization, webhook_id=order.webhook_id, shot=_shot(organization, order, at), at=at)


def _shot(organization: Organization, order: Trigger, at: datetime) -> Shot:
    webhook = get_webhook(organization=organization, webhook_id=order.webhook_id)
    given = _metadata(organization, order.body)
    correlation_id = _correlation_id(given) or order.correlation_id
    own = metadata_of(webhook, Cause(correlation_id), at)
    usual: JSONObject = {"action": "trigger", "origin": "api", "user_id": order.actor.id}
    return Shot(order.body | {METADATA: usual | given | own}, correlation_id, hop=order.hop)


def _metadata(organization: Organization, body: JSONObject) -> JSONObject:
    given = body.get(METADATA)
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise _wrong(METADATA, "must be an object")
    if given.get("organization_id") not in (None, organization.public_id):
        raise _wrong(f"{METADATA}.organization_id", "is not your organization")
    return given


def _correlation_id(given: JSONObject) -> str:
    known = given.get("correlation_id")
    if known is None or known == "":
        return ""
    if not isinstance(known, str) or len(known) > CORRELATION_CHARACTERS:
        raise _wrong(f"{METADATA}.correlation_id", f"must be a text of at most {CORRELATION_CHARACTERS} characters")
    return known


def _wrong(path: str, message: str) -> Invalid:
    return Invalid(f"{path}: {message}", details=[ErrorDetail(path, message)])
