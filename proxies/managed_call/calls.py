"""get_managed_call: a managed call with the connector that it uses, as of a version of the configuration."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.environments.resolve import ConfigurationError
from hub.errors import Invalid
from hub.json_types import JSONObject, JSONPath
from integrations.models import Integration, UseCase, UseCaseType
from integrations.queries import UseCaseNotFound, get_integration, use_cases_of
from proxies.managed_call.configuration import ManagedCallConfiguration
from proxies.managed_call.failures import CallFailed

REMEMBERED: Final = 1_000


@dataclass(frozen=True, slots=True)
class ManagedCall:
    """All that a call needs to know of its configuration; base_url and auth are the integration's."""

    organization_id: int
    config_version: int
    integration_id: UUID
    use_case_id: UUID
    slug: str
    version: int
    base_url: str = field(repr=False)
    auth: JSONObject | None = field(repr=False)
    configuration: ManagedCallConfiguration = field(repr=False)


def get_managed_call(*, organization_id: int, config_version: int, integration_id: UUID, slug: str) -> ManagedCall:
    """The call, shared by all who ask as of that version, which the caller has just read.

    Raises IntegrationNotFound, UseCaseNotFound also for another type, CallFailed for one that is disabled,
    ConfigurationError for one that cannot be carried out as it is configured. Failures are not remembered.
    """
    return _remembered(organization_id, config_version, integration_id, slug)


def forget_all() -> None:
    """Everything is read again."""
    _remembered.cache_clear()


@lru_cache(maxsize=REMEMBERED)
def _remembered(organization_id: int, config_version: int, integration_id: UUID, slug: str) -> ManagedCall:
    integration = get_integration(organization=Organization(id=organization_id), integration_id=integration_id)
    use_case = use_cases_of(integration).filter(slug=slug, type=UseCaseType.MANAGED_CALL).first()
    if use_case is None:
        raise UseCaseNotFound
    if not use_case.enabled:
        raise CallFailed("The managed call is disabled. Enable it first.", code="USE_CASE_DISABLED", status=400)
    return _call(integration, use_case, config_version)


def _call(integration: Integration, use_case: UseCase, config_version: int) -> ManagedCall:
    connector: JSONObject = integration.connector_config or {}
    base_url, auth = connector.get("base_url"), connector.get("auth")
    if not isinstance(base_url, str) or not base_url:
        raise ConfigurationError("connector_config.base_url is missing; set it on the integration.")
    return ManagedCall(
        organization_id=integration.organization_id,
        config_version=config_version,
        integration_id=integration.pk,
        use_case_id=use_case.pk,
        slug=use_case.slug,
        version=use_case.version,
        base_url=base_url,
        auth=auth if isinstance(auth, dict) else None,
        configuration=_configuration(use_case),
    )


def _configuration(use_case: UseCase) -> ManagedCallConfiguration:
    try:
        return ManagedCallConfiguration.parse(use_case.configuration or {}, JSONPath("configuration"))
    except Invalid as failure:
        found = "; ".join(f"{one.path} {one.message}" for one in failure.details) or failure.message
        raise ConfigurationError(f"The use case is not completely configured: {found}.") from failure
