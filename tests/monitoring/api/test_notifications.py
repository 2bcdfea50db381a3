"""Notifications over the API: what was told and what was not, where rules stand, and a sample to the caller alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import Organization
from integrations.models import Integration
from tests.builders import NOW, make_integration, make_member, make_token
from tests.conftest import FixedClock
from tests.monitoring.alerts.builders import ended, look, make_channel, make_rule

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Any], Client]
MOMENT = "2026-01-15T08:00:00.000Z"


@pytest.fixture
def client(client_of: ClientOf, organization: Organization) -> Client:
    """Somebody who may look, and nothing else."""
    return client_of(make_token(organization=organization, grants=("integration:view",)))


def told(client: Client, integration: Integration, **query: Any) -> Any:
    """The answer of the history."""
    return client.get(f"/v2/integrations/{integration.pk}/notifications/history", query).json()


def fire(organization: Organization, *minutes: int) -> Integration:
    """An integration all of whose events fail; looked at in those minutes, well in between."""
    integration = make_integration(organization=organization)
    ended(integration, NOW, bad=4)
    for minute in minutes:
        look(organization, minute)
    return integration


def test_the_history_has_what_was_told_and_what_was_not_newest_first(
    client: Client, organization: Organization
) -> None:
    make_rule(organization, name="Told nobody")
    make_rule(organization, make_channel(organization), name="Told")
    integration = fire(organization, 0)
    rows = told(client, integration)["notifications"]
    assert [(row["rule_name"], row["status"], row["reason"]) for row in rows] == [
        ("Told", "pending", ""),
        ("Told nobody", "suppressed", "no channel"),
    ]


def test_the_history_goes_on_where_its_cursor_stands(client: Client, organization: Organization) -> None:
    for name in ("First", "Second", "Third"):
        make_rule(organization, name=name)
    integration = fire(organization, 0)
    page = told(client, integration, limit=2)
    assert [row["rule_name"] for row in page["notifications"]] == ["Third", "Second"]
    rest = told(client, integration, cursor=page["next_cursor"])
    assert ([row["rule_name"] for row in rest["notifications"]], rest["next_cursor"]) == (["First"], None)


def test_a_cursor_that_nobody_gave_out_is_refused(client: Client, organization: Organization) -> None:
    assert told(client, fire(organization), cursor="ntc_x")["code"] == "INVALID_CURSOR"


def test_the_status_tells_of_this_integration_alone(client: Client, organization: Organization) -> None:
    make_rule(organization)
    other = make_integration(organization=organization)
    make_rule(organization, integration_id=other.pk, name="Elsewhere")
    integration = fire(organization, 0)
    answer = client.get(f"/v2/integrations/{integration.pk}/notifications/status").json()
    [rule] = answer["rules"]
    assert (rule["name"], rule["status"]) == ("Failures", "firing")
    assert [(one["label"], one["value"]) for one in rule["states"]] == [(integration.name, 100.0)]


def test_where_nobody_has_looked_for_five_minutes_it_is_unknown_how_a_rule_stands(
    client: Client, organization: Organization, clock: FixedClock
) -> None:
    integration = make_integration(organization=organization)
    ended(integration, NOW, good=4)
    make_rule(organization)
    look(organization)
    path = f"/v2/integrations/{integration.pk}/notifications/status"
    assert [(one["status"], one["judged_at"]) for one in client.get(path).json()["rules"]] == [("ok", MOMENT)]
    clock.move(minutes=6)
    assert [(one["status"], one["judged_at"]) for one in client.get(path).json()["rules"]] == [("unknown", MOMENT)]


def test_a_sample_goes_to_whoever_issued_the_token_alone(
    client_of: ClientOf, organization: Organization, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.HUB_SENDS_MAIL, settings.DEFAULT_FROM_EMAIL = True, "hub@example.test"
    make_channel(organization)
    issuer = make_member(organization=organization, role="admin").user
    client = client_of(make_token(organization=organization, created_by=issuer))
    answer = client.post(f"/v2/integrations/{fire(organization).pk}/notifications/test")
    assert (answer.status_code, answer.json()["recipient"]) == (202, issuer.email)
    assert [mail.to for mail in mailoutbox] == [[issuer.email]]


def test_a_sample_that_nobody_takes_is_502(client_of: ClientOf, organization: Organization) -> None:
    issuer = make_member(organization=organization, role="admin").user
    client = client_of(make_token(organization=organization, created_by=issuer))
    answer = client.post(f"/v2/integrations/{fire(organization).pk}/notifications/test")
    assert (answer.status_code, answer.json()["code"]) == (502, "ALERT_NOT_SENT")


def test_an_issuer_who_has_left_gets_no_sample(
    client_of: ClientOf, organization: Organization, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.HUB_SENDS_MAIL, settings.DEFAULT_FROM_EMAIL = True, "hub@example.test"
    member = make_member(organization=organization, role="admin")
    client = client_of(make_token(organization=organization, created_by=member.user))
    member.delete()
    answer = client.post(f"/v2/integrations/{fire(organization).pk}/notifications/test")
    assert (answer.status_code, mailoutbox) == (502, [])


def test_whoever_may_only_look_sends_no_sample(client: Client, organization: Organization) -> None:
    answer = client.post(f"/v2/integrations/{fire(organization).pk}/notifications/test")
    assert answer.status_code == 403


def test_settings_of_notifications_are_kept(client_of: ClientOf, organization: Organization) -> None:
    settings = {"notifications": {"mail": ["duty@example.test"]}}
    client = client_of(make_token(organization=organization))
    made = client.post("/v2/integrations", {"name": "ERP", "settings": settings}, content_type="application/json")
    answer = client.get(f"/v2/integrations/{made.json()['id']}").json()
    assert answer["settings"]["notifications"] == settings["notifications"]
