"""send: one request on one connection, for a call that somebody waits for.

The answer is read by http.client, as every synchronous client does. What the usual ones put around it, environment
proxies, netrc, cookies, redirects, decompression, URLs in the log, would have to be switched off here one by one.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

from hub import clock
from hub.http import gate, headers
from hub.http.addresses import EgressPolicy
from hub.http.bodies import Body
from hub.http.deadline import Deadline
from hub.http.failures import lost, not_http, timed_out
from hub.http.messages import Answer, Budget, Headers, Pieces, Request, Timings
from hub.http.resolving import resolve
from hub.http.sockets import Bounded, connect

PIECE_BYTES = 64 * 1024
"""Read at once."""

_FOLD = re.compile(r"\s*[\r\n]+\s*")


def _nothing() -> None:
    """The default of forbid_in_transaction."""


def send(
    request: Request, *, policy: EgressPolicy, budget: Budget, forbid_in_transaction: Callable[[], None] = _nothing
) -> Answer:
    """The answer, whatever its status; a redirect is returned as it is. Raises HttpFailure.

    forbid_in_transaction is called before anything is waited for.
    """
    forbid_in_transaction()
    gate.check(request, policy=policy, budget=budget)
    deadline = Deadline(request.url.host, budget.total_s)
    started = clock.monotonic()
    addresses = resolve(request.url, policy, within_s=deadline.left())
    resolved = clock.monotonic()
    opened = connect(request.url, addresses, policy=policy, connect_s=budget.connect_s, deadline=deadline)
    with closing(opened):
        return _Exchange(request, opened, budget).answer(started, resolved, clock.monotonic())


class _Exchange:
    """What happens on a connection: the request out, the head and the body of the answer in."""

    def __init__(self, request: Request, opened: Bounded, budget: Budget) -> None:
        self._request = request
        self._host = request.url.host
        self._socket = opened
        self._budget = budget

    def answer(self, started: float, resolved: float, connected: float) -> Answer:
        """All of it, with the moments that came before."""
        with as_failures(self._host), closing(exchanged(self._request, self._socket)) as response:
            first_byte = clock.monotonic()
            received = headers_of(response)
            gate.check_head(self._host, response.status, received)
            body, is_cut = self._read(response, received)
        ms = [(moment - started) * 1000 for moment in (resolved, connected, first_byte, clock.monotonic())]
        timings = Timings(dns_ms=ms[0], connect_ms=ms[1] - ms[0], first_byte_ms=ms[2], total_ms=ms[3])
        return Answer(response.status, received, body, is_cut, timings, self._socket.address)

    def _read(self, response: http.client.HTTPResponse, received: Headers) -> tuple[bytes, bool]:
        body = Body(host=self._host, headers=received, budget=self._budget)
        while not body.is_full and (piece := response.read1(PIECE_BYTES)):
            body.feed(piece)
        if response.length and not body.is_full:
            raise lost(self._host)
        return body.finish()


def exchanged(request: Request, opened: Bounded) -> http.client.HTTPResponse:
    """The answer up to the end of its head, to a request that was checked."""
    with suppress(BrokenPipeError):  # it may have answered without reading everything
        opened.sendall(headers.head_of(request, keeps_alive=False))
        for piece in request.body.read() if isinstance(request.body, Pieces) else [request.body or b""]:
            opened.sendall(piece)
    response = http.client.HTTPResponse(opened, method=request.method)
    try:
        response.begin()
    except BaseException:
        response.close()
        raise
    opened.head_bytes = None
    return response


def headers_of(response: http.client.HTTPResponse) -> Headers:
    """The headers, those over several lines in one."""
    return tuple((name, _FOLD.sub(" ", value)) for name, value in response.getheaders())


@contextmanager
def as_failures(host: str) -> Iterator[None]:
    """What the socket and the parser raise becomes HttpFailure. The order matters: the later classes hold the earlier
    ones."""
    try:
        yield
    except TimeoutError as error:
        raise timed_out(host) from error
    except (OSError, http.client.IncompleteRead) as error:
        raise lost(host) from error
    except http.client.HTTPException as error:
        raise not_http(host) from error
