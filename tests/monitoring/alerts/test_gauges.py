"""Gauges: what apps above know is there for rules to read, and is replaced by what is so now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub.accounts.models import Organization
from hub.ids import first_id_at
from hub.retention import running
from monitoring.alerts.env_uses import places
from monitoring.gauges import write_gauges
from monitoring.models import AlertNotice, AlertState, MonitoringGauge
from outbound.models import Acknowledgement, Endpoint, Stream
from tests.builders import NOW, make_integration, make_token, make_webhook
from tests.cast import Stage
from tests.conftest import FixedClock
from tests.inbound.conftest import Erp, _end_children, _nothing_cached, customer  # noqa: F401 -- fixtures
from tests.monitoring.alerts.builders import ended, look, make_channel, make_rule, standings
from tests.outbound.builders import make_acknowledgement

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=40)


def gauges(organization: Organization) -> list[tuple[str, str, float]]:
    """Name, label and value of each, as they are LATER."""
    write_gauges(organization, LATER)
    rows = MonitoringGauge.objects.of(organization).order_by("name", "subject")
    return [(one.name, one.label, round(one.value)) for one in rows]


def open_circuit(organization: Organization, **fields: Any) -> None:
    """A webhook that gets nothing."""
    webhook = make_webhook(organization=organization, configuration={"name": "To the ERP"}, **fields)
    circuit = {"circuit": Endpoint.Circuit.OPEN, "failing_since": NOW}
    Endpoint.objects.create(webhook_id=webhook.pk, organization_id=organization.pk, **circuit)


def test_what_waits_to_be_processed_has_an_age(organization: Organization, clock: FixedClock) -> None:
    erp = Erp(organization)
    erp.send(erp.event(customer("1")))
    names = {(name, label) for name, label, _value in gauges(organization)}
    assert ("queue_age", erp.integration.name) in names
    assert ("queue_age", f"{erp.integration.name}: {erp.use_case.name}") in names


def test_a_receiver_that_gets_nothing_is_told_of(organization: Organization) -> None:
    open_circuit(organization)
    make_rule(organization, make_channel(organization), kind="circuit_open", parameters={})
    assert look(organization) == [("fired", "due", "")]
    assert AlertNotice.objects.get().text == "Failures – To the ERP: gets nothing: it has failed too often."


def test_a_receiver_that_somebody_paused_is_not(organization: Organization) -> None:
    open_circuit(organization, paused_at=NOW)
    assert gauges(organization) == []


def test_an_event_without_an_acknowledgement_has_an_age(organization: Organization) -> None:
    integration = make_integration(organization=organization)
    make_acknowledgement(organization=organization, integration_id=integration.pk)
    Acknowledgement.objects.update(state="pending", delivered_at=NOW)
    assert gauges(organization) == [("ack_age", integration.name, 40)]


def test_an_erp_that_polls_has_polled_so_long_ago(organization: Organization) -> None:
    integration = make_integration(organization=organization)
    Stream.objects.create(pk=integration.pk, organization_id=organization.pk, last_poll_at=NOW)
    assert gauges(organization) == [("poll_age", integration.name, 40)]


def test_gauges_are_replaced(organization: Organization) -> None:
    token = make_token(organization=organization, expires_at=LATER + timedelta(days=3)).row
    assert gauges(organization) == [("days_left", token.name, 3)]
    token.delete()
    assert gauges(organization) == []


def test_gauges_next_door_stay(stage: Stage) -> None:
    for one in (stage.home, stage.next_door):
        make_token(organization=one, expires_at=LATER + timedelta(days=3))
    gauges(stage.next_door)
    make_token(organization=stage.home, expires_at=LATER + timedelta(days=3))
    gauges(stage.home)
    assert MonitoringGauge.objects.of(stage.next_door).count() == 1


def test_a_variable_knows_the_channels_that_refer_to_it(organization: Organization) -> None:
    channel = make_channel(organization, kind="slack", address="{{env.chat}}")
    [place] = places(organization.pk)
    assert (place.name, place.mentioned.named) == (channel.name, {"chat"})


def test_old_notices_and_what_is_well_and_gone_are_forgotten(organization: Organization, clock: FixedClock) -> None:
    rule = make_rule(organization)
    ended(make_integration(organization=organization), NOW, bad=4)
    look(organization)
    AlertState.objects.create(organization=organization, rule=rule, subject="gone", since=NOW)
    AlertNotice.objects.update(id=first_id_at(NOW))
    clock.move(days=91)
    running.apply()
    assert (AlertNotice.objects.count(), standings(rule)) == (0, ["firing"])
