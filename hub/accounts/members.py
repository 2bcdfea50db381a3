"""Who a signed-in person is in an organization: memberships, and the Principal of one."""

from __future__ import annotations

from hub.accounts.models import Membership, Role
from hub.accounts.principals import Principal


def find_membership(*, user_id: int, organization_id: int | None) -> Membership | None:
    """The person's membership in the chosen organization, else in the first they joined, else None. One query."""
    memberships = list(
        Membership.objects.filter(user_id=user_id, user__is_active=True)
        .select_related("organization")
        .order_by("created_at", "pk")
    )
    chosen = [membership for membership in memberships if membership.organization_id == organization_id]
    return next(iter(chosen or memberships), None)


def principal_of_member(membership: Membership) -> Principal:
    """The facts of a membership whose organization was fetched with it."""
    return Principal(
        organization_id=membership.organization_id,
        organization_slug=membership.organization.slug,
        organization_name=membership.organization.name,
        config_version=membership.organization.config_version,
        user_id=membership.user_id,
        role=Role(membership.role),
    )
