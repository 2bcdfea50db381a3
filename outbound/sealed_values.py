"""values: what webhooks and organizations keep sealed, for whoever looks whether it can be opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hub import clock
from hub.database.reading import each
from hub.environments.sealed_values import SealedValue
from outbound.models import SigningKey, Webhook
from outbound.signing_keys import PRIVATE_KEY, place_of_secret
from outbound.webhooks.credentials import place_of

AT_ONCE: Final = 200


def values() -> Iterator[SealedValue]:
    """The secrets that webhooks sign and sign in with, and the private keys of organizations.

    Of former signing secrets those that still sign: of the others nobody asks any more.
    """
    for webhook in each(Webhook.objects.all(), AT_ONCE):
        yield from _signing(webhook)
        for name, record in webhook.sealed_secrets.items():
            yield SealedValue(webhook.organization_id, place_of(webhook.pk, name), record)
    for key in each(SigningKey.objects.all(), AT_ONCE):
        yield SealedValue(key.organization_id, PRIVATE_KEY, key.sealed_private_key)


def _signing(webhook: Webhook) -> Iterator[SealedValue]:
    name = place_of_secret(webhook)
    yield SealedValue(webhook.organization_id, name, webhook.sealed_signing_secret)
    for former in webhook.former_secrets(clock.now()):
        told = f"{name} (a former one, which signs until {former.until:%Y-%m-%d %H:%M} UTC; renew the secret)"
        yield SealedValue(webhook.organization_id, name, former.sealed, told)
