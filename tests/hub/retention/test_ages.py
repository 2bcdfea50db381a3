"""For how long an organization keeps what: it chooses, within bounds, and every choice is audited."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.accounts.audit import SYSTEM
from hub.accounts.models import AuditEntry, Organization
from hub.errors import Invalid
from hub.ids import first_id_at
from hub.retention import running
from hub.retention.ages import ages_of, choose_ages
from hub.retention.kinds import kinds
from monitoring.models import AccessLog
from tests.builders import NOW
from tests.cast import Stage

pytestmark = pytest.mark.django_db


def choose(organization: Organization, **days: int) -> bool:
    return choose_ages(organization=organization, days=days, actor=SYSTEM, at=NOW)


def request_of(organization: Organization | None, days: int) -> None:
    at = NOW - timedelta(days=days)
    AccessLog.objects.create(
        id=first_id_at(at),
        organization_id=organization.pk if organization else None,
        at=at,
        request_id="r",
        method="GET",
        path="/",
        status=200,
        latency_ms=1,
    )


def kept() -> list[tuple[int | None, int]]:
    """Organization and age in days of the requests that are left, oldest first."""
    return [(row.organization_id, (NOW - row.at).days) for row in AccessLog.objects.order_by("pk")]


def test_without_a_choice_the_defaults_count(organization: Organization) -> None:
    assert ages_of(organization) == {kind.key: kind.default_days for kind in kinds()}


def test_each_organization_keeps_its_rows_for_its_own_days(stage: Stage) -> None:
    choose(stage.home, access_logs=5)
    for owner, days in ((stage.home, 4), (stage.home, 6), (stage.next_door, 7), (stage.next_door, 31), (None, 32)):
        request_of(owner, days)
    running.apply()
    assert kept() == [(stage.next_door.pk, 7), (stage.home.pk, 4)]


def test_a_longer_age_keeps_what_would_have_gone(stage: Stage) -> None:
    choose(stage.home, access_logs=60)
    for owner in (stage.home, stage.next_door):
        request_of(owner, 40 if owner is stage.home else 41)
    running.apply()
    assert kept() == [(stage.home.pk, 40)]


def test_a_shorter_age_counts_for_what_an_earlier_run_has_passed(stage: Stage) -> None:
    choose(stage.next_door, access_logs=5)
    request_of(stage.home, 10)
    running.apply()
    choose(stage.home, access_logs=5)
    running.apply()
    assert kept() == []


def test_a_choice_is_in_the_audit_trail_with_what_was_before(organization: Organization) -> None:
    assert choose(organization, spans=40)
    entry = AuditEntry.objects.get(action="retention.change")
    assert entry.changes == {"spans": [90, 40]}


def test_the_same_choice_again_changes_nothing(organization: Organization) -> None:
    choose(organization, spans=40)
    assert not choose(organization, spans=40)
    assert AuditEntry.objects.filter(action="retention.change").count() == 1


@pytest.mark.parametrize("days", [0, 401, -1])
def test_an_age_out_of_bounds_is_refused(organization: Organization, days: int) -> None:
    with pytest.raises(Invalid, match="between 1 and 400 days") as refusal:
        choose(organization, access_logs=days)
    assert [detail.path for detail in refusal.value.details] == ["access_logs"]
    assert ages_of(organization)["access_logs"] == 30


def test_a_payload_cannot_outlive_its_event(organization: Organization) -> None:
    with pytest.raises(Invalid, match="at most 20 days"):
        choose(organization, inbound_events=20, inbound_payloads=10, inbound_payloads_failed=21)
