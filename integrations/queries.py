"""Get and list integrations and use cases, always of one organization; a foreign id is as unknown as any other."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch

from hub.accounts.models import Organization, TenantQuerySet
from hub.errors import NotFound
from integrations.models import Integration, UseCase


class IntegrationNotFound(NotFound):
    """No such integration in this organization."""

    code = "INTEGRATION_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such integration.")


class UseCaseNotFound(NotFound):
    """No such use case in this integration."""

    code = "USE_CASE_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such use case.")


def integrations_of(organization: Organization) -> TenantQuerySet[Integration]:
    """Every integration, oldest first."""
    return Integration.objects.of(organization).order_by("created_at", "id")


def integrations_with_use_cases(organization: Organization) -> TenantQuerySet[Integration]:
    """As integrations_of, each with its use cases, oldest first, at the price of one more query for all of them."""
    use_cases = UseCase.objects.of(organization).order_by("created_at", "id")
    return integrations_of(organization).prefetch_related(Prefetch("use_cases", use_cases))


def get_integration(*, organization: Organization, integration_id: UUID) -> Integration:
    """The integration; raises IntegrationNotFound."""
    return _only(integrations_of(organization), integration_id)


def get_integration_with_use_cases(*, organization: Organization, integration_id: UUID) -> Integration:
    """The integration with its use cases loaded; raises IntegrationNotFound."""
    return _only(integrations_with_use_cases(organization), integration_id)


def use_cases_of(integration: Integration) -> TenantQuerySet[UseCase]:
    """Every use case of the integration, oldest first."""
    return UseCase.objects.filter(organization_id=integration.organization_id, integration_id=integration.pk).order_by(
        "created_at", "id"
    )


def get_use_case(*, organization: Organization, integration_id: UUID, use_case_id: UUID) -> UseCase:
    """The use case with its integration. Raises UseCaseNotFound, or IntegrationNotFound if that is missing."""
    found = (
        UseCase.objects.of(organization)
        .select_related("integration")
        .filter(integration_id=integration_id, pk=use_case_id)
        .first()
    )
    if found is None:
        get_integration(organization=organization, integration_id=integration_id)
        raise UseCaseNotFound
    return found


def _only(integrations: TenantQuerySet[Integration], integration_id: UUID) -> Integration:
    found = integrations.filter(pk=integration_id).first()
    if found is None:
        raise IntegrationNotFound
    return found
