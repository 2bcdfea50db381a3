"""Who may do what."""

from __future__ import annotations

from uuid import UUID

import pytest

from hub.accounts.grant_lines import parse_grants
from hub.accounts.grants import Capability, allows, allows_somewhere, may_pass_on, require
from hub.accounts.models import Role
from hub.accounts.principals import Grant, Principal
from hub.errors import Forbidden, Invalid

MINE = UUID(int=1)
OTHER = UUID(int=2)
WEBHOOKS = {"WEBHOOK_VIEW", "WEBHOOK_CREATE", "WEBHOOK_EDIT", "WEBHOOK_DELETE"}
EVERYTHING_ABOUT_INTEGRATIONS = {
    *("READ", "WRITE", "SEND", "DECIDE", "MONITOR"),
    *("ENTITY_VIEW", "ENTITY_EDIT", "ENTITY_DELETE", "PRODUCE", "EVENTS_VIEW", "EVENTS_MANAGE"),
}


def a_token(*grants, **facts):
    lines = parse_grants(list(grants))
    return Principal(
        organization_id=1,
        organization_slug="home",
        organization_name="Home",
        config_version=1,
        token_id="api_x",
        grants=lines,
        **facts,
    )


def a_person(role):
    return Principal(
        organization_id=1, organization_slug="home", organization_name="Home", config_version=1, user_id=1, role=role
    )


READING = {"READ", "MONITOR", "ENTITY_VIEW", "EVENTS_VIEW", "WEBHOOK_VIEW", "AUTOMATION_VIEW"}
AUTOMATIONS = {"AUTOMATION_VIEW", "AUTOMATION_MANAGE"}


def held(principal):
    return {capability.name for capability in Capability if allows(principal, capability)}


@pytest.mark.parametrize(
    ("action", "capabilities"),
    [
        ("erp:read", {"READ", "ENTITY_VIEW", "EVENTS_VIEW"}),
        ("erp:write", {"WRITE", "DECIDE", "ENTITY_EDIT", "ENTITY_DELETE", "PRODUCE", "EVENTS_MANAGE"}),
        ("erp:events", {"SEND"}),
        ("erp:monitoring", {"MONITOR"}),
        ("integration:view", {"READ", "MONITOR", "ENTITY_VIEW", "EVENTS_VIEW"}),
        ("integration:manage", EVERYTHING_ABOUT_INTEGRATIONS),
        ("integration:consume", {"CONSUME"}),
        ("entity:view", {"ENTITY_VIEW"}),
        ("entity:edit", {"ENTITY_EDIT", "PRODUCE"}),
        ("entity:delete", {"ENTITY_DELETE"}),
        ("token:create", {"TOKEN_CREATE"}),
        ("webhook:view", {"WEBHOOK_VIEW"}),
        ("webhook:create", {"WEBHOOK_CREATE"}),
        ("webhook:edit", {"WEBHOOK_EDIT"}),
        ("webhook:delete", {"WEBHOOK_DELETE"}),
        ("webhook:*", WEBHOOKS),
        ("automation:view", {"AUTOMATION_VIEW"}),
        ("automation:manage", AUTOMATIONS),
        ("environments:edit", {"ENVIRONMENTS_EDIT"}),
        ("environments:delete", {"ENVIRONMENTS_DELETE"}),
        (
            "organization:admin",
            {"ADMIN", "TOKEN_CREATE", "ENVIRONMENTS_EDIT", "ENVIRONMENTS_DELETE"} | WEBHOOKS | AUTOMATIONS,
        ),
        ("event_catalog:view", {"EVENTS_VIEW"}),
        ("event_catalog:manage", {"EVENTS_VIEW", "EVENTS_MANAGE"}),
        ("erp:*", EVERYTHING_ABOUT_INTEGRATIONS),
        ("entity:*", {"ENTITY_VIEW", "ENTITY_EDIT", "ENTITY_DELETE", "PRODUCE"}),
        ("*", {capability.name for capability in Capability} - {"OWNER"}),
    ],
)
def test_an_action_gives_its_capabilities_and_no_others(action, capabilities):
    assert held(a_token(action)) == capabilities


@pytest.mark.parametrize(
    ("role", "capabilities"),
    [
        (Role.VIEWER, READING),
        (Role.OPERATOR, READING | {"SEND", "DECIDE", "PRODUCE"}),
        (Role.ADMIN, {capability.name for capability in Capability} - {"OWNER"}),
        (Role.OWNER, {capability.name for capability in Capability}),
    ],
)
def test_a_role_gives_its_capabilities_and_no_others(role, capabilities):
    assert held(a_person(role)) == capabilities


def test_a_token_without_grants_may_nothing():
    assert held(a_token()) == set()


def test_no_token_ever_holds_what_is_the_owners():
    assert not allows_somewhere(a_token("*"), Capability.OWNER)


def test_a_denial_beats_an_allowance():
    principal = a_token("erp:*", {"action": "erp:write", "effect": "deny"})
    assert allows(principal, Capability.READ)
    assert not allows(principal, Capability.WRITE)


