"""FoundRecipe: what recipes of either direction are once they were found, and the way that their requests go."""

from __future__ import annotations

from dataclasses import dataclass

from hub.accounts.models import Organization
from hub.environments.trust.policies import usual_policy
from hub.http.addresses import EgressPolicy
from hub.json_types import JSONObject
from integrations.models import UseCase
from proxies.authentication import Owner
from proxies.file_proxy.configuration import FileProxyConfiguration
from proxies.file_proxy.written_secrets import opened
from proxies.routing import by_static_ip, route_of


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
        slug, version = self.configuration.secure_proxy_slug, self.organization.config_version
        if slug is None:
            usual = usual_policy(self.organization.pk, version)
            return by_static_ip(usual) if self.configuration.requires_vpc else usual
        return route_of(
            organization=self.organization,
            integration_id=self.use_case.integration_id,
            slug=slug,
            config_version=version,
        )
