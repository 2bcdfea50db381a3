"""lookups_of: the facts about an organization that a mapping may look up, gathered before it starts."""

from __future__ import annotations

from collections.abc import Mapping

from hub.environments.portals import portals_of
from hub.environments.resolve import SecretUnavailable, values_of
from hub.json_types import JSONValue
from inbound.mapping.lookups import Lookups


def lookups_of(*, organization_id: int) -> Lookups:
    """Environment values that are no secrets, and portals, of one organization; for simulation, so without addresses.

    The environment is None when its values cannot be decrypted. At most three queries, none when nothing has changed.
    """
    return Lookups(environment=_environment(organization_id), portals=portals_of(organization_id))


def _environment(organization_id: int) -> Mapping[str, JSONValue] | None:
    try:
        return dict(values_of(organization_id))
    except SecretUnavailable:
        return None
