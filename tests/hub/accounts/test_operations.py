"""Organizations, members and tokens come, change and go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.accounts import operations
from hub.accounts.audit import OPERATOR
from hub.accounts.grant_lines import parse_grants
from hub.accounts.models import ApiToken, AuditEntry, Membership, Organization, Role
from hub.accounts.operations import TokenOrder
from hub.accounts.tokens import authenticate, principal_of
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from tests.builders import NOW, make_integration, make_member, make_token, make_user


def version_of(organization):
    return Organization.objects.get(pk=organization.pk).config_version


def actions_of(organization):
    return list(AuditEntry.objects.of(organization).order_by("sequence").values_list("action", flat=True))


def order(*actions, **fields):
    return TokenOrder(**{"name": "ERP", "grants": parse_grants(list(actions or ("erp:read",)))} | fields)


def issue(organization, wanted, issuer=None):
    return operations.issue_token(organization=organization, order=wanted, issuer=issuer, actor=OPERATOR, at=NOW)


def principal_with(organization, *grants, **fields):
    token = make_token(organization=organization, grants=grants, **fields)
    return principal_of(token.row)


@pytest.mark.django_db
def test_a_new_organization_is_stored_and_audited():
    organization = operations.create_organization(slug="musterstadt", name="Musterstadt", actor=OPERATOR, at=NOW)
    assert Organization.objects.get(slug="musterstadt") == organization
    assert actions_of(organization) == ["organization.create"]


def test_a_slug_in_use_is_refused(organization):
    with pytest.raises(Conflict):
        operations.create_organization(slug="home", name="Second", actor=OPERATOR, at=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["", "Upper", "with space", "-dash", "ü", "x" * 64, "a/b"])
def test_an_unusable_slug_is_refused(slug):
    with pytest.raises(Invalid):
        operations.create_organization(slug=slug, name="X", actor=OPERATOR, at=NOW)


def test_a_new_member_changes_the_configuration_version(organization):
    before = version_of(organization)
    operations.add_member(organization=organization, user=make_user(), role=Role.VIEWER, actor=OPERATOR, at=NOW)
    assert version_of(organization) == before + 1


def test_nobody_is_a_member_twice(organization):
    member = make_member(organization=organization)
    with pytest.raises(Conflict):
        operations.add_member(organization=organization, user=member.user, role=Role.ADMIN, actor=OPERATOR, at=NOW)


def test_a_changed_role_is_audited_with_both_values(organization):
    make_member(organization=organization, role=Role.OWNER)
    member = make_member(organization=organization, role=Role.VIEWER)
    operations.change_role(membership=member, role=Role.ADMIN, actor=OPERATOR, at=NOW)
    assert AuditEntry.objects.of(organization).get().changes == {"role": ["viewer", "admin"]}


def test_the_last_owner_keeps_the_role(organization):
    owner = make_member(organization=organization, role=Role.OWNER)
    with pytest.raises(Conflict):
        operations.change_role(membership=owner, role=Role.VIEWER, actor=OPERATOR, at=NOW)
    assert Membership.objects.get(pk=owner.pk).role == Role.OWNER


def test_the_last_owner_cannot_be_removed(organization):
    owner = make_member(organization=organization, role=Role.OWNER)
    with pytest.raises(Conflict):
        operations.remove_member(membership=owner, actor=OPERATOR, at=NOW)


def test_removing_a_member_revokes_the_tokens_they_issued(organization):
    make_member(organization=organization, role=Role.OWNER)
    member = make_member(organization=organization, role=Role.ADMIN)
    token = make_token(organization=organization, created_by=member.user)
    operations.remove_member(membership=member, actor=OPERATOR, at=NOW)
    assert ApiToken.objects.get(pk=token.id).revoked_at == NOW


def test_an_issued_token_opens_the_door(organization):
    issued = issue(organization, order())
    assert authenticate(f"Bearer {issued.text}", None, NOW).token_id == issued.token.pk


def test_issuing_a_token_is_audited_without_its_text(organization):
    issued = issue(organization, order())
    entry = AuditEntry.objects.of(organization).get()
    assert (entry.action, entry.object_id) == ("token.create", issued.token.pk)
    assert issued.text not in str(entry.changes)


def test_a_refused_order_leaves_nothing_behind(organization):
    with pytest.raises(Forbidden):
        issue(organization, order("*"), issuer=principal_with(organization, "token:create"))
    assert actions_of(organization) == []


def test_a_token_never_holds_more_than_its_issuer(organization):
    with pytest.raises(Forbidden):
        issue(organization, order("erp:write"), issuer=principal_with(organization, "token:create", "erp:read"))


def test_a_token_may_hold_less_than_its_issuer(organization):
    assert issue(organization, order("erp:read"), issuer=principal_with(organization, "token:create", "erp:*"))


def test_a_denial_may_always_be_ordered(organization):
    wanted = order("erp:read", {"action": "erp:write", "effect": "deny"})
    assert issue(organization, wanted, issuer=principal_with(organization, "token:create", "erp:read"))


@pytest.mark.parametrize("life", [None, timedelta(hours=2)])
def test_a_token_never_outlives_its_issuer(organization, life):
    issuer = principal_with(organization, "*", expires_at=NOW + timedelta(hours=1))
    with pytest.raises(Forbidden):
        issue(organization, order(expires_at=NOW + life if life else None), issuer=issuer)


def test_a_token_is_bound_to_integrations_of_its_own_organization_only(stage):
    foreign = make_integration(organization=stage.next_door)
    with pytest.raises(Invalid) as refusal:
        issue(stage.home, order(integration_ids=[foreign.pk]))
    assert refusal.value.details[0].path == "integration_ids[0]"


@pytest.mark.parametrize("name", ["", "   ", "x" * 256, "a\0b"])
def test_an_unusable_name_is_refused(organization, name):
    with pytest.raises(Invalid):
        issue(organization, order(name=name))


def test_a_token_is_revoked_once(organization):
    token = make_token(organization=organization)
    operations.revoke_token(organization=organization, token_id=token.id, actor=OPERATOR, at=NOW)
    with pytest.raises(NotFound):
        operations.revoke_token(organization=organization, token_id=token.id, actor=OPERATOR, at=NOW)


def test_a_neighbours_token_cannot_be_revoked(stage):
    token = make_token(organization=stage.next_door)
    with pytest.raises(NotFound):
        operations.revoke_token(organization=stage.home, token_id=token.id, actor=OPERATOR, at=NOW)


def test_a_renamed_token_keeps_its_rights(organization):
    token = make_token(organization=organization, grants=("erp:read",))
    renamed = operations.rename_token(organization=organization, token_id=token.id, name="SAP", actor=OPERATOR, at=NOW)
    assert (renamed.name, renamed.grants) == ("SAP", token.row.grants)
