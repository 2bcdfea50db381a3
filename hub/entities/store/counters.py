"""only_counters: the counter of a meter that has just one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from hub.entities.links import LINKS
from hub.entities.sql import statements
from hub.entities.sql.rows import Probe

COUNTER = "meter_counter"
TWO = 2
"""As many as are read of a meter: more than one is too many."""


def only_counters(organization_id: int, meter_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """Meter → counter, for the meters that exactly one live counter is related to; one query whatever the number."""
    meters = sorted(meter_ids, key=lambda one: one.int)
    probes = [Probe(number, COUNTER, LINKS, str(meter_id), None) for number, meter_id in enumerate(meters)]
    found: dict[int, list[UUID]] = {}
    for number, counter_id in statements().members(organization_id, probes, TWO):
        found.setdefault(number, []).append(counter_id)
    return {meters[number]: counters[0] for number, counters in found.items() if len(counters) == 1}
