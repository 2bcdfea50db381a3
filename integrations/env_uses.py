"""places: the integrations and use cases whose configuration refers to variables."""

from __future__ import annotations

from collections.abc import Iterator

from hub.environments.uses import Place, mentioned_in
from hub.json_types import JSONValue
from integrations.models import Integration, UseCase


def places(organization_id: int) -> list[Place]:
    """A function of ENVIRONMENT_USES. What an integration declares in environment_config counts too. Two queries."""
    integrations = Integration.objects.filter(organization_id=organization_id).order_by("created_at", "id")
    use_cases = UseCase.objects.filter(organization_id=organization_id).order_by("created_at", "id")
    names = {row.pk: row.name for row in integrations}
    return [
        *(_place_of(integration) for integration in integrations),
        *(_place_in(use_case, names[use_case.integration_id]) for use_case in use_cases),
    ]


def _place_of(integration: Integration) -> Place:
    declared = declared_keys(integration.environment_config)
    mentioned = mentioned_in(integration.connector_config, declared=declared)
    return Place("integration", integration.name, "integrations:environment", (integration.pk,), mentioned)


def _place_in(use_case: UseCase, integration: str) -> Place:
    address = (use_case.integration_id, use_case.pk)
    mentioned = mentioned_in(use_case.configuration)
    return Place("use case", f"{use_case.slug} of {integration}", "integrations:use-case", address, mentioned)


def declared_keys(environment_config: JSONValue) -> Iterator[str]:
    """The keys that an integration declares."""
    for one in environment_config if isinstance(environment_config, list) else ():
        key = one.get("key") if isinstance(one, dict) else None
        if isinstance(key, str):
            yield key
