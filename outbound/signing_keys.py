"""signer_of: with what a webhook's requests are signed; the organization's key is made when it is first needed."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Final

from django.db import transaction

from hub.accounts.models import Organization
from hub.environments.log_masking import keep_out_of_logs
from hub.environments.resolve import seal, unseal
from outbound.models import SigningKey, Webhook
from outbound.signing import Signer, new_private_key, public_pem

PRIVATE_KEY: Final = "outbound_signing_key.private_key"


def signer_of(organization_id: int, webhook: Webhook, at: datetime) -> Signer:
    """The webhook's secret, the former ones behind it while they count, and the organization's key.

    Three queries, and one for each former secret. Raises SecretUnavailable.
    """
    sealed = [webhook.sealed_signing_secret, *(one.sealed for one in webhook.former_secrets(at))]
    texts = [unseal(organization_id, place_of_secret(webhook), one) for one in sealed]
    keep_out_of_logs(texts)
    return Signer(texts, _private_key(organization_id, at))


def organization_signer(organization_id: int, at: datetime) -> Signer:
    """The organization's key alone, for receivers that share no secret with it. Raises SecretUnavailable."""
    return Signer((), _private_key(organization_id, at))


def _private_key(organization_id: int, at: datetime) -> bytes:
    return base64.b64decode(
        unseal(organization_id, PRIVATE_KEY, signing_key_of(organization_id, at).sealed_private_key)
    )


def former_secret_until(webhook: Webhook, at: datetime) -> datetime | None:
    """When the last of the former secrets ends; None where the present one signs alone."""
    return max((one.until for one in webhook.former_secrets(at)), default=None)


def seal_signing_secret(webhook: Webhook, secret: str, at: datetime) -> str:
    """A signing secret as the row keeps it, be it the present or a former one."""
    return seal(webhook.organization_id, place_of_secret(webhook), secret, at)


def public_key_of(organization: Organization, at: datetime) -> str:
    """The public half of the organization's key as PEM; it is made if there is none."""
    return signing_key_of(organization.pk, at).public_key


def find_public_key(organization_id: int) -> str | None:
    """The same, or None for whoever never signed anything, be it an organization or not."""
    return SigningKey.objects.filter(pk=organization_id).values_list("public_key", flat=True).first()


def signing_key_of(organization_id: int, at: datetime) -> SigningKey:
    """The organization's key; made here, once, whoever comes at the same time."""
    return SigningKey.objects.filter(pk=organization_id).first() or _made(organization_id, at)


@transaction.atomic
def _made(organization_id: int, at: datetime) -> SigningKey:
    Organization.objects.select_for_update(no_key=True).only("pk").get(pk=organization_id)
    present = SigningKey.objects.filter(pk=organization_id).first()
    if present is not None:
        return present
    private_key = new_private_key()
    return SigningKey.objects.create(
        organization_id=organization_id,
        public_key=public_pem(private_key),
        sealed_private_key=seal(organization_id, PRIVATE_KEY, base64.b64encode(private_key).decode(), at),
        created_at=at,
    )


def place_of_secret(webhook: Webhook) -> str:
    """What its signing secrets, present and former, are sealed for."""
    return f"outbound_webhook.{webhook.pk}.signing_secret"
