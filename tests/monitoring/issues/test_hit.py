"""Whom failed deliveries hit: the entities that their core events are about."""

from __future__ import annotations

from uuid import UUID

import pytest

from hub.entities.models import Entity
from monitoring.issues.folding import fold
from monitoring.models.issues import Issue, IssueSubject
from monitoring.record import record
from tests.builders import NOW
from tests.hub.events.builders import make_core_event
from tests.monitoring.issues.conftest import span_of

pytestmark = pytest.mark.django_db

ANNA = UUID(int=1)


@pytest.fixture
def event_about(organization):
    """``event_about(entity_id)``: the id of a core event about a contact, which is there unless is_kept is false."""

    def make(entity_id: UUID | None, *, is_kept: bool = True) -> UUID:
        if is_kept and entity_id and not Entity.objects.filter(pk=entity_id).exists():
            row = {"schema": "contact", "created_at": NOW, "updated_at": NOW}
            Entity.objects.create(id=entity_id, organization=organization, **row)
        return make_core_event(organization=organization, entity_id=entity_id).row.pk

    return make


@pytest.fixture
def undelivered(use_case):
    """``undelivered(event_id, …)``: failed deliveries of core events, one transaction each, folded; their issue."""

    def fail(*event_ids: UUID) -> Issue:
        for event_id in event_ids:
            record([span_of(use_case, sync_type="outbound", event_id=event_id, detail={"webhook_id": "wh_1"})])
        fold()
        return Issue.objects.get()

    return fail


def test_a_failed_delivery_hits_the_entity_that_its_event_is_about(event_about, undelivered):
    assert undelivered(event_about(ANNA)).subjects == 1
    assert IssueSubject.objects.get().subject == f"contact/{ANNA}"


def test_deliveries_about_one_entity_hit_it_once(event_about, undelivered):
    undelivered(event_about(ANNA), event_about(ANNA))
    assert undelivered(event_about(ANNA), event_about(UUID(int=2))).subjects == 2


@pytest.mark.parametrize(("entity_id", "is_kept"), [(None, False), (ANNA, False)])
def test_an_event_about_nobody_and_an_entity_that_is_gone_are_not_counted(event_about, undelivered, entity_id, is_kept):
    issue = undelivered(event_about(entity_id, is_kept=is_kept))
    assert (issue.number, issue.subjects) == (1, 0)


def test_an_event_that_is_no_longer_kept_is_passed_over(undelivered):
    assert undelivered(UUID(int=7)).number == 1


def test_however_many_deliveries_failed_a_fold_costs_the_same(event_about, use_case, count_queries):
    def cost(*event_ids):
        record(
            [
                span_of(use_case, sync_type="outbound", code=code, event_id=event_id)
                for event_id in event_ids
                for code in ("TIMEOUT", "EXTERNAL_API_ERROR")
            ]
        )
        with count_queries() as counted:
            fold()
        return len(counted)

    cost(event_about(ANNA))
    few = cost(event_about(UUID(int=2)))
    assert cost(*(event_about(UUID(int=number)) for number in range(3, 40))) == few
