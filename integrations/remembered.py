"""integration_as_of: an integration as of a version of its organization's configuration, without a query."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from hub.accounts.models import Organization
from integrations.models import Integration
from integrations.queries import get_integration

REMEMBERED = 10_000


@lru_cache(maxsize=REMEMBERED)
def integration_as_of(organization_id: int, config_version: int, integration_id: UUID) -> Integration:
    """The integration, shared by all who ask: not to be changed. Raises IntegrationNotFound, which is not remembered.

    It may be newer than config_version, never older. Only for callers whose statements prove that config_version is
    still the present one (engine rule 3.1).
    """
    return get_integration(organization=Organization(id=organization_id), integration_id=integration_id)
