"""Create an organization, its members and its tokens: each write bumps config_version and leaves an audit row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from hub.accounts.audit import Act, Actor, record
from hub.accounts.grants import may_pass_on
from hub.accounts.members import find_membership
from hub.accounts.models import ApiToken, Membership, Organization, Role, User
from hub.accounts.principals import Grant, Principal
from hub.accounts.token_text import compose
from hub.accounts.tokens import digest_of
from hub.errors import Conflict, ErrorDetail, Forbidden, Invalid, NotFound
from hub.json_types import JSONObject
from hub.names import NAME_RULE, is_name

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True)
class TokenOrder:
    """The token somebody asks for. integration_ids: the ones it is bound to; empty means all."""

    name: str
    grants: tuple[Grant, ...]
    integration_ids: Sequence[UUID] = ()
    read_only: bool = False
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A stored token with its text, which exists nowhere else."""

    token: ApiToken
    text: str


@transaction.atomic
def create_organization(*, slug: str, name: str, actor: Actor, at: datetime) -> Organization:
    """A new tenant without members. Raises Invalid for an unusable slug or name, Conflict for a slug in use."""
    if not _SLUG.fullmatch(slug):
        message = "must be 1 to 63 lower-case letters, digits and hyphens, beginning with a letter or digit"
        raise Invalid("The slug is wrong.", details=[ErrorDetail("slug", message)])
    _check_name(name)
    if Organization.objects.filter(slug=slug).exists():
        raise Conflict(f"There is an organization called {slug} already.", code="SLUG_NOT_UNIQUE")
    organization = Organization.objects.create(slug=slug, name=name, created_at=at)
    act = Act("organization.create", "organization", organization.public_id, {"slug": slug, "name": name})
    record(organization=organization, actor=actor, act=act, at=at)
    return organization


@transaction.atomic
def add_member(*, organization: Organization, user: User, role: Role, actor: Actor, at: datetime) -> Membership:
    """Give the person a role. Raises Conflict when they are a member already."""
    if Membership.objects.of(organization).filter(user=user).exists():
        raise Conflict(f"{user.email} is a member already.", code="ALREADY_MEMBER")
    membership = Membership.objects.create(organization=organization, user=user, role=role, created_at=at)
    _recorded(organization, actor, Act("member.add", "user", str(user.pk), {"role": [None, role.value]}), at)
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: Role, actor: Actor, at: datetime) -> Membership:
    """Give the member another role. Raises Conflict when the organization would lose its last owner."""
    organization = _locked(membership.organization_id)
    before, membership.role = membership.role, role.value
    membership.save(update_fields=["role"])
    _keep_an_owner(organization)
    changes: JSONObject = {"role": [before, role.value]}
    _recorded(organization, actor, Act("member.change_role", "user", str(membership.user_id), changes), at)
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, actor: Actor, at: datetime) -> None:
    """End the membership and revoke the tokens the person issued. Raises Conflict for the last owner."""
    organization = _locked(membership.organization_id)
    user_id, role = membership.user_id, membership.role
    membership.delete()
    _keep_an_owner(organization)
    issued = ApiToken.objects.of(organization).filter(created_by_id=user_id, revoked_at__isnull=True)
    revoked = issued.update(revoked_at=at)
    changes: JSONObject = {"role": [role, None], "tokens_revoked": revoked}
    _recorded(organization, actor, Act("member.remove", "user", str(user_id), changes), at)


@transaction.atomic
def set_password(*, user: User, password: str, actor: Actor, at: datetime) -> None:
    """Replace the person's password; sessions under the old one end with it."""
    user.set_password(password)
    user.save(update_fields=["password"])
    membership = find_membership(user_id=user.pk, organization_id=None)
    act = Act("password.change", "user", str(user.pk))
    record(organization=membership.organization if membership else None, actor=actor, act=act, at=at)


