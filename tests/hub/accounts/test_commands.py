"""manage.py for the person who runs the server."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from hub.accounts.audit import SYSTEM, Act, record
from hub.accounts.models import AuditEntry, Membership, Organization, Role, User
from hub.accounts.tokens import authenticate
from tests.builders import NOW, make_integration, make_member, make_token, make_user


def run(*words):
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def run_json(*words):
    return json.loads(run(*words, "--json"))


@pytest.mark.django_db
def test_an_organization_is_created_and_shown():
    answer = run_json("hub_organization", "create", "--slug", "s", "--name", "Süd")
    assert answer == {"id": Organization.objects.get(slug="s").public_id, "slug": "s", "name": "Süd"}


def test_organizations_are_listed(stage):
    listed = run_json("hub_organization", "list")["organizations"]
    assert [organization["slug"] for organization in listed] == ["home", "next-door"]


def test_a_slug_in_use_ends_with_one_sentence(organization):
    with pytest.raises(CommandError, match="home already"):
        run("hub_organization", "create", "--slug", "home", "--name", "X")


def test_a_new_member_gets_a_password_that_is_shown_once(organization):
    answer = run_json(
        "hub_organization", "add-member", "--organization", "home", "--email", "A@b.test", "--role", "owner"
    )
    assert User.objects.get(email="a@b.test").check_password(answer["password"])


def test_a_known_person_keeps_their_password(organization):
    user = make_user(email="a@b.test")
    answer = run_json("hub_organization", "add-member", "--organization", "home", "--email", "a@b.test")
    assert "password" not in answer
    assert Membership.objects.get(user=user).role == "viewer"


def member_act(act, *words):
    return run_json("hub_organization", act, "--organization", "home", *words)


def test_members_are_listed_with_their_roles(organization):
    make_member(organization=organization, user=make_user(email="a@b.test"), role=Role.OPERATOR)
    assert member_act("list-members") == {"members": [{"email": "a@b.test", "role": "operator"}]}


def test_a_member_gets_another_role(organization):
    make_member(organization=organization, user=make_user(email="a@b.test"), role=Role.VIEWER)
    make_member(organization=organization, role=Role.OWNER)
    changed = member_act("change-role", "--email", "A@b.test", "--role", "admin")
    assert changed == {"email": "a@b.test", "role": "admin"} == member_act("list-members")["members"][0]
    assert AuditEntry.objects.of(organization).filter(action="member.change_role").count() == 1


def test_a_member_who_leaves_is_no_member(organization):
    make_member(organization=organization, user=make_user(email="a@b.test"), role=Role.VIEWER)
    make_member(organization=organization, user=make_user(email="c@b.test"), role=Role.OWNER)
    member_act("remove-member", "--email", "a@b.test")
    assert [one["email"] for one in member_act("list-members")["members"]] == ["c@b.test"]


@pytest.mark.parametrize("words", [("change-role", "--role", "viewer"), ("remove-member",)])
def test_the_last_owner_stays(organization, words):
    make_member(organization=organization, user=make_user(email="a@b.test"), role=Role.OWNER)
    with pytest.raises(CommandError, match="at least one owner"):
        member_act(*words, "--email", "a@b.test")
    assert member_act("list-members")["members"] == [{"email": "a@b.test", "role": "owner"}]


def test_who_is_no_member_is_told(organization, stage):
    make_member(organization=stage.next_door, user=make_user(email="a@b.test"))
    with pytest.raises(CommandError, match=r"a@b\.test is no member of home"):
        member_act("remove-member", "--email", "a@b.test")


def test_somebody_gets_a_new_password_and_has_to_sign_in_with_it(organization):
    user = make_member(organization=organization).user
    client = Client()
    client.force_login(user)
    answer = run_json("hub_organization", "reset-password", "--email", user.email.upper())
    user.refresh_from_db()
    assert user.check_password(answer["password"])
    assert client.get("/nothing").wsgi_request.principal is None


def test_a_new_password_is_audited(organization):
    user = make_member(organization=organization).user
    run("hub_organization", "reset-password", "--email", user.email)
    (row,) = AuditEntry.objects.of(organization)
    assert (row.action, row.actor_type, row.object_id) == ("password.change", "operator", str(user.pk))


@pytest.mark.django_db
def test_a_new_password_for_nobody_ends_with_one_sentence():
    with pytest.raises(CommandError, match="no person with the address"):
        run("hub_organization", "reset-password", "--email", "nobody@b.test")


def test_a_created_token_works(organization):
    answer = run_json("hub_token", "create", "--organization", "home", "--name", "N", "--grants", "erp:read,erp:events")
    principal = authenticate(f"Bearer {answer['token']}", None, NOW)
    assert [grant.action for grant in principal.grants] == ["erp:read", "erp:events"]


def test_the_lines_for_people_show_the_token_too(organization):
    lines = run("hub_token", "create", "--organization", "home", "--name", "N", "--grants", "erp:read").splitlines()
    (text,) = [line.removeprefix("token: ") for line in lines if line.startswith("token: ")]
    assert authenticate(f"Bearer {text}", None, NOW).organization_slug == "home"


def test_grants_may_be_divided_by_blanks(organization):
    answer = run_json(
        "hub_token", "create", "--organization", "home", "--name", "N", "--grants", "erp:read", "erp:write"
    )
    assert answer["grants"] == ["erp:read", "erp:write"]


def test_a_token_is_bound_and_limited_in_time(organization):
    integration = make_integration(organization=organization)
    options = ["--grants", "erp:events", "--expires", "7d", "--integration", str(integration.pk)]
    answer = run_json("hub_token", "create", "--organization", "home", "--name", "N", *options)
    assert answer["integrations"] == [str(integration.pk)]
    assert answer["expires_at"].startswith("2026-01-22T08:00:00")


def test_a_wrong_grant_ends_with_one_sentence(organization):
    with pytest.raises(CommandError, match=r"grants\[0\].action"):
        run("hub_token", "create", "--organization", "home", "--name", "N", "--grants", "erp:fly")


@pytest.mark.django_db
def test_an_unknown_organization_ends_with_one_sentence():
    with pytest.raises(CommandError, match="no organization called nowhere"):
        run("hub_token", "list", "--organization", "nowhere")


def test_listed_tokens_do_not_show_their_text(organization):
    token = make_token(organization=organization)
    listed = run("hub_token", "list", "--organization", "home")
    assert token.id in listed
    assert token.text not in listed


def test_a_revoked_token_is_refused_at_once(organization):
    token = make_token(organization=organization)
    run("hub_token", "revoke", token.id, "--organization", "home")
    assert run_json("hub_token", "list", "--organization", "home") == {"tokens": []}


def test_an_untouched_audit_trail_is_verified(organization):
    record(organization=organization, actor=SYSTEM, act=Act("a"), at=NOW)
    assert "home: 1 rows fit" in run("hub_audit_verify")


def test_a_changed_audit_row_ends_the_verification_with_a_failure(organization):
    record(organization=organization, actor=SYSTEM, act=Act("a"), at=NOW)
    AuditEntry.objects.update(action="b")
    with pytest.raises(CommandError, match="1 rows"):
        run("hub_audit_verify", "--organization", "home")


def acknowledgement(*words):
    return run_json("hub_organization", "acknowledgement", "--slug", "home", *words)


def test_acknowledging_without_a_token_is_refused_unless_set(organization):
    assert acknowledgement() == {"organization": "home", "without_token": "refuse"}
    assert not AuditEntry.objects.exists()


def test_acknowledging_without_a_token_is_allowed_and_refused_again(organization):
    Organization.objects.update(settings={"other": [1]})
    assert acknowledgement("--without-token", "allow")["without_token"] == "allow"
    assert Organization.objects.get(slug="home").settings == {"other": [1], "acknowledge_without_token": True}
    assert acknowledgement("--without-token", "refuse")["without_token"] == "refuse"


def test_who_may_acknowledge_is_in_the_audit_trail_once_per_change(organization):
    for _ in range(2):
        acknowledgement("--without-token", "allow")
    (row,) = AuditEntry.objects.of(organization)
    assert (row.action, row.actor_type) == ("organization.acknowledgement", "operator")
    assert row.changes == {"acknowledge_without_token": [False, True]}
