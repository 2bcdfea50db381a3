"""The body of a good request for every operation, room by room."""

from __future__ import annotations

from collections.abc import Mapping

from tests.contract.bodies import (
    accounts,
    core_events,
    entities,
    inbound,
    integrations,
    monitoring,
    outbound,
    proxies,
)
from tests.contract.bodies.plain import Body

BODIES: Mapping[str, Body] = {
    **inbound.BODIES,
    **integrations.BODIES,
    **monitoring.BODIES,
    **outbound.BODIES,
    **accounts.BODIES,
    **entities.BODIES,
    **proxies.BODIES,
    **core_events.BODIES,
}
"""Operation id → its body about these things."""
