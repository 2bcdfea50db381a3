"""hop_of_origin and carrying_hop: how many hubs and flows led to what a delivery is made of, see hub/hops.py; pure."""

from __future__ import annotations

from hub.events.models import CoreEvent
from hub.hops import hop_in
from outbound.hops import with_hop
from outbound.payloads.inputs import Origin
from outbound.payloads.ready import Ready


def hop_of_origin(origin: Origin) -> int:
    """How many led to it."""
    return hop_in(origin.chain) if isinstance(origin, CoreEvent) else origin.hop or 0


def carrying_hop(ready: Ready, origin: Origin) -> Ready:
    """What goes on, with the number of those that led to its origin in its request template."""
    hop, template = hop_of_origin(origin), ready.template
    return ready._replace(request=with_hop(template, hop)) if hop and template is not None else ready
