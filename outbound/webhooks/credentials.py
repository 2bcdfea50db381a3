"""credentials_of: the secrets of a webhook, which leave its configuration when it is saved and never come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hub.environments.resolve import SecretUnavailable, seal, unseal, unsealed
from hub.json_types import JSONObject
from outbound.models import Webhook
from outbound.webhooks.authentication import SECRETS


@dataclass(frozen=True, slots=True)
class Split:
    """A document without secrets, and what it said of them: None clears one, a text sets it, the others stay."""

    document: JSONObject
    secrets: Mapping[str, str | None] = field(repr=False)


def split(raw: JSONObject) -> Split:
    """What was sent, in its two halves; it has passed the checks of authentication.py."""
    auth = raw.get("auth")
    if not isinstance(auth, dict):
        return Split(raw, {})
    secrets = {name: _text(auth[name]) for name in SECRETS if name in auth}
    flags = {f"{name}IsSet" for name in SECRETS}
    kept: JSONObject = {name: value for name, value in auth.items() if name not in SECRETS | flags}
    return Split(raw | {"auth": kept}, secrets)


def store_secrets(webhook: Webhook, secrets: Mapping[str, str | None], *, needed: str | None, at: datetime) -> set[str]:
    """Put the secrets on the row, sealed, unsaved; the names of those that changed.

    needed: the one that the kind of authentication has; what was kept for another kind goes.
    """
    changed = {name for name in webhook.sealed_secrets if name != needed}
    sealed = {name: text for name, text in webhook.sealed_secrets.items() if name == needed}
    if needed is not None and needed in secrets:
        secret = secrets[needed]
        if secret is None:
            changed |= {needed} if sealed.pop(needed, None) else set()
        elif not _is_kept(webhook, needed, secret):
            sealed[needed] = seal(webhook.organization_id, _place(webhook, needed), secret, at)
            changed.add(needed)
    webhook.sealed_secrets = sealed
    return changed


def credentials_of(webhook: Webhook) -> Mapping[str, str]:
    """keyValue, password or clientSecret, as far as they are set; each may refer to the environment.

    One query for each. Raises SecretUnavailable.
    """
    return {name: _opened(webhook, name) for name in webhook.sealed_secrets}


def known_credentials(organization_id: int, webhooks: Iterable[Webhook]) -> dict[str, list[str]]:
    """Id of each webhook of the organization → its secrets, without those that cannot be opened. One query."""
    places = {
        (webhook.pk, name): webhook.sealed_secrets[name] for webhook in webhooks for name in webhook.sealed_secrets
    }
    opened = unsealed(organization_id, {place_of(*place): sealed for place, sealed in places.items()})
    found: dict[str, list[str]] = {webhook.pk: [] for webhook in webhooks}
    for webhook_id, name in places:
        if place_of(webhook_id, name) in opened:
            found[webhook_id].append(opened[place_of(webhook_id, name)])
    return found


def _is_kept(webhook: Webhook, name: str, secret: str) -> bool:
    try:
        return name in webhook.sealed_secrets and _opened(webhook, name) == secret
    except SecretUnavailable:
        return False


def _opened(webhook: Webhook, name: str) -> str:
    return unseal(webhook.organization_id, _place(webhook, name), webhook.sealed_secrets[name])


def _place(webhook: Webhook, name: str) -> str:
    return place_of(webhook.pk, name)


def place_of(webhook_id: str, name: str) -> str:
    """What a secret of that name is sealed for."""
    return f"outbound_webhook.{webhook_id}.{name}"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
