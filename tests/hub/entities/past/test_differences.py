"""What changed from one moment to another, and changes without stand-ins."""

from __future__ import annotations

from hub.entities.history import content_hash
from hub.entities.operations import Mode
from hub.entities.past.differences import between, told_changes
from tests.hub.entities.past.diary import LONG, Diary, hour

KNOWN = {"sha256": content_hash(LONG)["$sha256"], "bytes": 70_002}


def test_what_changed_between_two_moments_is_told_once(diary: Diary):
    diary.write(a=1, b=[1, 2], c=1)
    diary.write(a=2, b=[2])
    diary.write(a=3, b=[2, 3], c=None)
    assert between(diary.entity, hour(0), hour(2)) == {
        "a": {"old": 1, "new": 3},
        "b": {"removed": [[0, 1]], "added": [[1, 3]], "unchanged": 1},
        "c": {"old": 1, "new": None},
    }


def test_what_came_and_went_in_between_is_no_difference(diary: Diary):
    for value in (1, 2, 1):
        diary.write(a=value)
    assert between(diary.entity, hour(0), hour(2)) == {}


def test_before_it_was_there_an_entity_had_no_attributes(diary: Diary):
    diary.write(customer_number="C-1")
    assert between(diary.entity, hour(-1), hour(0)) == {"customer_number": {"new": "C-1"}}


def test_backwards_old_and_new_change_places(diary: Diary):
    diary.write(a=1)
    diary.write(a=2)
    assert between(diary.entity, hour(1), hour(0)) == {"a": {"old": 2, "new": 1}}


def test_a_value_that_is_not_kept_is_said_to_be_so(diary: Diary):
    for value in ("x", LONG, "z"):
        diary.write(a=value)
    assert between(diary.entity, hour(0), hour(1)) == {"a": {"old": "x", "not_kept": {"new": KNOWN}}}


def test_two_values_that_are_not_kept_are_compared_by_hash(diary: Diary):
    for value in ("x", LONG, "x", LONG, LONG + "!", "z"):
        diary.write(a=value)
    entity = diary.entity
    assert between(entity, hour(1), hour(3)) == {}
    assert set(between(entity, hour(1), hour(4))["a"]) == {"not_kept"}  # type: ignore[arg-type]


def test_a_list_of_which_nothing_is_known_counts_as_changed(diary: Diary):
    for value in (["x"], ["x", LONG], ["z"]):
        diary.write(a=value)
    assert between(diary.entity, hour(0), hour(1)) == {"a": {"old": ["x"], "not_kept": {"new": {}}}}


def test_a_creation_has_everything_as_new(diary: Diary):
    change = diary.write(a=1)
    assert told_changes(change) == {"a": {"new": 1}, "customer_number": {"new": "C-1"}}


def test_a_long_value_is_told_by_hash_beside_the_short_one(diary: Diary):
    diary.write(a="x")
    assert told_changes(diary.write(a=LONG)) == {"a": {"old": "x", "not_kept": {"new": KNOWN}}}


def test_long_members_of_a_list_are_told_by_the_hash_of_their_pairs(diary: Diary):
    diary.write(a=["x"])
    told = told_changes(diary.write(a=[LONG]))["a"]
    known = content_hash([[0, LONG]])
    assert told == {
        "removed": [[0, "x"]],
        "not_kept": {"added": {"sha256": known["$sha256"], "bytes": known["bytes"]}},
    }


def test_the_recycle_bin_changes_no_attribute(diary: Diary):
    diary.write(a=1)
    assert told_changes(diary.write(mode=Mode.DELETE)) == {}
