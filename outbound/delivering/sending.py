"""Sender: one request after the other, or many side by side, each with its token; whatever happens is an outcome."""

from __future__ import annotations

from typing import Final

from hub.http.addresses import EgressPolicy
from hub.http.failures import FailureKind, HttpFailure
from hub.http.messages import WEBHOOK, Answer
from hub.http.oauth import TokenFailure
from hub.http.pool import Pool
from outbound.delivering.authorizing import TOKENS, authorized
from outbound.delivering.deciding import Outcome
from outbound.delivering.requests import TOKEN_FAILED, Outgoing, Unsendable

UNAUTHORIZED: Final = 401


class Sender:
    """Sends with the connections of a pool, under one policy."""

    def __init__(self, pool: Pool, policy: EgressPolicy) -> None:
        self._pool = pool
        self._policy = policy

    async def outcome(self, one: Outgoing) -> Outcome:
        """What came of the request; never raises. A token that is refused is replaced by a new one, once."""
        try:
            answer = await self._answer(one)
            if answer.status == UNAUTHORIZED and one.token is not None:
                answer = await self._answer(one)  # the token that was refused is forgotten
            return answer
        except HttpFailure as failure:
            return failure
        except TokenFailure as failure:
            return Unsendable(one.parcel, TOKEN_FAILED, failure.message, is_transient=failure.is_transient)
        except Exception as error:  # whatever a library raises is the end of one attempt, not of all
            return HttpFailure(FailureKind.BAD_RESPONSE, f"The request failed: {type(error).__name__}.")

    async def _answer(self, one: Outgoing) -> Answer:
        ready = await authorized(one, self._policy)
        organization_id = one.parcel.receiver.organization_id
        answer = await self._pool.send(
            ready.request, organization_id=organization_id, policy=self._policy, budget=WEBHOOK
        )
        if answer.status == UNAUTHORIZED and ready.key is not None:
            TOKENS.drop(ready.key, ready.token)
        return answer
