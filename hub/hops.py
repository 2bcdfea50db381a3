"""hop_of, marked and hop_in: how many hubs and flows led here, so that what goes round in circles stops.

A request carries the number in X-Hub-Hop, an event that came in by it in a column, and what follows from the event as
a mark in the chain of flows that led to it; what is sent because of that carries one more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from hub.errors import HubError
from hub.http.headers import HOP, LAST_HOP

META_NAME: Final = "HTTP_" + HOP.upper().replace("-", "_")
DEEPEST: Final = 10
"""Most calls and events that may follow from each other within hubs (proxies-and-security.md 4.5)."""
TOO_DEEP: Final = "RECURSION_DEPTH_EXCEEDED"
_MARK: Final = "hop:"
_DIGITS: Final = 6


class LoopDetected(HubError):
    """The request has passed more hubs than any that is meant."""

    code = "LOOP_DETECTED"
    status = 508


def hop_of(meta: Mapping[str, Any]) -> int:  # Any: the WSGI environment
    """0 for a request that comes from no hub. Raises LoopDetected."""
    text = meta.get(META_NAME)
    hop = _number(str(text).strip()) if text else 0
    if hop > LAST_HOP:
        raise LoopDetected(
            "The request has passed through the hub again and again. Look for calls that go in a circle."
        )
    return hop


def marked(hop: int) -> tuple[str, ...]:
    """The chain of something that a request of that hop has caused; empty for one that comes from no hub."""
    return (f"{_MARK}{hop}",) if hop else ()


def hop_in(chain: Iterable[str]) -> int:
    """The hop of what began the chain; 0 where nobody has marked it."""
    return max((_number(one.removeprefix(_MARK)) for one in chain if one.startswith(_MARK)), default=0)


def _number(text: str) -> int:
    return int(text[:_DIGITS]) if text.isascii() and text.isdigit() else 0
