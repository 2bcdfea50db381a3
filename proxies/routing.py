"""``secure_proxy: {use_case_slug}``: which secure proxy carries the requests of others, and what that allows them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.environments.trust.policies import usual_policy
from hub.http.addresses import EgressPolicy
from hub.json_types import JSONObject, JSONPath
from integrations.findings import Findings
from integrations.queries import UseCaseNotFound
from proxies.secure_proxy.modes import egress_of, is_available
from proxies.secure_proxy.policies import policy_of
from proxies.secure_proxy.queries import SecureProxyNotFound, find_named, open_configuration_of

STATIC_IP: Final = "static_ip"


def route_of(
    *, organization: Organization, integration_id: UUID, slug: str, config_version: int | None = None
) -> EgressPolicy:
    """The policy, way out included, of the secure proxy with that slug; one query. config_version as usual_policy.

    Raises SecureProxyNotFound, SecureProxyDisabled, SecureProxyUnset or ModeUnavailable. It is asked for every request
    anew, so that a proxy that is switched off carries nothing more.
    """
    try:
        use_case = find_named(organization=organization, integration_id=integration_id, use_case_id=None, slug=slug)
    except UseCaseNotFound as error:
        raise SecureProxyNotFound(f"There is no secure proxy called {slug} in the integration.") from error
    configuration = open_configuration_of(use_case)
    usual = usual_policy(organization.pk, config_version)
    return policy_of(configuration, egress_of(configuration.vpc_mode), usual=usual)


def by_static_ip(usual: EgressPolicy) -> EgressPolicy:
    """The same by the fixed address, without a proxy; unchanged where the operator has set up none."""
    return replace(usual, egress=egress_of(STATIC_IP)) if has_static_ip() else usual


def has_static_ip() -> bool:
    """Whether the operator has set up a fixed address."""
    return is_available(STATIC_IP)


def parse_route(raw: JSONObject, at: JSONPath, findings: Findings) -> str | None:
    """The slug, or None when requests go out directly; no other key is allowed beside it."""
    place = at.key("secure_proxy")
    route = findings.optional_object(raw.get("secure_proxy"), place)
    if route is None:
        return None
    findings.refuse_others(route, place, {"use_case_slug"})
    return findings.slug(route.get("use_case_slug"), place.key("use_case_slug"))
