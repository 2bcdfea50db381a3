"""try_token: whether the token server of a webhook gives a token; nothing is sent to the receiver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.accounts.models import Organization
from hub.database import no_transaction_is_open
from hub.environments.redaction import redact
from hub.environments.resolve import SecretUnavailable
from hub.errors import ErrorDetail, Invalid
from hub.http.oauth import TokenFailure
from outbound.delivering.authorizing import fetch
from outbound.trials.requests import request_of
from outbound.webhooks.authentication import AuthType
from outbound.webhooks.queries import get_webhook


@dataclass(frozen=True, slots=True)
class TokenTrial:
    """message is one sentence without a secret. expires_in_s and token_type: as the server says; None, empty: it does
    not, or gave no token."""

    is_ok: bool
    message: str
    expires_in_s: float | None = None
    token_type: str = ""


def try_token(*, organization: Organization, webhook_id: str, at: datetime) -> TokenTrial:
    """Fetch a token past the cache, and forget it. Must not be called within a transaction.

    Raises WebhookNotFound, and Invalid for a webhook with another kind of authentication.
    """
    webhook = get_webhook(organization=organization, webhook_id=webhook_id)
    no_transaction_is_open()
    auth = webhook.configuration.get("auth") or {}
    if auth.get("authType") != AuthType.OAUTH:
        place, why = "auth.authType", f"is not {AuthType.OAUTH}: there is no token to fetch"
        raise Invalid(f"{place}: {why}", details=[ErrorDetail(place, why)])
    try:
        outgoing = request_of(webhook, at)
    except (Invalid, SecretUnavailable) as problem:
        return TokenTrial(False, problem.message)
    assert outgoing.token is not None  # OAuth has one
    try:
        token = fetch(outgoing.token, outgoing.policy)
    except TokenFailure as failure:
        return TokenTrial(False, redact(failure.message, outgoing.secrets))
    return TokenTrial(True, "The token server gave a token.", token.expires_in_s, token.type)
