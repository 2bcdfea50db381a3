"""Stale events: those whose attributes newer events of their lane have brought since (engine rule 1.11)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub import database
from hub.accounts.models import Organization
from hub.ids import find_id, to_text
from inbound.events import EVENT_PREFIX
from inbound.models import InboundEvent
from inbound.receive.arrivals import Sender
from inbound.replay import replay_events
from inbound.staleness import Overtaken, staleness_of
from monitoring.codes import Level
from monitoring.models import MonitoringEvent
from monitoring.record import Span, record
from tests.builders import NOW, make_organization
from tests.inbound.conftest import Erp, customer, drain

pytestmark = pytest.mark.django_db

ENTITY, OTHER_ENTITY = UUID(int=7), UUID(int=8)
FIRST, SECOND, THIRD = UUID(int=1), UUID(int=2), UUID(int=3)


class Lane:
    """Spans of one lane, written as slices write them; an event's order is its number."""

    def __init__(self, organization: Organization, lane_id: int = 1) -> None:
        self.organization = organization
        self.lane_id = lane_id

    def span(self, event_id: UUID, *names: str, **fields: object) -> None:
        """An operation that brought these attributes."""
        record([self.made(event_id, names, **fields)])

    def made(self, event_id: UUID, names: tuple[str, ...], **fields: object) -> Span:
        """A span that is not recorded yet."""
        told: dict[str, object] = {
            "level": Level.SUCCESS,
            "code": "ENTITY_UPDATED",
            "event_order": event_id.int,
            "entity_id": ENTITY,
            "attributes": names,
        }
        return Span(
            organization_id=self.organization.pk,
            integration_id=UUID(int=9),
            sync_type="entity",
            received_at=NOW,
            completed_at=NOW,
            event_id=event_id,
            lane_id=self.lane_id,
            **told | fields,
        )

    def deletion(self, event_id: UUID) -> None:
        """What a deletion leaves."""
        self.span(event_id, code="ENTITY_DELETED", attributes=None)

    def stale(self, *event_ids: UUID) -> dict[UUID, Overtaken]:
        return dict(staleness_of(organization_id=self.organization.pk, event_ids=event_ids or (FIRST,)).overtaken)


@pytest.fixture
def lane(organization: Organization) -> Lane:
    return Lane(organization)


def test_an_event_is_stale_once_a_newer_one_has_brought_an_attribute_of_it(lane: Lane) -> None:
    lane.span(FIRST, "name", "city", "zip")
    lane.span(SECOND, "city", "zip", "phone")
    assert lane.stale(FIRST, SECOND) == {FIRST: Overtaken(SECOND, 2)}


def test_an_event_is_not_stale_when_newer_ones_bring_other_attributes(lane: Lane) -> None:
    lane.span(FIRST, "name")
    lane.span(SECOND, "city")
    assert lane.stale() == {}


def test_an_event_is_not_stale_when_newer_ones_are_about_other_entities(lane: Lane) -> None:
    lane.span(FIRST, "name")
    lane.span(SECOND, "name", entity_id=OTHER_ENTITY)
    assert lane.stale() == {}


def test_one_stale_part_makes_the_event_stale(lane: Lane) -> None:
    lane.span(FIRST, "name")
    lane.span(FIRST, "name", "city", entity_id=OTHER_ENTITY)
    lane.span(SECOND, "city", entity_id=OTHER_ENTITY)
    assert lane.stale() == {FIRST: Overtaken(SECOND, 1)}


def test_the_newest_of_several_newer_events_is_named(lane: Lane) -> None:
    lane.span(FIRST, "name", "city")
    lane.span(THIRD, "name")
    lane.span(SECOND, "name", "city")
    assert lane.stale() == {FIRST: Overtaken(THIRD, 1)}


def test_a_newer_event_that_changed_nothing_counts(lane: Lane) -> None:
    lane.span(FIRST, "name")
    lane.span(SECOND, "name", code="ENTITY_NO_OP")
    assert lane.stale() == {FIRST: Overtaken(SECOND, 1)}


def test_a_newer_event_that_failed_does_not_count(lane: Lane) -> None:
    lane.span(FIRST, "name")
    lane.span(SECOND, "name", level=Level.ERROR, code="ENTITY_ALREADY_EXISTS")
    assert lane.stale() == {}


def test_an_event_that_failed_at_an_entity_is_stale_like_any_other(lane: Lane) -> None:
    lane.span(FIRST, "name", level=Level.ERROR, code="ENTITY_ALREADY_EXISTS")
    lane.span(SECOND, "name")
    assert lane.stale() == {FIRST: Overtaken(SECOND, 1)}


def test_other_lanes_do_not_count(lane: Lane) -> None:
    lane.span(FIRST, "name")
    Lane(lane.organization, lane_id=2).span(SECOND, "name")
    assert lane.stale() == {}


def test_other_organizations_do_not_count(lane: Lane) -> None:
    lane.span(FIRST, "name")
    Lane(make_organization()).span(SECOND, "name")
    assert lane.stale() == {}


def test_events_of_other_organizations_are_unknown(lane: Lane) -> None:
    lane.span(FIRST, "name")
    lane.span(SECOND, "name")
    told = staleness_of(organization_id=make_organization().pk, event_ids=[FIRST])
    assert (told.overtaken, told.unknown) == ({}, {FIRST})