def test_a_denial_in_one_vocabulary_beats_an_allowance_in_the_other():
    principal = a_token("integration:*", {"action": "erp:events", "effect": "deny"})
    assert not allows(principal, Capability.SEND)


def test_denying_the_stronger_action_leaves_the_weaker_one():
    principal = a_token("erp:read", {"action": "integration:manage", "effect": "deny"})
    assert allows(principal, Capability.READ)


def test_a_grant_for_one_integration_reaches_that_one_only():
    principal = a_token({"action": "erp:events", "resource": str(MINE)})
    assert allows(principal, Capability.SEND, MINE)
    assert not allows(principal, Capability.SEND, OTHER)


def test_a_grant_for_one_integration_does_not_answer_for_all():
    principal = a_token({"action": "erp:write", "resource": f"integration:{MINE}"})
    assert not allows(principal, Capability.WRITE)
    assert allows_somewhere(principal, Capability.WRITE)


def test_a_denial_for_one_integration_spares_the_others():
    principal = a_token("erp:events", {"action": "erp:events", "resource": str(MINE), "effect": "deny"})
    assert not allows(principal, Capability.SEND, MINE)
    assert allows(principal, Capability.SEND, OTHER)


def test_a_denial_for_one_integration_forbids_what_concerns_all():
    principal = a_token("erp:write", {"action": "erp:write", "resource": str(MINE), "effect": "deny"})
    assert not allows(principal, Capability.WRITE)


def test_a_bound_token_reaches_its_integrations_only():
    principal = a_token("*", integration_ids=frozenset({MINE}))
    assert allows(principal, Capability.SEND, MINE)
    assert not allows(principal, Capability.SEND, OTHER)
    assert not allows(principal, Capability.SEND)


@pytest.mark.parametrize("capability", [Capability.ADMIN, Capability.TOKEN_CREATE])
def test_a_bound_token_administers_nothing(capability):
    assert not allows(a_token("*", integration_ids=frozenset({MINE})), capability)


def test_a_bound_token_reads_entities_only_when_they_are_named():
    bound = {"integration_ids": frozenset({MINE})}
    assert not allows(a_token("erp:read", **bound), Capability.ENTITY_VIEW)
    assert allows(a_token("entity:view", **bound), Capability.ENTITY_VIEW)


def test_a_grant_for_one_schema_reaches_that_schema_only():
    principal = a_token({"action": "entity:view", "resource": "contact"})
    assert allows(principal, Capability.ENTITY_VIEW, schema="contact")
    assert not allows(principal, Capability.ENTITY_VIEW, schema="contract")


def test_a_read_only_token_reads_and_changes_nothing():
    assert held(a_token("*", read_only=True)) == READING


def test_requiring_what_is_missing_names_it():
    with pytest.raises(Forbidden, match="SEND"):
        require(a_token("erp:read"), Capability.SEND)


def test_requiring_somewhere_is_content_with_one_integration():
    require(a_token({"action": "erp:events", "resource": str(MINE)}), Capability.SEND)


@pytest.mark.parametrize("action", ["erp:read", "integration:view", "integration:manage", "*"])
def test_an_admin_may_pass_on_everything_a_token_can_hold(action):
    assert may_pass_on(a_person(Role.ADMIN), Grant(action))


@pytest.mark.parametrize(
    ("own", "wanted"), [("erp:read", "erp:write"), ("erp:*", "integration:manage"), ("erp:*", "*")]
)
def test_nobody_passes_on_more_than_they_hold(own, wanted):
    granted = may_pass_on(a_token(own), Grant(wanted))
    assert granted is (own == "erp:*" and wanted == "integration:manage")


def test_what_is_denied_cannot_be_passed_on():
    principal = a_token("*", {"action": "erp:write", "effect": "deny"})
    assert not may_pass_on(principal, Grant("erp:*"))


def test_a_grant_for_one_integration_cannot_be_widened():
    principal = a_token({"action": "erp:read", "resource": str(MINE)}, "entity:view")
    assert not may_pass_on(principal, Grant("erp:read"))


@pytest.mark.parametrize(
    "raw",
    [
        "erp:read",
        {"action": "erp:read"},
        None,
        ["erp:fly"],
        [""],
        [{}],
        [7],
        [{"action": "erp:read", "effect": "maybe"}],
        [{"action": "erp:read", "resource": 7}],
        [{"action": "erp:read", "conditions": {"a": 1}}],
        ["a" * 300],
        ["erp:read"] * 51,
        ["*a*b*c*d*"],
    ],
)
def test_grants_of_a_wrong_shape_are_refused(raw):
    with pytest.raises(Invalid):
        parse_grants(raw)


def test_a_wrong_grant_is_named_by_its_place():
    with pytest.raises(Invalid) as refusal:
        parse_grants(["erp:read", {"action": "erp:fly"}])
    assert refusal.value.details[0].path == "[1].action"
