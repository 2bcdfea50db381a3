"""The history of gauges: the highest of each window, zero where nothing was found, nothing where nobody looked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from hub.accounts.models import Organization
from hub.ids import first_id_at
from hub.retention.running import apply
from inbound.models import QueuedEvent
from monitoring.alerts.evaluating import evaluate, evaluate_organization
from monitoring.charting import FINE, HOURLY, Slots
from monitoring.gauge_history import read_highest, record_gauges
from monitoring.gauges import CIRCUIT_OPEN, POLL_AGE, QUEUE_AGE
from monitoring.models import AlertTurn, GaugeBucket
from outbound.models import Stream
from tests.builders import NOW, make_integration
from tests.cast import Stage
from tests.conftest import FixedClock
from tests.inbound.conftest import Erp, _end_children, _nothing_cached, customer  # noqa: F401 -- fixtures
from tests.monitoring.alerts.test_gauges import open_circuit

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
HALF_HOUR = Slots(NOW, 5 * MINUTE, 6, FINE)
TWO_HOURS = Slots(NOW, 60 * MINUTE, 2, HOURLY)


def look(organization: Organization, *minutes: int) -> None:
    """Record gauges so many minutes after NOW, one time after the other."""
    for one in minutes:
        record_gauges(organization, NOW + one * MINUTE)


@pytest.fixture
def erp(organization: Organization, clock: FixedClock) -> Erp:
    """One that has an event waiting since NOW."""
    erp = Erp(organization)
    erp.send(erp.event(customer("1")))
    QueuedEvent.objects.update(event_id=first_id_at(NOW))
    return erp


def test_a_window_keeps_the_highest_of_all_looks(organization: Organization, erp: Erp) -> None:
    look(organization, 1, 4, 3, 7)
    assert read_highest(organization, QUEUE_AGE, HALF_HOUR)[:2] == [
        pytest.approx(4, abs=0.01),
        pytest.approx(7, abs=0.01),
    ]


def test_an_hour_keeps_the_highest_of_its_windows(organization: Organization, erp: Erp) -> None:
    look(organization, 1, 55)
    assert read_highest(organization, QUEUE_AGE, TWO_HOURS) == [pytest.approx(55, abs=0.01), None]


def test_an_empty_queue_is_zero_and_a_time_in_which_nobody_looked_is_unknown(organization: Organization) -> None:
    look(organization, 1, 11)
    assert read_highest(organization, QUEUE_AGE, HALF_HOUR) == [0, None, 0, None, None, None]


def test_what_waits_is_known_of_the_use_case_its_integration_and_no_other(organization: Organization, erp: Erp) -> None:
    other = make_integration(organization=organization)
    look(organization, 4)

    def highest(scope_id: Any) -> float | None:
        return read_highest(organization, QUEUE_AGE, HALF_HOUR, [scope_id])[0]

    assert [round(highest(one.pk) or 0) for one in (erp.integration, erp.use_case, other)] == [4, 4, 0]


def test_open_receivers_are_added_up(organization: Organization) -> None:
    for _ in range(3):
        open_circuit(organization)
    look(organization, 1)
    assert read_highest(organization, CIRCUIT_OPEN, HALF_HOUR)[0] == 3


def test_what_is_next_door_is_of_no_account(stage: Stage) -> None:
    integration = make_integration(organization=stage.next_door)
    Stream.objects.create(pk=integration.pk, organization_id=stage.next_door.pk, last_poll_at=NOW)
    look(stage.next_door, 4)
    assert read_highest(stage.home, POLL_AGE, HALF_HOUR, [integration.pk])[0] is None


def test_an_organization_without_rules_is_looked_at_once_in_each_window(
    organization: Organization, clock: FixedClock
) -> None:
    make_integration(organization=organization)
    turns = set()
    for _ in range(7):
        evaluate()
        turns.add(AlertTurn.objects.get().evaluated_at)
        clock.move(minutes=1)
    assert turns == {NOW, NOW + 5 * MINUTE}
    assert read_highest(organization, QUEUE_AGE, HALF_HOUR) == [0, 0, None, None, None, None]


def test_a_source_that_fails_leaves_a_gap(organization: Organization, settings: Any) -> None:
    settings.GAUGES = ["monitoring.there_is.no_such_thing"]
    evaluate_organization(organization, NOW)
    assert read_highest(organization, QUEUE_AGE, HALF_HOUR)[0] is None


def test_windows_of_five_minutes_are_kept_for_two_days_and_hours_for_longer(
    organization: Organization, clock: FixedClock
) -> None:
    look(organization, 1)
    clock.move(hours=49)
    apply()
    assert set(GaugeBucket.objects.values_list("width_minutes", flat=True)) == {HOURLY}
    clock.move(days=400)
    apply()
    assert not GaugeBucket.objects.exists()


def test_recording_costs_the_same_however_much_there_is(
    organization: Organization, erp: Erp, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    def spend(minute: int) -> int:
        with count_queries() as counted:
            look(organization, minute)
        return len(counted)

    one = spend(1)
    for _ in range(4):
        another = Erp(organization)
        another.send(another.event(customer("1")))
    assert spend(2) == one
