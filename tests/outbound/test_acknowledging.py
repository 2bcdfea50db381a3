"""The ERP says that it has processed an event, in time, late, twice, or never."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from hub.accounts.models import Organization
from monitoring.models import MonitoringEvent
from outbound.acknowledging import AlreadyAcknowledged, UnknownAcknowledgement, acknowledge, expire, start_clocks
from outbound.models import Acknowledgement, Delivery
from tests.builders import NOW, make_integration
from tests.cast import Stage
from tests.outbound.builders import make_acknowledgement, make_delivery


@pytest.fixture
def expected(organization: Organization) -> Acknowledgement:
    """One that waits for the ERP, due in fifteen minutes."""
    integration = make_integration(organization=organization)
    return make_acknowledgement(
        organization=organization, integration_id=integration.pk, due_at=NOW + timedelta(minutes=15)
    )


def codes() -> list[str]:
    return list(MonitoringEvent.objects.order_by("id").values_list("code", flat=True))


def test_an_acknowledged_event_is_closed(organization: Organization, expected: Acknowledgement) -> None:
    acknowledge(organization=organization, ack_id=str(expected.pk), at=NOW)
    expected.refresh_from_db()
    assert (expected.state, expected.closed_at) == (Acknowledgement.State.ACKNOWLEDGED, NOW)
    assert codes() == ["ACK_CONFIRMED"]


def test_the_time_it_took_is_told(organization: Organization, expected: Acknowledgement) -> None:
    acknowledge(organization=organization, ack_id=str(expected.pk), at=NOW + timedelta(seconds=3))
    assert MonitoringEvent.objects.get().duration_ms == 3000


def test_a_second_acknowledgement_is_told_to_be_one(organization: Organization, expected: Acknowledgement) -> None:
    acknowledge(organization=organization, ack_id=str(expected.pk), at=NOW)
    with pytest.raises(AlreadyAcknowledged):
        acknowledge(organization=organization, ack_id=str(expected.pk), at=NOW)


@pytest.mark.parametrize("ack_id", ["0b9c1f5e-3d55-4a8e-9b55-7f6f2c9d4a10", "nonsense", ""])
def test_an_unknown_one_is_unknown(organization: Organization, ack_id: str) -> None:
    with pytest.raises(UnknownAcknowledgement):
        acknowledge(organization=organization, ack_id=ack_id, at=NOW)


def test_another_organization_does_not_know_it(stage: Stage, expected: Acknowledgement) -> None:
    with pytest.raises(UnknownAcknowledgement):
        acknowledge(organization=stage.next_door, ack_id=str(expected.pk), at=NOW)


def test_an_event_that_nobody_acknowledges_in_time_is_noted_once(expected: Acknowledgement) -> None:
    late = NOW + timedelta(minutes=16)
    assert [expire(late, 10), expire(late, 10)] == [1, 0]
    assert codes() == ["ACK_TIMEOUT"]


def test_before_its_time_nothing_expires(expected: Acknowledgement) -> None:
    assert expire(NOW + timedelta(minutes=14), 10) == 0


def test_a_late_acknowledgement_counts(organization: Organization, expected: Acknowledgement) -> None:
    expire(NOW + timedelta(minutes=16), 10)
    acknowledge(organization=organization, ack_id=str(expected.pk), at=NOW + timedelta(minutes=20))
    expected.refresh_from_db()
    assert expected.state == Acknowledgement.State.ACKNOWLEDGED


def test_the_erp_may_say_that_it_failed(organization: Organization, expected: Acknowledgement) -> None:
    acknowledge(organization=organization, ack_id=str(expected.pk), at=NOW, has_failed=True, message="No such customer")
    assert list(MonitoringEvent.objects.values_list("code", "message")) == [("EXTERNAL_ERROR", "No such customer")]


def test_the_clock_runs_from_the_first_delivery_only(expected: Acknowledgement) -> None:
    start_clocks([], NOW)
    expected.refresh_from_db()
    assert expected.due_at == NOW + timedelta(minutes=15)


def test_use_cases_that_track_the_same_event_are_told_apart_and_that_they_share_it(
    organization: Organization, expected: Acknowledgement
) -> None:
    [first] = Delivery.objects.all()
    second = make_delivery(
        organization=organization,
        integration_id=first.integration_id,
        use_case_id=uuid4(),
        mapping_id=uuid4(),
        core_event_id=expected.core_event_id,
        ack_id=expected.pk,
    )
    acknowledge(organization=organization, ack_id=str(expected.pk), at=NOW)
    spans = MonitoringEvent.objects.order_by("id")
    assert [(span.use_case_id, span.detail["mapping_ids"]) for span in spans] == [
        (first.use_case_id, []),
        (second.use_case_id, [str(second.mapping_id)]),
    ]
    assert {span.message for span in spans} == {"One acknowledgement for the 2 use cases that track the event."}


def test_the_version_of_the_use_case_that_sent_it_is_told(
    organization: Organization, expected: Acknowledgement
) -> None:
    Delivery.objects.update(use_case_version=7)
    acknowledge(organization=organization, ack_id=str(expected.pk), at=NOW)
    assert MonitoringEvent.objects.get().use_case_version == 7


def test_two_mappings_of_a_use_case_are_told_once(organization: Organization, expected: Acknowledgement) -> None:
    [first] = Delivery.objects.all()
    for _ in range(2):
        make_delivery(
            organization=organization,
            integration_id=first.integration_id,
            use_case_id=first.use_case_id,
            mapping_id=uuid4(),
            core_event_id=expected.core_event_id,
            ack_id=expected.pk,
        )
    acknowledge(organization=organization, ack_id=str(expected.pk), at=NOW)
    [span] = MonitoringEvent.objects.all()
    assert (len(span.detail["mapping_ids"]), span.message) == (2, "")
