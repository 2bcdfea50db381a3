"""How long ERPs take to acknowledge, as counters tell it."""

from __future__ import annotations

from datetime import timedelta

from hub.accounts.models import Organization
from hub.ids import new_id
from monitoring.counters import fold
from monitoring.figures import last_24_hours
from monitoring.time_ranges import RANGES
from outbound.ack_times import AckTimes, ack_times
from outbound.acknowledging import acknowledge, expire
from tests.builders import NOW, make_integration, make_organization
from tests.outbound.builders import make_acknowledgement


def times(organization: Organization) -> list[AckTimes]:
    found = ack_times(organization=organization, time_range=RANGES["24h"], at=NOW + timedelta(minutes=20))
    return list(found.values())


def acknowledged(organization: Organization, *seconds: float) -> None:
    integration, use_case_id = make_integration(organization=organization), new_id()
    for after in seconds:
        one = make_acknowledgement(
            organization=organization, integration_id=integration.pk, use_case_id=use_case_id, due_at=NOW
        )
        acknowledge(organization=organization, ack_id=str(one.pk), at=NOW + timedelta(seconds=after))


def test_what_was_acknowledged_has_a_median_and_a_slow_end(organization: Organization) -> None:
    acknowledged(organization, 1, 1, 1, 60)
    [found] = times(organization)
    assert (found.acknowledged, found.timed_out, found.refused) == (4, 0, 0)
    assert found.median_ms is not None
    assert found.slowest_ms is not None
    assert found.median_ms < 2_048 <= 32_768 <= found.slowest_ms


def test_folding_changes_nothing(organization: Organization) -> None:
    acknowledged(organization, 3)
    before = times(organization)
    fold()
    assert times(organization) == before


def test_time_outs_are_counted_beside_them(organization: Organization) -> None:
    integration = make_integration(organization=organization)
    make_acknowledgement(organization=organization, integration_id=integration.pk, due_at=NOW)
    expire(NOW + timedelta(minutes=16), 10)
    assert [(one.acknowledged, one.timed_out, one.median_ms) for one in times(organization)] == [(0, 1, None)]


def test_an_acknowledgement_is_no_event(organization: Organization) -> None:
    acknowledged(organization, 1)
    assert not last_24_hours(organization=organization, at=NOW + timedelta(minutes=1))


def test_another_organization_has_times_of_its_own(organization: Organization) -> None:
    acknowledged(organization, 1)
    assert not times(make_organization())
