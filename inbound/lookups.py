"""The facts about an organization that a mapping may look up, gathered before it starts (mapping.md section 10)."""

from __future__ import annotations

from uuid import UUID

import orjson
from django.conf import settings

from hub.environments.portals import portals_of
from hub.environments.resolve import SecretUnavailable, values_of
from hub.json_types import JSONValue
from inbound.mapping.lookups import Lookups

TRACES = (b'"env_var_ref"', b'"portal_ref"', b'"file_proxy_url"', b"$env")
"""What a configuration that looks something up has in its text."""


def looks_up(configuration: bytes) -> bool:
    """Whether a stored configuration may look something up; true for some that do not."""
    return any(trace in configuration for trace in TRACES)


def lookups_of(*, organization_id: int, integration_id: UUID | None = None) -> Lookups:
    """Environment values that are no secrets, and portals, of one organization.

    Without an integration it is for a simulation, which makes no addresses. An environment that cannot be read is
    None, so that what asks for it fails with its own code.
    """
    return Lookups(
        environment=_environment(organization_id),
        portals=portals_of(organization_id),
        file_proxy_base=settings.HUB_BASE_URL if integration_id else None,
        organization_id=str(organization_id),
        integration_id=str(integration_id) if integration_id else "",
    )


def _environment(organization_id: int) -> dict[str, JSONValue] | None:
    try:
        values = values_of(organization_id)
    except SecretUnavailable:
        return None
    thawed: dict[str, JSONValue] = orjson.loads(orjson.dumps(dict(values), default=dict))
    return thawed
