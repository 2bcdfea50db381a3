"""Which organization a signed-in person works in."""

from __future__ import annotations

from hub.accounts.members import find_membership, principal_of_member
from hub.accounts.models import Role
from tests.builders import make_member, make_user


def test_a_person_without_membership_is_nobody(db):
    assert find_membership(user_id=make_user().pk, organization_id=None) is None


def test_the_chosen_organization_counts(stage):
    user = make_user()
    make_member(organization=stage.home, user=user)
    chosen = make_member(organization=stage.next_door, user=user)
    assert find_membership(user_id=user.pk, organization_id=stage.next_door.pk) == chosen


def test_a_choice_the_person_is_no_member_of_falls_back_to_the_first(stage):
    member = make_member(organization=stage.home)
    assert find_membership(user_id=member.user_id, organization_id=stage.next_door.pk) == member


def test_a_deactivated_person_is_no_member_any_more(stage):
    member = make_member(organization=stage.home, user=make_user(is_active=False))
    assert find_membership(user_id=member.user_id, organization_id=None) is None


def test_the_principal_of_a_member_has_the_role(stage):
    principal = principal_of_member(make_member(organization=stage.home, role=Role.OPERATOR))
    assert (principal.role, principal.actor_type) == (Role.OPERATOR, "user")
