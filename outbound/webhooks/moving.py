"""refuse_to_move_secret, refuse_to_follow: a secret goes to no other host than the one it was given for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from hub.environments.resolve import SecretUnavailable
from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONPath, JSONValue
from integrations.env_references import is_reference, would_follow
from integrations.findings import invalid, refusal
from outbound.models import Webhook
from outbound.webhooks.address import origin_of
from outbound.webhooks.authentication import secret_name_of
from outbound.webhooks.changes import SentWebhook
from outbound.webhooks.credentials import credentials_of

AUTH: Final = JSONPath("auth")
WHAT_MOVES: Final[Mapping[str, str]] = {"url": "address", "endpoint": "token address"}
"""Member → what people call it. A token goes to the address, so that a client secret is about both."""


def refuse_to_move_secret(webhook: Webhook, sent: SentWebhook) -> None:
    """Raise Invalid where the secret would be kept while an address leads to another scheme, host or port than before.

    Secrets never come out of the hub; without this, whoever may change a webhook could have one sent to a machine of
    their own. An address may be taken away, but one that was missing counts as another one when it comes.

    A secret that is nothing but a reference to the environment stays. It is no secret of the webhook: whoever may
    change webhooks may write any reference into any of them, so to have this one typed again would keep nobody out, and
    a webhook that moves on to another system by its address alone is what references are for.
    """
    name = secret_name_of(sent.configuration.authentication)
    if name is None or name not in webhook.sealed_secrets or name in sent.secrets:
        return
    moved = next(_moved(webhook.configuration, sent.document), None)
    if moved is not None and not _is_reference(webhook, name):
        message = f"must be given again, since the {moved} leads to another host than the one it was given for"
        raise refusal(AUTH.key(name), message)


def refuse_to_follow(webhook: Webhook) -> None:
    """Raise Invalid where the row, as it is to be saved, has a secret that would go wherever a variable says.

    What was stored before there was this rule is still delivered; advice_on_following tells of it.
    """
    problem = next(advice_on_following(webhook), None)
    if problem is not None:
        raise invalid([problem])


def advice_on_following(webhook: Webhook) -> Iterator[ErrorDetail]:
    """What refuse_to_follow would refuse. A token goes to the address, as in WHAT_MOVES."""
    for name in webhook.sealed_secrets:
        if not _is_reference(webhook, name):
            for member, address in _addresses(webhook.configuration).items():
                problem = would_follow(address, WHAT_MOVES[member])
                if problem is not None:
                    yield ErrorDetail(AUTH.key(name), problem)


def _moved(before: JSONObject, after: JSONObject) -> Iterator[str]:
    was, is_now = _addresses(before), _addresses(after)
    for member, words in WHAT_MOVES.items():
        if is_now[member] and origin_of(was[member]) != origin_of(is_now[member]):
            yield words


def _addresses(configuration: JSONObject) -> dict[str, str]:
    auth = configuration.get("auth")
    endpoint = auth.get("endpoint") if isinstance(auth, dict) else None
    return {"url": _text(configuration.get("url")), "endpoint": _text(endpoint)}


def _text(value: JSONValue) -> str:
    return value if isinstance(value, str) else ""


def _is_reference(webhook: Webhook, name: str) -> bool:
    try:
        return is_reference(credentials_of(webhook)[name])
    except SecretUnavailable:
        return False
