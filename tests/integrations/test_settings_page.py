"""The settings of an integration: when old records are read anew, and what is stored beside that."""

from __future__ import annotations

import pytest

from hub.accounts.models import AuditEntry
from tests.builders import make_integration
from tests.cast import ADMIN, NEIGHBOUR_OWNER, VIEWER

pytestmark = pytest.mark.django_db
OTHERS = {"notifications": {"a": 1}, "outbound": {"visibility_timeout_seconds": 60}}


@pytest.fixture
def admin(client_of):
    """Somebody who may change integrations."""
    return client_of(ADMIN)


def page_of(integration):
    return f"/app/integrations/{integration.pk}/settings"


def save(client, integration, **answers):
    integration.refresh_from_db()
    sent = {"name": "ERP", "integration_type": "erp", "version": integration.version}
    return client.post(page_of(integration), sent | answers)


def stored(integration):
    integration.refresh_from_db()
    return integration.settings


def test_reading_anew_is_switched_on_with_the_threshold_that_is_named_and_all_else_is_kept(organization, admin):
    integration = make_integration(organization=organization, settings=OTHERS)
    assert "Left empty: 60." in admin.get(page_of(integration)).text
    save(admin, integration, auto_refresh="on")
    assert stored(integration) == OTHERS | {"autoRefresh": {"enabled": True}}
    save(admin, integration, auto_refresh="on", refresh_after_minutes="15")
    assert stored(integration) == OTHERS | {"autoRefresh": {"enabled": True, "freshnessThresholdMinutes": 15}}


def test_switching_off_keeps_the_threshold_and_members_that_nobody_knows(organization, admin):
    refresh = {"enabled": True, "freshnessThresholdMinutes": 5, "note": "x"}
    integration = make_integration(organization=organization, settings={"autoRefresh": refresh})
    save(admin, integration, refresh_after_minutes="0")
    assert stored(integration) == {"autoRefresh": refresh | {"enabled": False}}


@pytest.mark.parametrize("settings", [None, OTHERS, {"autoRefresh": None}])
def test_saving_without_the_choice_leaves_the_settings_as_they_are(settings, organization, admin):
    integration = make_integration(organization=organization, settings=settings)
    assert save(admin, integration, name="Other").status_code == 302
    assert stored(integration) == settings


@pytest.mark.parametrize("minutes", ["0", "-1", "1.5", "soon", "99999999999"])
def test_a_threshold_that_is_none_is_told_at_its_field(minutes, organization, admin):
    integration = make_integration(organization=organization, settings=OTHERS)
    answer = save(admin, integration, auto_refresh="on", refresh_after_minutes=minutes)
    assert answer.status_code == 422
    assert answer.context["form"].errors["refresh_after_minutes"]
    assert stored(integration) == OTHERS


def test_settings_that_somebody_else_changed_meanwhile_are_kept(organization, admin):
    integration = make_integration(organization=organization, settings=OTHERS)
    save(admin, integration, auto_refresh="on")
    answer = save(admin, integration, auto_refresh="on", refresh_after_minutes="5", version=1)
    assert "Somebody changed it while you were editing." in answer.text
    assert stored(integration) == OTHERS | {"autoRefresh": {"enabled": True}}


def test_the_trail_says_what_the_settings_were_and_are(organization, admin):
    integration = make_integration(organization=organization, name="ERP", settings=OTHERS)
    save(admin, integration, auto_refresh="on")
    [entry] = AuditEntry.objects.filter(action="integration.update")
    assert entry.changes == {"settings": [OTHERS, OTHERS | {"autoRefresh": {"enabled": True}}]}


def test_a_viewer_reads_after_how_long_records_are_read_anew(organization, client_of):
    integration = make_integration(organization=organization, settings={"autoRefresh": {"enabled": True}})
    page = client_of(VIEWER).get(page_of(integration)).text
    assert "<dt>Read old records anew</dt><dd>yes</dd>" in page
    assert "<dt>Old after, in minutes</dt><dd>60</dd>" in page
    assert client_of(VIEWER).post(page_of(integration), {"auto_refresh": ""}).status_code == 403


def test_a_neighbour_finds_no_settings(organization, client_of):
    integration = make_integration(organization=organization)
    assert client_of(NEIGHBOUR_OWNER).get(page_of(integration)).status_code == 404
