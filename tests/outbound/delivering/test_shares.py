"""How many deliveries each receiver gets in one round."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as some

from outbound.delivering.shares import Slots, shares


def slots(most: int = 10, in_flight: int = 0, organization_id: int = 1) -> Slots:
    return Slots(most, in_flight, organization_id)


def test_one_receiver_alone_gets_all_its_free_slots() -> None:
    assert shares({"a": slots(10, 3)}, capacity=400, room={}) == {"a": 7}


def test_a_receiver_whose_slots_are_taken_gets_nothing() -> None:
    assert shares({"a": slots(10, 10), "b": slots()}, capacity=400, room={}) == {"b": 10}


def test_what_is_scarce_is_shared_equally() -> None:
    assert shares({"a": slots(), "b": slots()}, capacity=6, room={}) == {"a": 3, "b": 3}


def test_where_there_is_not_enough_those_with_little_in_flight_come_first() -> None:
    assert shares({"a": slots(10, 9), "b": slots(10, 0)}, capacity=400, room={1: 1}) == {"b": 1}


def test_what_one_cannot_use_goes_to_the_others() -> None:
    assert shares({"a": slots(1), "b": slots(100)}, capacity=20, room={}) == {"a": 1, "b": 19}


def test_the_receivers_of_an_organization_share_its_room() -> None:
    given_out = shares({"a": slots(), "b": slots(), "c": slots(organization_id=2)}, capacity=400, room={1: 12, 2: 100})
    assert sum(given_out[one] for one in "ab") == 12
    assert given_out["c"] == 10


@settings(deadline=None)
@given(
    some.dictionaries(
        some.text(min_size=1, max_size=3),
        some.builds(Slots, some.integers(0, 20), some.integers(0, 20), some.integers(1, 3)),
        max_size=20,
    ),
    some.integers(0, 60),
)
def test_never_more_than_fits(waiting: dict[str, Slots], capacity: int) -> None:
    room = {1: 15, 2: 30}
    given_out = shares(waiting, capacity=capacity, room=room)
    assert sum(given_out.values()) <= capacity
    for name, number in given_out.items():
        assert 0 < number <= waiting[name].most - waiting[name].in_flight
    for organization_id, most in room.items():
        assert sum(n for name, n in given_out.items() if waiting[name].organization_id == organization_id) <= most


@settings(deadline=None)
@given(some.integers(1, 40))
def test_with_enough_capacity_everybody_gets_something(number: int) -> None:
    waiting = {str(one): slots(100) for one in range(number)}
    assert len(shares(waiting, capacity=40, room={})) == number
