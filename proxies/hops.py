"""hop_of: how many hubs a request has passed, so that hubs that call each other in a circle stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hub.errors import HubError
from hub.http.headers import HOP, LAST_HOP

META_NAME: Final = "HTTP_" + HOP.upper().replace("-", "_")


class LoopDetected(HubError):
    """The request has passed more hubs than any that is meant."""

    code = "LOOP_DETECTED"
    status = 508


def hop_of(meta: Mapping[str, Any]) -> int:  # Any: the WSGI environment
    """0 for a request that comes from no hub. Raises LoopDetected."""
    text = str(meta.get(META_NAME, "")).strip()
    hop = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if hop > LAST_HOP:
        raise LoopDetected(
            "The request has passed through the hub again and again. Look for calls that go in a circle."
        )
    return hop
