"""Core events that ask for one record have it read at once."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import transaction

from hub.events import projecting
from hub.events.catalogue import built_in
from hub.events.publishing import NewEvent, publish
from hub.hops import marked
from hub.ids import new_id
from inbound.models import InboundEvent
from proxies.models import PullState
from proxies.pulling import running
from proxies.pulling.on_demand import heard_events
from tests.proxies.pulling.conftest import Works

pytestmark = pytest.mark.django_db

EVENT = "OnDemandSyncCustomerRequested"
ON_DEMAND = {"events": [EVENT], "payload": '{"number": external_id, "since": ""}'}


def ask_for(
    works: Works, number: str, *, entity_id: UUID | None = None, is_test: bool = False, chain: tuple[str, ...] = ()
) -> None:
    entity_id = entity_id or new_id()
    contact = {"_schema": "contact", "_org": str(works.organization.pk), "_id": str(entity_id), "_title": "Kern"}
    event = NewEvent(
        definition=built_in(EVENT),
        occurred_at=works.clock.at,
        source="automation",
        nodes={"contact": contact},
        fields={"external_id": number, "contact_id": str(entity_id)},
        entity_id=entity_id,
        is_test=is_test,
        chain=chain,
    )
    with transaction.atomic():
        publish(works.organization.pk, [event])


def work(works: Works) -> None:
    while projecting.work():
        pass
    works.clock.move(seconds=2)
    running.turn(lambda: False)


def test_the_record_is_read_and_the_cursor_stays(works: Works) -> None:
    works.source.add("C-1", "C-2")
    works.schedule(every_minutes=None, on_demand=ON_DEMAND)
    ask_for(works, "C-2")
    work(works)
    assert works.taken() == ["C-2"]
    [run] = works.runs
    assert (run.kind, run.state, run.message) == ("on_demand", PullState.SUCCEEDED, "")
    assert works.source.asked == [{"page": "1", "number": "C-2"}]


def test_a_record_that_is_being_read_is_not_read_twice(works: Works) -> None:
    works.schedule(every_minutes=None, on_demand=ON_DEMAND)
    contact = new_id()
    ask_for(works, "C-1", entity_id=contact)
    ask_for(works, "C-1", entity_id=contact)
    ask_for(works, "C-2")
    assert len(works.runs) == 2


def test_a_test_event_reads_nothing(works: Works) -> None:
    works.schedule(every_minutes=None, on_demand=ON_DEMAND)
    ask_for(works, "C-1", is_test=True)
    assert works.runs == []


def test_an_expression_that_finds_nothing_to_ask_for_asks_nothing(works: Works) -> None:
    works.schedule(every_minutes=None, on_demand=ON_DEMAND | {"payload": 'external_id = "C-9" ? {"number": "C-9"}'})
    ask_for(works, "C-1")
    work(works)
    assert [run.state for run in works.runs] == [PullState.SUCCEEDED]
    assert works.source.asked == []


def test_the_events_that_are_answered_are_heard(works: Works) -> None:
    works.schedule(every_minutes=None, on_demand=ON_DEMAND)
    assert heard_events(works.organization.pk, works.organization.config_version) == {EVENT}


def test_what_is_read_because_of_an_event_comes_after_it(works: Works) -> None:
    works.source.add("C-1", "C-2")
    works.schedule(every_minutes=None, on_demand=ON_DEMAND)
    ask_for(works, "C-1")
    ask_for(works, "C-2", chain=marked(4))
    work(works)
    assert [event.hop for event in InboundEvent.objects.of(works.organization).order_by("sequence")] == [1, 5]
    assert [one.headers["x-hub-hop"] for one in works.source.receiver.requests] == ["1", "5"]


def test_a_schedule_begins_by_itself(works: Works) -> None:
    works.source.add("C-1")
    works.schedule()
    works.work()
    assert [event.hop for event in InboundEvent.objects.of(works.organization)] == [None]
