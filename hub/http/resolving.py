"""resolve: a name becomes the few addresses that may be connected to, each of them checked."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Final

from hub.http.addresses import EgressPolicy
from hub.http.failures import is_temporary, not_resolvable
from hub.http.messages import LOOK_UP_S
from hub.http.url import IpAddress, Url

MOST_CANDIDATES: Final = 3
"""Addresses tried one after the other; the rest would only use up the time."""
MOST_LOOK_UPS: Final = 64
"""At once. A look-up that hangs keeps its thread for as long as the system's resolver likes."""

_places = threading.BoundedSemaphore(MOST_LOOK_UPS)


def resolve(url: Url, policy: EgressPolicy, *, within_s: float = LOOK_UP_S) -> list[IpAddress]:
    """At most MOST_CANDIDATES addresses in the system's order. Raises HttpFailure when one of all is refused."""
    if url.address is not None:
        return _checked(url, policy, [url.address])
    try:
        return _checked(url, policy, start_look_up(url).result(timeout=min(within_s, LOOK_UP_S)))
    except TimeoutError:
        raise not_resolvable(url.host, "in time", is_temporary=True) from None


async def resolve_soon(url: Url, policy: EgressPolicy) -> list[IpAddress]:
    """The same for the event loop."""
    if url.address is not None:
        return _checked(url, policy, [url.address])
    try:
        found = await asyncio.wait_for(asyncio.wrap_future(start_look_up(url)), LOOK_UP_S)
    except TimeoutError:
        raise not_resolvable(url.host, "in time", is_temporary=True) from None
    return _checked(url, policy, found)


def look_up(host: str, port: int) -> list[IpAddress]:
    """What the system's resolver says, each address once. Raises OSError and UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(text) for text in dict.fromkeys(str(each[4][0]) for each in found)]


def _checked(url: Url, policy: EgressPolicy, addresses: Sequence[IpAddress]) -> list[IpAddress]:
    policy.check_addresses(url, addresses)
    return list(addresses[:MOST_CANDIDATES])


def start_look_up(url: Url) -> Future[list[IpAddress]]:
    """The look-up on its way, in a thread of its own that nobody waits for at the end of the process.

    What it finds is not checked. It ends with HttpFailure; raises it when too many are under way.
    """
    if not _places.acquire(blocking=False):
        raise not_resolvable(url.host, "now: too many look-ups hang", is_temporary=True)
    answer: Future[list[IpAddress]] = Future()
    answer.set_running_or_notify_cancel()  # from here on it cannot be cancelled
    threading.Thread(target=_look_up_into, args=(answer, url), name="look-up", daemon=True).start()
    return answer


def _look_up_into(answer: Future[list[IpAddress]], url: Url) -> None:
    try:
        answer.set_result(look_up(url.host, url.port))
    except (OSError, UnicodeError) as error:
        answer.set_exception(not_resolvable(url.host, "to an address", is_temporary=is_temporary(error)))
    except BaseException as error:
        answer.set_exception(error)
    finally:
        _places.release()