def test_spans_of_the_event_itself_do_not_count(lane: Lane) -> None:
    lane.span(FIRST, "name")
    lane.span(FIRST, "name")
    assert lane.stale() == {}


def test_a_replay_does_not_make_its_original_stale(lane: Lane) -> None:
    lane.span(FIRST, "name")
    lane.span(SECOND, "name", event_order=FIRST.int)
    assert lane.stale(FIRST, SECOND) == {}


def test_a_replay_makes_what_is_older_than_its_original_stale(lane: Lane) -> None:
    lane.span(FIRST, "name")
    lane.span(THIRD, "name", event_order=SECOND.int)
    assert lane.stale() == {FIRST: Overtaken(THIRD, 1)}


def test_a_change_before_a_deletion_is_stale_in_every_attribute(lane: Lane) -> None:
    lane.span(FIRST, "name", "city")
    lane.deletion(SECOND)
    assert lane.stale() == {FIRST: Overtaken(SECOND, 2)}


def test_a_deletion_before_a_deletion_is_stale(lane: Lane) -> None:
    lane.deletion(FIRST)
    lane.deletion(SECOND)
    assert lane.stale() == {FIRST: Overtaken(SECOND, 0)}


def test_a_deletion_is_stale_once_a_newer_event_brings_anything(lane: Lane) -> None:
    lane.deletion(FIRST)
    lane.span(SECOND, "name")
    assert lane.stale() == {FIRST: Overtaken(SECOND, 0)}


def test_an_event_that_brought_no_attribute_is_not_taken_for_a_deletion(lane: Lane) -> None:
    lane.span(FIRST)
    lane.span(SECOND)
    assert lane.stale() == {}


def test_events_without_an_entity_are_unknown(lane: Lane) -> None:
    lane.span(FIRST, level=Level.ERROR, code="MAPPING_EXPRESSION_FAILED", entity_id=None)
    told = staleness_of(organization_id=lane.organization.pk, event_ids=[FIRST, SECOND])
    assert (told.overtaken, told.unknown) == ({}, {FIRST, SECOND})


def test_the_number_of_queries_does_not_grow_with_the_events(
    lane: Lane, count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]]
) -> None:
    events = [UUID(int=number) for number in range(1, 41)]
    for event_id in events:
        lane.span(event_id, "name")
    with count_queries() as for_two:
        lane.stale(*events[:2])
    with count_queries() as for_all:
        assert len(lane.stale(*events)) == 39
    assert len(for_all) == len(for_two)


@pytest.mark.services
def test_the_newest_span_is_found_without_reading_every_later_one(lane: Lane) -> None:
    numbers = range(1, 2001)
    record([lane.made(UUID(int=number), ("name",), entity_id=UUID(int=number % 400)) for number in numbers])
    plans: list[str] = []

    def explain(execute: Callable[..., object], sql: str, parameters: object, *more: object) -> object:
        if sql.startswith("SELECT") and "newest_id" in sql:
            plans.extend(line for (line,) in database.rows(f"EXPLAIN {sql}", parameters))
        return execute(sql, parameters, *more)

    database.execute("ANALYZE monitoring_monitoringevent")
    with connection.execute_wrapper(explain):
        assert lane.stale()
    assert any("Index Scan Backward using spans_of_an_entity" in line for line in plans)


# The same with what processing writes.


def key(event_id: str) -> UUID:
    found = find_id(EVENT_PREFIX, event_id)
    assert found
    return found


def replay(erp: Erp, event_id: str) -> str:
    """The public id of the replay, which the worker has applied."""
    sender = Sender(erp.organization.pk, erp.organization.config_version)
    [result] = replay_events(sender=sender, integration_id=erp.integration.pk, event_ids=[event_id], at=NOW)
    drain()
    return result.replay_event_id


def stale_ids(erp: Erp, *event_ids: str) -> dict[str, str]:
    """Stale event → newest one that overtook it, by public ids."""
    told = staleness_of(organization_id=erp.organization.pk, event_ids=[key(one) for one in event_ids])
    return {to_text(EVENT_PREFIX, one): to_text(EVENT_PREFIX, by.newer_event_id) for one, by in told.overtaken.items()}


def test_a_replay_of_a_replay_has_the_order_of_the_first_and_so_have_its_spans(erp: Erp) -> None:
    first = erp.sync(customer("1")).event_id
    last = replay(erp, replay(erp, first))
    order = InboundEvent.objects.get(pk=key(first)).order
    assert InboundEvent.objects.get(pk=key(last)).order == order
    assert MonitoringEvent.objects.get(event_id=key(last)).event_order == order


def test_an_event_after_the_original_is_not_made_stale_by_its_replay(erp: Erp) -> None:
    first, second = (erp.sync(customer("1", name)).event_id for name in ("Old", "New"))
    again = replay(erp, first)
    assert stale_ids(erp, first, second, again) == {first: second, again: second}


def test_a_deletion_names_the_entity_as_a_whole(erp: Erp) -> None:
    changed = erp.sync(customer("1")).event_id
    deleted = erp.sync(customer("1"), event_type="DELETE").event_id
    assert MonitoringEvent.objects.get(event_id=key(deleted)).attributes is None
    assert stale_ids(erp, changed, deleted) == {changed: deleted}
