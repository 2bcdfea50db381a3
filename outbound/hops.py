"""with_hop and hop_of_request: what is sent knows how many hubs and flows led to it, see hub/hops.py; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hub.events.models import CoreEvent
from hub.hops import hop_in
from hub.json_types import JSONObject
from outbound.payloads.inputs import Origin

_HOP: Final = "hop"


def with_hop(request: JSONObject, hop: int) -> JSONObject:
    """The request template of a delivery to which so many led."""
    return request | {_HOP: hop} if hop else request


def hop_of_request(request: Mapping[str, Any]) -> int:  # Any: JSON
    """How many led to the delivery with that request template."""
    hop = request.get(_HOP)
    return hop if isinstance(hop, int) else 0


def hop_of_origin(origin: Origin) -> int:
    """How many led to what a delivery is made of."""
    return hop_in(origin.chain) if isinstance(origin, CoreEvent) else origin.hop or 0
