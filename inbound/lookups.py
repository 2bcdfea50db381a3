"""lookups_of: the facts about an organization that a mapping may look up, gathered before it starts."""

from __future__ import annotations

from inbound.mapping.lookups import Lookups


def lookups_of(*, organization_id: int) -> Lookups:
    """Environment values that are no secrets, and portals, of one organization; for simulation, so without addresses.

    None of the two is known yet: the organization has no environment and no portals to ask.
    """
    return Lookups(organization_id=str(organization_id))
