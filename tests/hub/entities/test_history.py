"""Differences that lead from one state to the next."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.entities.history import difference, replayed, shortened
from hub.entities.values import deep_equal

MEMBERS = st.one_of(st.integers(0, 3), st.booleans(), st.none(), st.fixed_dictionaries({"a": st.integers(0, 2)}))
VALUES = st.one_of(MEMBERS, st.lists(MEMBERS, max_size=6), st.dictionaries(st.sampled_from("xy"), MEMBERS))
STATES = st.dictionaries(st.sampled_from("abcd"), VALUES)


@given(STATES, STATES)
def test_a_difference_replayed_on_the_old_state_gives_the_new_one(before: dict[str, Any], after: dict[str, Any]):
    changes = difference(before, after, {*before, *after})
    assert deep_equal(replayed(before, changes), after)


@given(STATES)
def test_a_state_does_not_differ_from_itself(state: dict[str, Any]):
    assert difference(state, dict(state), state) == {}


def test_only_the_named_attributes_are_compared():
    assert difference({"a": 1, "b": 1}, {"a": 2, "b": 2}, ["b"]) == {"b": {"old": 1, "new": 2}}


def test_a_long_list_that_changed_in_the_middle_keeps_its_ends():
    old = list(range(1000))
    new = [*range(500), "new", *range(501, 1000)]
    assert difference({"a": old}, {"a": new}, "a") == {"a": {"removed": [[500, 500]], "added": [[500, "new"]]}}


def test_two_long_lists_without_anything_in_common_are_compared_quickly():
    old, new = list(range(5000)), [str(number) for number in range(5000)]
    assert replayed({"a": old}, difference({"a": old}, {"a": new}, "a")) == {"a": new}


def test_a_hashed_value_stays_a_hash_when_it_is_replayed():
    changes = shortened(difference({"a": "x"}, {"a": "y" * 70_000}, "a"))
    assert set(replayed({"a": "x"}, changes)["a"]) == {"$sha256", "bytes"}  # type: ignore[arg-type]


def test_a_hashed_list_is_replayed_to_its_hash():
    changes = shortened(difference({"a": []}, {"a": ["y" * 70_000]}, "a"))
    assert set(replayed({"a": []}, changes)["a"]) == {"$sha256", "bytes"}  # type: ignore[arg-type]
