"""Declaration: a variable that an integration says it needs, in its environment_config (api.md 8.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from hub.accounts.models import Organization
from hub.environments.models import VariableType
from hub.json_types import JSONObject, JSONValue
from integrations.models import Integration
from integrations.queries import integrations_of


@dataclass(frozen=True, slots=True)
class Declaration:
    """One member of environment_config. is_required: it must have a value before the integration is used."""

    integration_id: UUID
    integration: str
    key: str
    label: str
    type: str
    description: str
    is_required: bool
    order: float


def declarations_in(integration: Integration) -> list[Declaration]:
    """In the order in which they want to be shown; those without one last, as they came."""
    return sorted(_read(integration), key=lambda one: one.order)


def declarations_of(organization: Organization) -> list[Declaration]:
    """Those of all integrations, oldest integration first. One query."""
    declaring = integrations_of(organization).filter(environment_config__isnull=False)
    shown = declaring.only("pk", "name", "environment_config", "created_at")
    return [declaration for integration in shown for declaration in declarations_in(integration)]


def _read(integration: Integration) -> Iterator[Declaration]:
    stored: JSONValue = integration.environment_config
    for one in stored if isinstance(stored, list) else ():
        if isinstance(one, dict):
            yield _declaration(integration, one)


def _declaration(integration: Integration, stored: JSONObject) -> Declaration:
    order = stored.get("order")
    return Declaration(
        integration_id=integration.pk,
        integration=integration.name,
        key=str(stored.get("key", "")),
        label=str(stored.get("label", "")),
        type=str(stored.get("type", VariableType.STRING)),
        description=str(stored.get("description", "")),
        is_required=stored.get("required") is True,
        order=order if isinstance(order, int | float) else float("inf"),
    )
