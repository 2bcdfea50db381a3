"""Differences that lead from one state to the next."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.entities.history import NOT_KEPT, difference, is_not_kept, replayed, shortened, undone
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


def test_a_list_whose_new_members_are_not_kept_cannot_be_told():
    changes = shortened(difference({"a": []}, {"a": ["y" * 70_000]}, "a"))
    assert replayed({"a": []}, changes) == {"a": NOT_KEPT}


def test_a_list_whose_old_members_are_not_kept_is_not_taken_for_its_new_ones():
    changes = shortened(difference({"a": ["y" * 70_000]}, {"a": ["b"]}, "a"))
    assert replayed({"a": ["y" * 70_000]}, changes) == {"a": NOT_KEPT}


def test_a_list_that_cannot_be_told_stays_so_while_members_come_and_go():
    assert replayed({"a": NOT_KEPT}, {"a": {"removed": [[0, 1]], "added": [[0, 2]]}}) == {"a": NOT_KEPT}


def test_a_list_that_cannot_be_told_is_known_again_when_it_is_written_as_a_whole():
    assert replayed({"a": NOT_KEPT}, {"a": {"old": {"$sha256": "0", "bytes": 1}, "new": "x"}}) == {"a": "x"}


@given(STATES, STATES)
def test_a_change_undone_gives_what_it_touched_back(before: dict[str, Any], after: dict[str, Any]):
    changes = difference(before, after, {*before, *after})
    touched = {name: value for name, value in before.items() if name in changes}
    assert deep_equal(undone(after, changes), touched)


@pytest.mark.parametrize(
    ("before", "after"), [("y" * 70_000, "x"), (["y" * 70_000], ["x"]), (["x"], ["y" * 70_000]), (["y" * 70_000], [])]
)
def test_what_was_not_kept_is_not_made_up_when_it_is_undone(before: Any, after: Any):
    changes = shortened(difference({"a": before}, {"a": after}, "a"))
    assert is_not_kept(undone({"a": after}, changes)["a"])


@pytest.mark.parametrize("value", [None, {}, {"bytes": 1}, {"$sha256": "0"}, {"$sha256": "0", "bytes": 1, "c": 2}, "x"])
def test_a_value_is_not_taken_for_a_hash(value: Any):
    assert not is_not_kept(value)
