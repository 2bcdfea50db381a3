"""FoundRecipe: what recipes of either direction are once they were found, and the way that their requests go."""

from __future__ import annotations

from dataclasses import dataclass

from hub.accounts.models import Organization
from hub.http.addresses import EgressPolicy
from hub.json_types import JSONObject
from integrations.models import UseCase
from proxies.authentication import Owner
from proxies.file_proxy.configuration import FileProxyConfiguration
from proxies.file_proxy.written_secrets import opened
from proxies.routing import route_of, static_ip_route


@dataclass(frozen=True, slots=True)
class FoundRecipe:
    """An enabled file proxy."""

    organization: Organization
    use_case: UseCase
    configuration: FileProxyConfiguration

    def auth(self) -> JSONObject | None:
        """The auth block with the secrets that are written down. Raises SecretUnavailable."""
        return opened(self.use_case.configuration or {}, self.organization.pk, self.use_case.pk)

    def owner(self) -> Owner:
        """Whose its token is."""
        route = self.configuration.secure_proxy_slug or ""
        return Owner(self.organization.pk, self.use_case.pk, route, self.organization.config_version)

    def policy(self) -> EgressPolicy:
        """Never directly where a secure proxy is named; requires_vpc, the older word, asks for the fixed address alone.

        Raises what route_of raises.
        """
        slug = self.configuration.secure_proxy_slug
        if slug is None:
            fixed = static_ip_route() if self.configuration.requires_vpc else None
            return fixed or EgressPolicy.of_settings()
        return route_of(organization=self.organization, integration_id=self.use_case.integration_id, slug=slug)
