"""Secure proxies of an organization: all of them, or the one that a caller names."""

from __future__ import annotations

from uuid import UUID

from hub.accounts.models import Organization, TenantQuerySet
from hub.errors import Forbidden, Invalid, NotFound
from hub.json_types import ROOT
from integrations.findings import refusal
from integrations.models import UseCase, UseCaseType
from integrations.queries import UseCaseNotFound, get_use_case
from proxies.secure_proxy.configuration import SecureProxyConfiguration


class SecureProxyNotFound(NotFound):
    """What names a secure proxy names one that is not there."""

    code = "SECURE_PROXY_NOT_FOUND"


class SecureProxyDisabled(Forbidden):
    """The secure proxy is switched off."""

    code = "SECURE_PROXY_DISABLED"


class SecureProxyUnset(Invalid):
    """The secure proxy has no mode yet."""

    code = "SECURE_PROXY_INVALID_CONFIG"


def secure_proxies_of(organization: Organization) -> TenantQuerySet[UseCase]:
    """All of them with their integrations, oldest first."""
    proxies = UseCase.objects.of(organization).filter(type=UseCaseType.SECURE_PROXY)
    return proxies.select_related("integration").order_by("created_at", "id")


def get_secure_proxy(*, organization: Organization, integration_id: UUID, use_case_id: UUID) -> UseCase:
    """That one. Raises UseCaseNotFound also for a use case of another type."""
    found = get_use_case(organization=organization, integration_id=integration_id, use_case_id=use_case_id)
    if found.type != UseCaseType.SECURE_PROXY:
        raise UseCaseNotFound
    return found


def find_named(*, organization: Organization, integration_id: UUID, use_case_id: UUID | None, slug: str) -> UseCase:
    """The secure proxy by its id, its slug or both. Raises UseCaseNotFound, or Invalid when they name two."""
    named = secure_proxies_of(organization).filter(integration_id=integration_id)
    found = named.filter(pk=use_case_id).first() if use_case_id else named.filter(slug=slug).first()
    if found is None:
        raise UseCaseNotFound
    if slug and found.slug != slug:
        raise refusal(ROOT.key("use_case_slug"), "names another use case than use_case_id")
    return found


def open_configuration_of(use_case: UseCase) -> SecureProxyConfiguration:
    """The configuration of one that may be used. Raises SecureProxyDisabled or SecureProxyUnset."""
    if not use_case.enabled:
        raise SecureProxyDisabled(f"{use_case.slug} is switched off.")
    if not (use_case.configuration or {}).get("vpc_mode"):
        raise SecureProxyUnset(f"{use_case.slug} has no vpc_mode: set static_ip or secure_link.")
    return SecureProxyConfiguration.parse(use_case.configuration or {}, ROOT.key("configuration"))
