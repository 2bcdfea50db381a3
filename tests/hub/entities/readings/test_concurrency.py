"""Writers of one meter at the same moment, each on a connection of its own: the meter's row keeps them apart."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from hub import database
from hub.entities.readings.writing import Matching, ReadingOutcome, delete_readings, prunes_of
from hub.ids import new_id
from tests.builders import NOW
from tests.hub.entities.conftest import Store, in_threads
from tests.hub.entities.readings.conftest import Readings

WRITERS = 20


@pytest.fixture
def shared(file_store: Store) -> Readings:
    """Readings that several threads can use at once."""
    return Readings(file_store.organization)


def test_writers_of_one_new_external_id_make_one_reading(shared: Readings):
    works = [lambda n=n: shared.one(shared.wish("R-1", value=n, event_id=new_id())) for n in range(WRITERS)]
    outcomes = Counter(result.outcome for result in in_threads(*works))
    assert outcomes == {ReadingOutcome.CREATED: 1, ReadingOutcome.UPDATED: WRITERS - 1}
    assert shared.ids() == ["R-1"]


def test_writers_of_one_day_make_one_reading(shared: Readings):
    def wish(number: int) -> ReadingOutcome:
        timestamp = f"2026-01-01T{number:02}:00:00Z"
        one = shared.wish(f"R-{number}", timestamp=timestamp, matching=Matching.STRICT_DATE, event_id=new_id())
        return shared.one(one).outcome

    outcomes = Counter(in_threads(*[lambda n=n: wish(n) for n in range(WRITERS)]))
    assert outcomes == {ReadingOutcome.CREATED: 1, ReadingOutcome.UPDATED: WRITERS - 1}
    assert len(shared.stored()) == 1


def test_of_two_creates_one_is_refused(shared: Readings):
    works = [lambda: shared.one(shared.wish("R-1", must_create=True, event_id=new_id())).code for _ in range(WRITERS)]
    assert Counter(in_threads(*works)) == {"METER_READING_UPSERTED": 1, "ENTITY_ALREADY_EXISTS": WRITERS - 1}


def test_full_lists_written_at_the_same_moment_leave_one_of_them(shared: Readings):
    def sync(name: str) -> None:
        event_id = new_id()
        group = [shared.wish(f"{name}-{number}", event_id=event_id) for number in range(5)]
        shared.write(*group, prunes=prunes_of(group))

    in_threads(*[lambda name=name: sync(name) for name in "ABCDEFGH"])
    assert len({external_id[0] for external_id in shared.ids()}) == 1
    assert len(shared.ids()) == 5


def test_meters_written_in_opposite_order_never_end_in_an_error(shared: Readings):
    meters = [shared.made("meter", f"M-{number}-x") for number in range(12)]

    def writer(order: list[UUID], name: str) -> None:
        for value in range(5):
            shared.write(*[shared.wish(name, meter_id=meter_id, value=value, event_id=new_id()) for meter_id in order])

    in_threads(*[lambda n=n: writer(meters[:: 1 if n % 2 else -1], f"R-{n}") for n in range(6)])
    assert len(shared.stored()) == 12 * 6
    assert {row.value for row in shared.stored()} == {4}


def test_an_approval_never_deletes_what_is_written_meanwhile(shared: Readings):
    shared.write(*[shared.wish(f"R-{number}") for number in range(30)])
    ids = [row.pk for row in shared.stored()]
    held_at = NOW + timedelta(hours=1)

    def approve() -> int:
        def once() -> int:
            with transaction.atomic():
                organization_id = shared.organization.pk
                answer = delete_readings(organization_id=organization_id, ids=ids, unchanged_since=held_at)
                return len(answer.deleted)

        return database.retrying(once)

    def touch() -> int:
        at = held_at + timedelta(seconds=1)
        wishes = [shared.wish(f"R-{number}", value=2, event_id=new_id()) for number in range(0, 30, 2)]
        return len(shared.write(*wishes, at=at).readings)

    in_threads(approve, touch)
    assert sum(row.value == 2 for row in shared.stored()) == 15
