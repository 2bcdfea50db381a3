"""The settings of an organization: everybody sees them, admins open and close acknowledging without a token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import AuditEntry, Organization
from hub.accounts.tokenless_acknowledgement import SETTING, is_allowed_by
from tests.builders import NOW
from tests.cast import ADMIN, NEIGHBOUR_OWNER, NOBODY, OPERATOR, VIEWER
from tests.conftest import FixedClock

ClientOf = Callable[[Any], Client]
PATH = "/app/settings"
ALLOW, REFUSE = f"{PATH}/acknowledgement/allow", f"{PATH}/acknowledgement/refuse"

pytestmark = pytest.mark.django_db


def with_fresh_password(client: Client) -> Client:
    """Somebody who has just typed the password."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": NOW.timestamp()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return client


@pytest.fixture
def admin(client_of: ClientOf) -> Client:
    return with_fresh_password(client_of(ADMIN))


def text_of(client: Client, path: str = PATH) -> str:
    return str(client.get(path).content.decode())


def is_allowed(organization: Organization) -> bool:
    organization.refresh_from_db()
    return is_allowed_by(organization)


def test_the_page_shows_what_the_organization_is_called_and_what_prunes_may_do(
    client_of: ClientOf, organization: Organization
) -> None:
    Organization.objects.filter(pk=organization.pk).update(settings={"prune_guard": {"most": 7, "share": 0.5}})
    page = text_of(client_of(VIEWER))
    assert all(part in page for part in ("Home", organization.public_id, "more than 7 records", "Needs a token"))


def test_an_admin_allows_acknowledging_without_a_token(admin: Client, organization: Organization) -> None:
    answer = admin.post(ALLOW)
    assert (answer.status_code, answer["Location"]) == (302, PATH)
    assert is_allowed(organization)
    assert "Without a token" in text_of(admin)


def test_an_admin_asks_for_a_token_again(admin: Client, organization: Organization) -> None:
    Organization.objects.filter(pk=organization.pk).update(settings={SETTING: True})
    admin.post(REFUSE)
    assert not is_allowed(organization)


def test_a_change_is_in_the_audit_trail_with_its_author(admin: Client, organization: Organization) -> None:
    admin.post(ALLOW)
    entry = AuditEntry.objects.of(organization).get(action="organization.acknowledgement")
    assert (entry.actor_type, entry.changes) == ("user", {SETTING: [False, True]})


@pytest.mark.parametrize(("path", "sentence"), [(ALLOW, "without a token?"), (REFUSE, "Ask for a token again?")])
def test_each_change_is_asked_about_first_and_changes_nothing(
    admin: Client, organization: Organization, path: str, sentence: str
) -> None:
    assert sentence in text_of(admin, path)
    assert not is_allowed(organization)


def test_whoever_was_away_types_the_password_again(
    admin: Client, organization: Organization, clock: FixedClock
) -> None:
    clock.move(minutes=11)
    assert "/accounts/reauthenticate/" in admin.post(ALLOW)["Location"]
    assert not is_allowed(organization)


@pytest.mark.parametrize("caller", [VIEWER, OPERATOR], ids=str)
def test_who_is_no_admin_sees_the_setting_and_cannot_change_it(
    client_of: ClientOf, organization: Organization, caller: Any
) -> None:
    client = client_of(caller)
    assert ALLOW not in text_of(client)
    assert client.post(ALLOW).status_code == 403
    assert not is_allowed(organization)


def test_a_neighbour_changes_what_is_the_neighbours(client_of: ClientOf, organization: Organization) -> None:
    assert with_fresh_password(client_of(NEIGHBOUR_OWNER)).post(ALLOW).status_code == 302
    assert not is_allowed(organization)
    assert is_allowed(Organization.objects.get(slug="next-door"))


def test_there_is_no_other_act(admin: Client) -> None:
    assert admin.post(f"{PATH}/acknowledgement/maybe").status_code == 404


def test_nobody_is_asked_to_sign_in(client_of: ClientOf) -> None:
    assert client_of(NOBODY).get(PATH)["Location"] == f"/accounts/login/?next={PATH}"
