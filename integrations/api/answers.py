"""Integrations, use cases and versions as the API shows them; optional fields without a value are left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hub.accounts.models import Organization
from hub.errors import ErrorDetail
from integrations.advice import advice_on
from integrations.connectors import advice_on_connector, connector_shown
from integrations.kinds import kind_of
from integrations.models import Integration, UseCase
from integrations.versions import PastVersion

Document = dict[str, object]
"""A JSON object that may hold moments and UUIDs, which the renderer writes."""


def integration_document(integration: Integration) -> Document:
    """An integration alone; literal secrets are masked."""
    return _without_gaps(
        {
            "id": integration.pk,
            "orgId": str(integration.organization_id),
            "name": integration.name,
            "description": integration.description,
            "access_token_ids": integration.access_token_ids,
            "app_ids": integration.app_ids,
            "environment_config": integration.environment_config,
            "settings": integration.settings,
            "integration_type": integration.integration_type,
            "connector_config": connector_shown(integration.connector_config),
            "protected": integration.protected,
            "created_at": integration.created_at,
            "updated_at": integration.updated_at,
        }
    )


def saved_integration_document(integration: Integration) -> Document:
    """The same in the answer to a write: with what is probably not meant."""
    return _advised(integration_document(integration), advice_on_connector(integration.connector_config))


def integration_with_use_cases_document(integration: Integration, use_cases: Iterable[UseCase]) -> Document:
    """An integration with all of its use cases."""
    embedded = [use_case_document(use_case) for use_case in use_cases]
    return integration_document(integration) | {"use_cases": embedded}


def use_case_document(use_case: UseCase) -> Document:
    """A use case as it is now; literal secrets are masked."""
    return _without_gaps(
        {
            "id": use_case.pk,
            "integrationId": use_case.integration_id,
            "name": use_case.name,
            "slug": use_case.slug,
            "type": use_case.type,
            "enabled": use_case.enabled,
            "change_description": use_case.change_description,
            "configuration": _shown(use_case),
            "created_at": use_case.created_at,
            "updated_at": use_case.updated_at,
        }
    )


def saved_document(use_case: UseCase, organization: Organization) -> Document:
    """The same in the answer to a write: with what is probably not meant."""
    return _advised(use_case_document(use_case), advice_on(use_case, organization))


def declared_document(
    integration: Integration, use_cases: Iterable[UseCase], organization: Organization | None
) -> Document:
    """An integration in the answer to a write; with its organization if that declares the use cases as well.

    Then each is shown as if it were saved alone. Nothing is said about what was not sent.
    """
    embedded = [saved_document(one, organization) if organization else use_case_document(one) for one in use_cases]
    return saved_integration_document(integration) | {"use_cases": embedded}


def past_version_document(past: PastVersion) -> Document:
    """A use case as it was; literal secrets are masked."""
    row = past.row
    return _without_gaps(
        {
            "id": row.history_id,
            "useCaseId": row.id,
            "integrationId": row.integration_id,
            "name": row.name,
            "slug": row.slug,
            "type": row.type,
            "enabled": row.enabled,
            "change_description": row.change_description,
            "configuration": None if row.configuration is None else kind_of(row.type).shown(row.configuration),
            "created_at": row.created_at,
            "updated_at": row.updated_at,
            "history_created_at": past.replaced_at,
        }
    )


def _advised(document: Document, found: Sequence[ErrorDetail]) -> Document:
    warnings = [{"path": one.path, "message": one.message} for one in found]
    return document | {"warnings": warnings} if warnings else document


def _shown(use_case: UseCase) -> object:
    return None if use_case.configuration is None else kind_of(use_case.type).shown(use_case.configuration)


def _without_gaps(members: Document) -> Document:
    return {name: value for name, value in members.items() if value is not None}
