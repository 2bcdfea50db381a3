"""Sender: one request after the other, or many side by side, each with its token; whatever happens is an outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Final, TypeAlias

from hub import clock
from hub.entities.files.reading import StorageUnreadable
from hub.errors import HubError
from hub.http.failures import FailureKind, HttpFailure
from hub.http.messages import Answer
from hub.http.oauth import TokenFailure
from hub.http.pool import Pool
from outbound.attachments.carrying import Carried
from outbound.attachments.problems import Unsuitable
from outbound.delivering.authorizing import TOKENS, authorized
from outbound.delivering.budgets import budget_of
from outbound.delivering.claiming import Parcel
from outbound.delivering.deciding import Outcome
from outbound.delivering.filling import Filled, filled
from outbound.delivering.reading_threads import in_turn
from outbound.delivering.requests import TOKEN_FAILED, Files, Outgoing, Unsendable
from proxies.file_proxy.failures import may_pass

UNAUTHORIZED: Final = 401
RENEW_EVERY_S: Final = 10.0
"""How often the lease of a delivery is renewed whose files are read; much more often than it ends."""

Renew: TypeAlias = Callable[[Parcel, Carried], Awaitable[bool]]

_NOT_FILLED: Final = "The files could not be read on their way: "


class Taken(Exception):
    """Somebody else has the delivery by now: nothing of it is sent here, and nothing recorded."""


class Lost(Exception):
    """A request that went out and got no answer."""

    def __init__(self, going: Outgoing, failure: HttpFailure) -> None:
        super().__init__(failure.message)
        self.going = going
        self.failure = failure


class Sender:
    """Sends with the connections of a pool, each request under its own policy."""

    def __init__(self, pool: Pool, renew: Renew | None = None) -> None:
        """renew: leases a delivery anew while its files are read; without it, whoever sends does not wait for long."""
        self._pool = pool
        self._renew = renew

    async def exchange(self, one: Outgoing) -> tuple[Outgoing, Outcome]:
        """What went out, with its token among the secrets, and what came of it. Raises nothing but Taken.

        A token that is refused is replaced by a new one, once.
        """
        if one.files is None:
            return await self._exchange(one)
        try:
            with await self._filled(one, one.files) as ready:
                return await self._exchange(ready.outgoing)
        except Taken:
            raise
        except StorageUnreadable as error:
            return one, Unsendable(one.parcel, error.code, error.message, is_transient=True)
        except Unsuitable as problem:
            return one, Unsendable(one.parcel, problem.code, problem.message)
        except HubError as error:
            return one, Unsendable(one.parcel, error.code, error.message, is_transient=may_pass(error))
        except Exception as error:  # such as a disk that is full
            return one, Unsendable(
                one.parcel, StorageUnreadable.code, _NOT_FILLED + type(error).__name__, is_transient=True
            )

    async def _filled(self, one: Outgoing, files: Files) -> Filled:
        """Its lease is renewed until the files are here: others' files may take long before it is their turn."""
        submitted = in_turn(lambda: filled(one, clock.now))
        filling = asyncio.wrap_future(submitted)
        try:
            is_ready = False
            while not is_ready:
                done, _ = await asyncio.wait([filling], timeout=RENEW_EVERY_S)
                is_ready = bool(done)
                carried = filling.result().carried if is_ready else files.carried
                if self._renew is not None and not await self._renew(one.parcel, carried):
                    raise Taken
            return filling.result()
        except BaseException:
            if not submitted.cancel():
                submitted.add_done_callback(_leave)
            raise

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
        ready = await authorized(one)
        known = secrets if ready.token is None else secrets | {ready.token.text}
        going = replace(one, request=ready.request, secrets=known)
        try:
            answer = await self._pool.send(
                ready.request,
                organization_id=one.parcel.receiver.organization_id,
                policy=one.policy,
                budget=budget_of(ready.request),
            )
        except HttpFailure as failure:
            raise Lost(going, failure) from failure
        if answer.status == UNAUTHORIZED and ready.key is not None:
            TOKENS.drop(ready.key, ready.token)
        return going, answer


def _leave(filling: Future[Filled]) -> None:
    """Nobody waits for it any more: nothing is left on disk."""
    if filling.exception() is None:
        filling.result().loaded.close()
