"""Route: by which way the deliveries of a webhook leave the hub, where that is not the usual one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.environments.trust.policies import usual_policy
from hub.http.addresses import EgressPolicy
from hub.json_types import JSONObject, JSONPath
from integrations.findings import Findings
from proxies.routing import by_static_ip, has_static_ip, route_of

PROXY: Final = "secureProxy"
STATIC_IP: Final = "enableStaticIP"


@dataclass(frozen=True, slots=True)
class Route:
    """Through the secure proxy of that slug; without one by the fixed address."""

    integration_id: UUID | None = None
    slug: str = ""

    @property
    def member(self) -> str:
        """Of the configuration, where it is asked for."""
        return PROXY if self.integration_id else STATIC_IP


def read_route(raw: JSONObject, at: JSONPath, findings: Findings) -> Route | None:
    """None for the usual way. Where both members are set, the proxy wins."""
    uses_static_ip = findings.optional_boolean(raw.get(STATIC_IP), at.key(STATIC_IP))
    proxy = findings.optional_object(raw.get(PROXY), at.key(PROXY))
    if proxy is None or not isinstance(raw[PROXY], dict):
        return Route() if uses_static_ip else None
    place = at.key(PROXY)
    integration_id = findings.identifier(proxy.get("integration_id"), place.key("integration_id"))
    return Route(integration_id, findings.slug(proxy.get("use_case_slug"), place.key("use_case_slug")))


def lacks_its_address(route: Route | None) -> bool:
    """Whether a fixed address is asked for, and the hub has none."""
    return route is not None and route.integration_id is None and not has_static_ip()


def policy_of(route: Route | None, organization: Organization, config_version: int | None = None) -> EgressPolicy:
    """What deliveries by the route may reach; where there is no fixed address, those that want it go the usual way.

    config_version: of the organization, by whoever has just read it; None costs a query. Raises
    SecureProxyNotFound, SecureProxyDisabled, SecureProxyUnset or ModeUnavailable.
    """
    if route is None or route.integration_id is None:
        usual = usual_policy(organization.pk, config_version)
        return by_static_ip(usual) if route else usual
    return route_of(
        organization=organization,
        integration_id=route.integration_id,
        slug=route.slug,
        config_version=config_version,
    )
