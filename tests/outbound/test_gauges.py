"""How long an integration has owed an acknowledgement, which alerts about silence look at."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from hub.accounts.models import Organization
from integrations.models import Integration
from outbound.acknowledging import acknowledge, expire
from outbound.gauges import unacknowledged
from tests.builders import NOW, make_integration
from tests.outbound.builders import make_acknowledgement

MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def integration(organization: Organization) -> Integration:
    return make_integration(organization=organization)


def delivered(integration: Integration, at: datetime) -> str:
    """An event of that moment, which the ERP has fifteen minutes for; its ack_id."""
    row = make_acknowledgement(
        organization=integration.organization,
        integration_id=integration.pk,
        created_at=at,
        delivered_at=at,
        due_at=at + 15 * MINUTE,
    )
    return str(row.pk)


def owed(organization: Organization, at: datetime) -> dict[str, float]:
    """Name of the integration → minutes."""
    return {one.label: one.value for one in unacknowledged(organization=organization, at=at)}


def test_a_missed_deadline_counts_on(organization: Organization, integration: Integration) -> None:
    delivered(integration, NOW)
    assert owed(organization, NOW + 10 * MINUTE) == {integration.name: 10}
    expire(NOW + 16 * MINUTE, 10)
    assert owed(organization, NOW + 60 * MINUTE) == {integration.name: 60}


@pytest.mark.parametrize("has_failed", [False, True])
def test_an_answer_ends_the_silence(organization: Organization, integration: Integration, has_failed: bool) -> None:
    delivered(integration, NOW)
    expire(NOW + 16 * MINUTE, 10)
    answered = delivered(integration, NOW + 20 * MINUTE)
    acknowledge(organization=organization, ack_id=answered, at=NOW + 25 * MINUTE, has_failed=has_failed)
    assert owed(organization, NOW + 60 * MINUTE) == {}


def test_what_is_delivered_after_the_last_answer_counts(organization: Organization, integration: Integration) -> None:
    acknowledge(organization=organization, ack_id=delivered(integration, NOW), at=NOW + MINUTE)
    delivered(integration, NOW + 2 * MINUTE)
    delivered(integration, NOW + 5 * MINUTE)
    assert owed(organization, NOW + 12 * MINUTE) == {integration.name: 10}
    expire(NOW + 30 * MINUTE, 10)
    assert owed(organization, NOW + 32 * MINUTE) == {integration.name: 30}


def test_one_that_answers_says_nothing_of_another(organization: Organization, integration: Integration) -> None:
    other = make_integration(organization=organization)
    delivered(integration, NOW)
    acknowledge(organization=organization, ack_id=delivered(other, NOW), at=NOW + MINUTE)
    expire(NOW + 16 * MINUTE, 10)
    assert owed(organization, NOW + 20 * MINUTE) == {integration.name: 20}


def test_where_nothing_is_owed_nothing_is_said(organization: Organization, integration: Integration) -> None:
    acknowledge(organization=organization, ack_id=delivered(integration, NOW), at=NOW + MINUTE)
    assert owed(organization, NOW + 60 * MINUTE) == {}
