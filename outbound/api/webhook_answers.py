"""Webhooks as the API shows them: no secret, only whether it is set; what was left out has its default."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONValue
from outbound.models import Endpoint, Webhook
from outbound.signing_keys import former_secret_until
from outbound.webhooks.authentication import SECRET_OF, SECRETS
from outbound.webhooks.changes import DEFAULTS
from outbound.webhooks.operations import WithSecret
from outbound.webhooks.status import health_of, status_of

Document = dict[str, object]
"""A JSON object that may hold moments, which the renderer writes."""


def webhook_document(
    webhook: Webhook, at: datetime, *, endpoint: Endpoint | None = None, warnings: Sequence[ErrorDetail] = ()
) -> Document:
    """The webhook as it is at that moment. endpoint: how its receiver does, None: well. warnings: only in the answer
    to a write."""
    configuration: JSONObject = DEFAULTS | webhook.configuration | {"enabled": webhook.enabled}
    shown: Document = {
        "id": webhook.pk,
        **configuration,
        "auth": _shown_auth(webhook, configuration["auth"]),
        "status": status_of(webhook),
        "health": str(health_of(endpoint)),
    }
    if webhook.paused_at is not None:
        shown["pausedAt"] = webhook.paused_at
    shown |= _former_until(webhook, at)
    shown |= {"creationTime": webhook.created_at, "updatedTime": webhook.updated_at}
    return shown | ({"warnings": [_warning(one) for one in warnings]} if warnings else {})


def created_document(created: WithSecret, at: datetime, warnings: Sequence[ErrorDetail]) -> Document:
    """A new webhook with its signing secret, which no other answer has."""
    return webhook_document(created.webhook, at, warnings=warnings) | {"signingSecret": created.signing_secret}


def rotated_document(rotated: WithSecret, at: datetime) -> Document:
    """The new signing secret, and how long the last of the former ones counts."""
    return {
        "id": rotated.webhook.pk,
        "signingSecret": rotated.signing_secret,
        **_former_until(rotated.webhook, at),
    }


def _former_until(webhook: Webhook, at: datetime) -> Document:
    until = former_secret_until(webhook, at)
    return {"formerSecretUntil": until} if until else {}


def _shown_auth(webhook: Webhook, auth: JSONValue) -> JSONObject:
    """The block without whatever could be a secret."""
    members = auth if isinstance(auth, dict) else {}
    kept: JSONObject = {name: value for name, value in members.items() if name not in SECRETS}
    name = next((secret for type, secret in SECRET_OF.items() if kept.get("authType") == type), None)
    return kept | ({f"{name}IsSet": name in webhook.sealed_secrets} if name else {})


def _warning(detail: ErrorDetail) -> dict[str, str]:
    return {"path": detail.path, "message": detail.message}