@transaction.atomic
def issue_token(
    *, organization: Organization, order: TokenOrder, issuer: Principal | None, actor: Actor, at: datetime
) -> IssuedToken:
    """Store a new token and return its text for the only time.

    issuer is who asks, None for the person who runs the server. Raises Forbidden when the order holds more, or
    lives longer, than its issuer, Invalid for an unusable name or integrations that do not exist.
    """
    _check_name(order.name)
    _check_integrations(organization, order.integration_ids)
    if issuer is not None:
        _check_issuer(issuer, order)
    fresh = compose()
    token = ApiToken.objects.create(
        id=fresh.public_id,
        organization=organization,
        name=order.name,
        digest=digest_of(fresh.text),
        grants=[grant.as_json() for grant in order.grants],
        read_only=order.read_only,
        integration_ids=sorted({str(identifier) for identifier in order.integration_ids}),
        created_by_id=issuer.user_id if issuer else None,
        created_at=at,
        expires_at=order.expires_at,
    )
    _recorded(organization, actor, Act("token.create", "token", token.pk, _facts(token)), at)
    return IssuedToken(token, fresh.text)


@transaction.atomic
def revoke_token(*, organization: Organization, token_id: str, actor: Actor, at: datetime) -> None:
    """End the token at once, everywhere. Raises NotFound when there is none or it is revoked already."""
    changed = ApiToken.objects.of(organization).filter(pk=token_id, revoked_at__isnull=True).update(revoked_at=at)
    if changed != 1:
        raise NotFound("There is no such token.")
    _recorded(organization, actor, Act("token.revoke", "token", token_id), at)


@transaction.atomic
def rename_token(*, organization: Organization, token_id: str, name: str, actor: Actor, at: datetime) -> ApiToken:
    """Give the token another name. Raises NotFound when there is none or it is revoked."""
    _check_name(name)
    token = ApiToken.objects.of(organization).filter(pk=token_id, revoked_at__isnull=True).first()
    if token is None:
        raise NotFound("There is no such token.")
    before, token.name = token.name, name
    token.save(update_fields=["name"])
    _recorded(organization, actor, Act("token.rename", "token", token_id, {"name": [before, name]}), at)
    return token


def _recorded(organization: Organization, actor: Actor, act: Act, at: datetime) -> None:
    organization.bump_config_version()
    record(organization=organization, actor=actor, act=act, at=at)


def _locked(organization_id: int) -> Organization:
    return Organization.objects.select_for_update(no_key=True).get(pk=organization_id)


def _keep_an_owner(organization: Organization) -> None:
    if not Membership.objects.of(organization).filter(role=Role.OWNER).exists():
        raise Conflict("An organization keeps at least one owner.", code="LAST_OWNER")


def _check_name(name: str) -> None:
    if not is_name(name):
        raise Invalid("The name is wrong.", details=[ErrorDetail("name", NAME_RULE)])


def _check_integrations(organization: Organization, integration_ids: Sequence[UUID]) -> None:
    # The reverse relation spares this room an import of the app above it.
    known = set(organization.integrations.filter(pk__in=integration_ids).values_list("pk", flat=True))
    details = [
        ErrorDetail(f"integration_ids[{position}]", "no such integration")
        for position, identifier in enumerate(integration_ids)
        if identifier not in known
    ]
    if details:
        raise Invalid("A token can be bound to the organization's own integrations only.", details=details)


def _check_issuer(issuer: Principal, order: TokenOrder) -> None:
    if any(not grant.is_deny and not may_pass_on(issuer, grant) for grant in order.grants):
        raise Forbidden("A token cannot hold more than whoever issues it.")
    binding = issuer.integration_ids
    if binding and not (order.integration_ids and binding.issuperset(order.integration_ids)):
        raise Forbidden("A token cannot reach more integrations than whoever issues it.")
    if issuer.expires_at is not None and (order.expires_at is None or order.expires_at > issuer.expires_at):
        raise Forbidden("A token cannot live longer than the token that issues it.")


def _facts(token: ApiToken) -> JSONObject:
    return {
        "name": token.name,
        "grants": token.grants,
        "read_only": token.read_only,
        "integration_ids": token.integration_ids,
        "expires_at": token.expires_at.isoformat() if token.expires_at else None,
    }
