"""BatchSender: the pool for code that is not asynchronous, and that must not wait within a transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Self, TypeVar

from hub.http.pool import Pool

Result = TypeVar("Result")


def _nothing() -> None:
    """The default of forbid_in_transaction."""


class BatchSender:
    """A context manager of one thread: an event loop and a pool whose connections outlive a batch.

    forbid_in_transaction is called before each batch, outside the loop: within it Django has other connections, so
    nothing in there can see a transaction of whoever waits.
    """

    def __init__(self, *, forbid_in_transaction: Callable[[], None] = _nothing) -> None:
        self._forbid_in_transaction = forbid_in_transaction
        self._runner = asyncio.Runner()
        self._pool = Pool()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connections and the loop."""
        self._runner.run(self._pool.close())
        self._runner.close()

    def run(self, batch: Callable[[Pool], Awaitable[Result]]) -> Result:
        """What batch comes to, which sends with the pool it gets."""
        self._forbid_in_transaction()
        return self._runner.run(self._awake(batch))

    async def _awake(self, batch: Callable[[Pool], Awaitable[Result]]) -> Result:
        """After the loop has noticed which connections ended while it stood still."""
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return await batch(self._pool)
