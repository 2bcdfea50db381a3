"""The facts about an organization that a mapping may look up, gathered before it starts (mapping.md section 10)."""

from __future__ import annotations

from uuid import UUID

import orjson
from django.conf import settings

from hub.accounts.models import Organization
from hub.entities.schemas.book import book_at, book_of
from hub.environments.portals import portals_of
from hub.environments.resolve import SecretUnavailable, values_of
from hub.json_types import JSONObject, JSONValue
from inbound.mapping.lookups import Lookups

TRACES = (b'"env_var_ref"', b'"portal_ref"', b'"file_proxy_url"', b"$env")
"""What a configuration that looks something up has in its text."""


def live_lookups(
    *, organization_id: int, integration_id: UUID, config_version: int, configuration: JSONObject
) -> Lookups:
    """What events of a use case may look up: the schemas that it writes, all of them where payloads say which, and
    the environment and the portals if it asks for them. No query where this process knows the config_version, unless
    it asks."""
    text = orjson.dumps(configuration)
    schemas = book_at(organization_id, config_version).schemas
    asks = any(trace in text for trace in TRACES)
    return Lookups(
        environment=_environment(organization_id, config_version) if asks else {},
        portals=portals_of(organization_id, config_version) if asks else [],
        file_proxy_base=settings.HUB_BASE_URL,
        organization_id=str(organization_id),
        integration_id=str(integration_id),
        schemas=schemas,
        slugs=tuple(sorted(schemas)),
    ).for_slugs(slugs_in(configuration) or (schemas if configuration.get("direct") is True else ()))


def lookups_of(*, organization: Organization) -> Lookups:
    """What a simulation may look up: everything but addresses of the hub."""
    return Lookups(
        environment=_environment(organization.pk, None),
        portals=portals_of(organization.pk),
        organization_id=organization.public_id,
        schemas=book_of(organization).schemas,
    )


def slugs_in(configuration: JSONObject) -> set[str]:
    """The schemas that a stored configuration names; whatever has another shape is left to its parser."""
    entities = configuration.get("entities")
    entries = entities if isinstance(entities, list) else []
    return {str(entry.get("entity_schema")) for entry in entries if isinstance(entry, dict)}


def _environment(organization_id: int, config_version: int | None) -> dict[str, JSONValue] | None:
    """None when it cannot be read, so that what asks for it fails with its own code."""
    try:
        values = values_of(organization_id, config_version)
    except SecretUnavailable:
        return None
    thawed: dict[str, JSONValue] = orjson.loads(orjson.dumps(dict(values), default=dict))
    return thawed
