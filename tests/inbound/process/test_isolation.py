"""What the database refuses ends alone; what it cannot do now is done again as a whole (engine rule 1.8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import DataError, IntegrityError, OperationalError

from hub.entities.models import Entity
from inbound.models import InboundOutcome, Lane, QueuedEvent, SequenceCounter
from inbound.process import transaction, work
from inbound.process.fence import Marks, enter, leave
from inbound.process.lease import begin_slice, claim
from inbound.process.slices import Queued
from inbound.process.transaction import SliceTransaction
from tests.conftest import FixedClock
from tests.inbound.conftest import Erp, customer

pytestmark = pytest.mark.django_db

Refuse = Callable[[list[Queued]], None]


@pytest.fixture
def before_writing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Refuse], None]:
    """Has something look at the events of every slice when they are about to be written."""

    def plan(look: Refuse) -> None:
        write = SliceTransaction._write

        def looked_at(self: SliceTransaction, events: Iterable[Queued]) -> object:
            chosen = [event for event in events if event.event_id not in self.pending.outcomes]
            look(chosen)
            return write(self, chosen)

        monkeypatch.setattr(SliceTransaction, "_write", looked_at)

    return plan


def named(event: Queued, name: str) -> bool:
    return f'"{name}"'.encode() in event.body


@pytest.mark.parametrize("kind", [DataError, IntegrityError])
@pytest.mark.parametrize("place", [0, 3, 6])
def test_an_event_that_the_database_refuses_ends_alone_and_the_others_are_applied_in_order_in_one_slice(
    erp: Erp,
    before_writing: Callable[[Refuse], None],
    monkeypatch: pytest.MonkeyPatch,
    place: int,
    kind: type[Exception],
) -> None:
    def refuse(events: list[Queued]) -> None:
        if any(named(event, f"Name {place}") for event in events):
            raise kind("value out of range\nmore of it")

    before_writing(refuse)
    erp.send(*(erp.event(customer("1", f"Name {number}")) for number in range(7)))
    monkeypatch.setattr(import_module("inbound.process.work"), "TURN", timedelta(0))
    assert work() == 7
    codes = list(InboundOutcome.objects.order_by("event_id").values_list("code", flat=True))
    assert codes == ["UNKNOWN_ERROR" if number == place else "" for number in range(7)]
    assert erp.entity("1").attributes["last_name"] == ("Name 5" if place == 6 else "Name 6")
    assert (
        InboundOutcome.objects.get(code="UNKNOWN_ERROR").message == "The database refused the data: value out of range"
    )


@pytest.mark.django_db(transaction=True)
def test_what_a_deadlock_undid_is_done_again_and_counts_as_no_attempt(
    erp: Erp, before_writing: Callable[[Refuse], None]
) -> None:
    seen: list[int] = []

    def collide(events: list[Queued]) -> None:
        seen.append(len(events))
        if len(seen) == 1:
            error = OperationalError("deadlock detected")
            error.__cause__ = type("Deadlock", (Exception,), {"sqlstate": "40P01"})()
            raise error

    before_writing(collide)
    # Whatever test came before and committed has emptied all tables, also this one of a migration.
    SequenceCounter.objects.get_or_create(name="event")
    erp.send(erp.event(customer("1")), erp.event(customer("2")))
    assert work() == 2
    assert seen == [2, 2]
    assert set(InboundOutcome.objects.values_list("status", "attempts")) == {("success", 1)}


def test_a_slice_that_was_committed_leaves_no_marks(erp: Erp, clock: FixedClock) -> None:
    erp.send(erp.event(customer("1")))
    lease = claim(holder="one", at=clock.now())
    assert lease is not None
    begin_slice(lease, first=1, last=1)
    enter(lease)
    leave(lease, Marks(cursor=1, tries=0, suspect_until=None, upcoming=lambda: ()))
    assert Lane.objects.values_list("slice_first", "slice_last").get() == (None, None)


def test_a_failure_at_the_end_of_a_slice_takes_all_of_it_back(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise KeyError("counters")

    monkeypatch.setattr(transaction, "write_outcomes", fail)
    erp.send(erp.event(customer("1")))
    with pytest.raises(KeyError):
        work()
    assert (QueuedEvent.objects.count(), Entity.objects.count()) == (1, 0)
