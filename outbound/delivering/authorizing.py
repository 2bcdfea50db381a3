"""authorized: a request that needs a token gets one, fetched once for all that need the same."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final, NamedTuple

from hub import clock
from hub.environments.log_masking import keep_out_of_logs
from hub.http.addresses import EgressPolicy
from hub.http.client import send
from hub.http.failures import HttpFailure
from hub.http.messages import TOKEN_REQUEST, Request
from hub.http.oauth import Token, of_failure, token_of
from hub.http.tokens import TokenCache
from outbound.delivering.requests import Outgoing

TOKENS: Final = TokenCache()
"""Of this process."""


class Authorized(NamedTuple):
    """A request ready to go, and the token in it; key None: it needs none."""

    request: Request
    key: bytes | None = None
    token: Token | None = None


async def authorized(one: Outgoing, policy: EgressPolicy) -> Authorized:
    """Raises TokenFailure. The token server is asked in a thread of its own: others need not wait for it."""
    order = one.token
    if order is None:
        return Authorized(one.request)
    key = TOKENS.key_of((one.parcel.receiver.organization_id, one.parcel.receiver.webhook_id), order)
    token = await asyncio.to_thread(TOKENS.get, key, lambda: fetch(order, policy))
    keep_out_of_logs([token.text])
    headers = (*one.request.headers, ("Authorization", f"Bearer {token.text}"))
    return Authorized(replace(one.request, headers=headers), key, token)


def fetch(order: Request, policy: EgressPolicy) -> Token:
    """A new token. Raises TokenFailure."""
    try:
        return token_of(send(order, policy=policy, budget=TOKEN_REQUEST), clock.now())
    except HttpFailure as failure:
        raise of_failure(failure) from failure
