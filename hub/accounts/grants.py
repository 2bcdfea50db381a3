"""The grant names of both vocabularies, the capabilities they add up to, and who holds them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from hub.accounts.capabilities import Capability as Capability
from hub.accounts.models import Role
from hub.accounts.principals import EVERYTHING, Grant, Principal
from hub.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Rule:
    """Any allowed action of granted_by gives the capability; a denied action of denied_by takes it away."""

    granted_by: frozenset[str]
    denied_by: frozenset[str]

    @classmethod
    def of(cls, *direct: str, implied_by: tuple[str, ...] = ()) -> Rule:
        """Direct actions count both ways, implying ones only when allowed."""
        return cls(frozenset(direct + implied_by), frozenset(direct))


MANAGE = ("integration:manage",)
ADMINISTER = ("organization:admin",)
RULES = {
    Capability.READ: Rule.of("erp:read", "integration:view", implied_by=MANAGE),
    Capability.WRITE: Rule.of("erp:write", "integration:manage"),
    Capability.SEND: Rule.of("erp:events", "integration:manage"),
    Capability.DECIDE: Rule.of("erp:write", "integration:manage"),
    Capability.MONITOR: Rule.of("erp:monitoring", "integration:view", implied_by=MANAGE),
    Capability.CONSUME: Rule.of("integration:consume"),
    Capability.ENTITY_VIEW: Rule.of("entity:view", implied_by=("erp:read", "integration:view", *MANAGE)),
    Capability.ENTITY_EDIT: Rule.of("entity:edit", implied_by=("erp:write", *MANAGE)),
    Capability.ENTITY_DELETE: Rule.of("entity:delete", implied_by=("erp:write", *MANAGE)),
    Capability.PRODUCE: Rule.of("entity:edit", implied_by=("erp:write", *MANAGE)),
    Capability.ENVIRONMENTS_EDIT: Rule.of("environments:edit", implied_by=ADMINISTER),
    Capability.ENVIRONMENTS_DELETE: Rule.of("environments:delete", implied_by=ADMINISTER),
    Capability.WEBHOOK_VIEW: Rule.of("webhook:view", implied_by=ADMINISTER),
    Capability.WEBHOOK_CREATE: Rule.of("webhook:create", implied_by=ADMINISTER),
    Capability.WEBHOOK_EDIT: Rule.of("webhook:edit", implied_by=ADMINISTER),
    Capability.WEBHOOK_DELETE: Rule.of("webhook:delete", implied_by=ADMINISTER),
    Capability.AUTOMATION_VIEW: Rule.of("automation:view", implied_by=("automation:manage", *ADMINISTER)),
    Capability.AUTOMATION_MANAGE: Rule.of("automation:manage", implied_by=ADMINISTER),
    Capability.TOKEN_CREATE: Rule.of("token:create", implied_by=ADMINISTER),
    Capability.EVENTS_VIEW: Rule.of(
        "event_catalog:view", implied_by=("event_catalog:manage", "erp:read", "integration:view", *MANAGE)
    ),
    Capability.EVENTS_MANAGE: Rule.of("event_catalog:manage", implied_by=("erp:write", *MANAGE)),
    Capability.ADMIN: Rule.of("organization:admin"),
    Capability.OWNER: Rule.of(),
}
ACTIONS = tuple(sorted({action for rule in RULES.values() for action in rule.granted_by}))

READ_ONLY_CAPABILITIES = frozenset(
    {
        *(Capability.READ, Capability.MONITOR),
        *(Capability.ENTITY_VIEW, Capability.WEBHOOK_VIEW, Capability.EVENTS_VIEW, Capability.AUTOMATION_VIEW),
    }
)
ENTITY_CAPABILITIES = frozenset(
    {Capability.ENTITY_VIEW, Capability.ENTITY_EDIT, Capability.ENTITY_DELETE, Capability.PRODUCE}
)

_VIEWER = READ_ONLY_CAPABILITIES
_OPERATOR = _VIEWER | {Capability.SEND, Capability.DECIDE, Capability.PRODUCE}
ROLE_CAPABILITIES = {
    Role.VIEWER: _VIEWER,
    Role.OPERATOR: _OPERATOR,
    Role.ADMIN: frozenset(Capability) - {Capability.OWNER},
    Role.OWNER: frozenset(Capability),
}


def allows(
    principal: Principal, capability: Capability, integration_id: UUID | None = None, schema: str | None = None
) -> bool:
    """May the principal do this to that integration, to entities of that schema, or (both None) to everything?

    A grant or a binding that covers only some integrations never answers for everything.
    """
    if capability in ENTITY_CAPABILITIES:
        return _holds(principal, capability, schema)
    if principal.integration_ids and integration_id not in principal.integration_ids:
        return False
    return _holds(principal, capability, None if integration_id is None else str(integration_id))


def allows_somewhere(principal: Principal, capability: Capability) -> bool:
    """May the principal do this to anything at all? For routes that look at each integration themselves."""
    if principal.role is not None:
        return capability in ROLE_CAPABILITIES[principal.role]
    if principal.read_only and capability not in READ_ONLY_CAPABILITIES:
        return False
    rule = RULES[capability]
    denied = any(
        line.is_deny and line.resource == EVERYTHING and _touches(line, rule.denied_by) for line in principal.grants
    )
    return not denied and any(not line.is_deny and _touches(line, rule.granted_by) for line in principal.grants)


def require(principal: Principal, capability: Capability, integration_id: UUID | None = None) -> None:
    """Raise Forbidden unless the principal holds the capability for that integration.

    integration_id None asks for it anywhere at all: the caller then checks allows for each integration it meets,
    because a binding or a grant's resource may cover only some of them.
    """
    if integration_id is None and allows_somewhere(principal, capability):
        return
    if integration_id is None or not allows(principal, capability, integration_id):
        raise missing(capability)


def missing(*capabilities: Capability) -> Forbidden:
    """The refusal, naming the capabilities of which one was needed, and the grants that give one to a token."""
    grants = sorted({action for capability in capabilities for action in RULES[capability].denied_by})
    by = f" A token has it by {' or '.join(grants)}." if grants else ""
    return Forbidden(f"This needs the permission {' or '.join(capabilities)}.{by}")


def conferred(grant: Grant) -> frozenset[Capability]:
    """The capabilities that holding this one line would give."""
    return frozenset(capability for capability, rule in RULES.items() if _touches(grant, rule.granted_by))


def may_pass_on(principal: Principal, grant: Grant) -> bool:
    """True when everything the line would give is already held by the principal, on the same resources."""
    return all(_covers(principal, capability, grant.resource) for capability in conferred(grant))


def _holds(principal: Principal, capability: Capability, resource: str | None) -> bool:
    if principal.role is not None:
        return capability in ROLE_CAPABILITIES[principal.role]
    if principal.read_only and capability not in READ_ONLY_CAPABILITIES:
        return False
    rule = RULES[capability]
    if any(line.is_deny and _touches(line, rule.denied_by) and _denies(line, resource) for line in principal.grants):
        return False
    granted_by = _counting_actions(principal, capability, rule)
    return any(
        not line.is_deny and _touches(line, granted_by) and _reaches(line.resource, resource)
        for line in principal.grants
    )


def _counting_actions(principal: Principal, capability: Capability, rule: Rule) -> frozenset[str]:
    # A token bound to integrations reaches entities, which belong to all of them, only by naming them outright.
    bound_to_entities = principal.integration_ids and capability in ENTITY_CAPABILITIES
    return rule.denied_by if bound_to_entities else rule.granted_by


def _covers(principal: Principal, capability: Capability, resource: str) -> bool:
    if principal.integration_ids and capability not in ENTITY_CAPABILITIES:
        return resource != EVERYTHING and resource in {str(bound) for bound in principal.integration_ids}
    return _holds(principal, capability, None if "*" in resource else _bare(resource))


def _denies(line: Grant, resource: str | None) -> bool:
    # Asked about everything, a denial of one part is enough for a no.
    return resource is None or _reaches(line.resource, resource)


def _touches(line: Grant, actions: frozenset[str]) -> bool:
    return any(matches(line.action, action) for action in actions)


def _reaches(pattern: str, resource: str | None) -> bool:
    if resource is None:
        return pattern == EVERYTHING
    return matches(_bare(pattern), resource)


def _bare(resource: str) -> str:
    return resource.removeprefix("integration:").removeprefix("entity:")


@lru_cache(maxsize=4096)
def matches(pattern: str, text: str) -> bool:
    """Whether a pattern with stars fits the text."""
    if "*" not in pattern:
        return pattern == text
    return re.fullmatch(".*".join(re.escape(part) for part in re.split(r"\*+", pattern)), text) is not None
