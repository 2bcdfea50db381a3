"""open_stream: an answer whose head is here and whose body is read piece by piece, never whole."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final, Self

from hub.http import gate
from hub.http.addresses import EgressPolicy
from hub.http.bodies import Body
from hub.http.client import as_failures, exchanged, headers_of
from hub.http.deadline import Deadline
from hub.http.failures import FailureKind, HttpFailure, lost
from hub.http.messages import Budget, Headers, Request
from hub.http.resolving import resolve
from hub.http.sockets import Bounded, connect

PIECE_BYTES: Final = 64 * 1024
"""Read at once of a body that is as it is sent."""
COMPRESSED_PIECE_BYTES: Final = 4 * 1024
"""Read at once of a compressed one: it becomes a thousand times as much at worst, and lies in memory then."""


def _nothing() -> None:
    """The default of forbid_in_transaction."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: pause_s for the next bytes of a body, total_s for all of it."""

    pause_s: float
    total_s: float


class Stream:
    """An answer, whatever its status, whose body has yet to be read; a context manager. close at any time."""

    def __init__(self, host: str, response: http.client.HTTPResponse, opened: Bounded, budget: Budget) -> None:
        self.status = response.status
        self.headers: Headers = headers_of(response)
        self.address = opened.address
        self.host = host
        self._response = response
        self._socket = opened
        gate.check_head(host, self.status, self.headers)
        self._body = Body(host=host, headers=self.headers, budget=budget)
        if self.length is not None and self.length > budget.read_bytes:
            limit = budget.read_bytes
            raise HttpFailure(FailureKind.RESPONSE_TOO_LARGE, f"{host} answered with more than {limit} bytes.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def length(self) -> int | None:
        """Bytes that pieces yields in all, None where nobody knows beforehand."""
        return None if self._body.is_compressed else self._response.length

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case, or None."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), None)

    def pieces(self) -> Iterator[bytes]:
        """The body, decoded, once.

        Raises HttpFailure for one that is longer than the budget allows, ends early or cannot be decoded, and for a
        peer that lets the hub wait.
        """
        most = COMPRESSED_PIECE_BYTES if self._body.is_compressed else PIECE_BYTES
        with as_failures(self.host):
            while piece := self._response.read1(most):
                self._body.feed(piece)
                if decoded := self._body.drain():
                    yield decoded
            if self._response.length:
                raise lost(self.host)
            self._body.finish()

    def close(self) -> None:
        """Hang up, whatever has not been read."""
        self._response.close()
        self._socket.close()


class _BodyDeadline(Deadline):
    """Ends after total_s, and for each read after pause_s."""

    def __init__(self, host: str, patience: Patience) -> None:
        super().__init__(host, patience.total_s)
        self._pause_s = patience.pause_s

    def left(self) -> float:
        """Seconds until the next bytes have to be here."""
        return min(super().left(), self._pause_s)


def open_stream(
    request: Request,
    *,
    policy: EgressPolicy,
    budget: Budget,
    patience: Patience | None = None,
    forbid_in_transaction: Callable[[], None] = _nothing,
) -> Stream:
    """The answer up to the end of its head, whatever its status; a redirect is returned as it is. Raises HttpFailure.

    budget.total_s bounds what comes before the body and patience the body itself; without it both together have
    budget.total_s. The body is needed whole: budget keeps as much as it reads. forbid_in_transaction is called before
    anything is waited for.
    """
    forbid_in_transaction()
    gate.check(request, policy=policy, budget=budget)
    host = request.url.host
    deadline = Deadline(host, budget.total_s)
    addresses = resolve(request.url, policy, within_s=deadline.left())
    opened = connect(request.url, addresses, policy=policy, connect_s=budget.connect_s, deadline=deadline)
    with ExitStack() as until_it_stands:
        until_it_stands.callback(opened.close)
        with as_failures(host):
            response = exchanged(request, opened)
        until_it_stands.callback(response.close)
        stream = Stream(host, response, opened, budget)
        until_it_stands.pop_all()
    if patience is not None:
        opened.deadline = _BodyDeadline(host, patience)
    return stream
