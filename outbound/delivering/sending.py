"""Sender: one request after the other, or many side by side, each with its token; whatever happens is an outcome."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from hub import clock
from hub.entities.files.reading import StorageUnreadable
from hub.http.addresses import EgressPolicy
from hub.http.failures import FailureKind, HttpFailure
from hub.http.messages import Answer
from hub.http.oauth import TokenFailure
from hub.http.pool import Pool
from outbound.delivering.authorizing import TOKENS, authorized
from outbound.delivering.budgets import budget_of
from outbound.delivering.deciding import Outcome
from outbound.delivering.filling import filled
from outbound.delivering.requests import TOKEN_FAILED, Outgoing, Unsendable

UNAUTHORIZED: Final = 401
FILES_AT_ONCE: Final = 4
"""Deliveries of one worker whose files are read at a time."""


_FILLING: Final = ThreadPoolExecutor(FILES_AT_ONCE, thread_name_prefix="deliveries-files")
"""Reads files and signs with them: others' names are looked up, and their tokens fetched, in other threads."""
_NOT_FILLED: Final = "The files could not be read on their way: "


class Lost(Exception):
    """A request that went out and got no answer."""

    def __init__(self, going: Outgoing, failure: HttpFailure) -> None:
        super().__init__(failure.message)
        self.going = going
        self.failure = failure


class Sender:
    """Sends with the connections of a pool, under one policy; what has a route of its own, under that of the route."""

    def __init__(self, pool: Pool, policy: EgressPolicy) -> None:
        self._pool = pool
        self._policy = policy

    async def exchange(self, one: Outgoing) -> tuple[Outgoing, Outcome]:
        """What went out, with its token among the secrets, and what came of it; never raises.

        A token that is refused is replaced by a new one, once.
        """
        if one.files is None:
            return await self._exchange(one)
        try:
            filling = asyncio.get_running_loop().run_in_executor(_FILLING, lambda: filled(one, clock.now()))
            with await filling as ready:
                return await self._exchange(ready.outgoing)
        except StorageUnreadable as error:
            return one, Unsendable(one.parcel, error.code, error.message, is_transient=True)
        except Exception as error:  # such as a disk that is full
            return one, Unsendable(
                one.parcel, StorageUnreadable.code, _NOT_FILLED + type(error).__name__, is_transient=True
            )

    async def _exchange(self, one: Outgoing) -> tuple[Outgoing, Outcome]:
        going = one
        try:
            going, answer = await self._sent(one, one.secrets)
            if answer.status == UNAUTHORIZED and one.token is not None:
                going, answer = await self._sent(one, going.secrets)  # the token that was refused is forgotten
            return going, answer
        except Lost as lost:
            return lost.going, lost.failure
        except TokenFailure as failure:
            return going, Unsendable(one.parcel, TOKEN_FAILED, failure.message, is_transient=failure.is_transient)
        except Exception as error:  # whatever a library raises is the end of one attempt, not of all
            return going, HttpFailure(FailureKind.BAD_RESPONSE, f"The request failed: {type(error).__name__}.")

    async def _sent(self, one: Outgoing, secrets: frozenset[str]) -> tuple[Outgoing, Answer]:
        policy = one.policy or self._policy
        ready = await authorized(one, policy)
        known = secrets if ready.token is None else secrets | {ready.token.text}
        going = replace(one, request=ready.request, secrets=known)
        try:
            answer = await self._pool.send(
                ready.request,
                organization_id=one.parcel.receiver.organization_id,
                policy=policy,
                budget=budget_of(ready.request),
            )
        except HttpFailure as failure:
            raise Lost(going, failure) from failure
        if answer.status == UNAUTHORIZED and ready.key is not None:
            TOKENS.drop(ready.key, ready.token)
        return going, answer
