"""One change undone by a new one."""

from __future__ import annotations

from typing import Any

import pytest

from hub.entities.models import Entity, EntityChange
from hub.entities.operations import Mode, Source
from hub.entities.past import reverting
from hub.entities.past.reverting import LaterChanges, ValueNotKept, get_change, undo
from hub.errors import Conflict, NotFound
from hub.ids import new_id
from tests.builders import NOW
from tests.hub.entities.conftest import Store, operation
from tests.hub.entities.past.diary import BY_NUMBER, LONG, Diary

WHO = Source("token", "api_1")


def undone(diary: Diary, change: EntityChange, entity: Entity | None = None) -> EntityChange:
    return undo(entity=entity or diary.entity, change=change, source=WHO, at=NOW)


def refused(diary: Diary, change: EntityChange) -> list[tuple[str, str]]:
    before = diary.entity.version
    with pytest.raises(LaterChanges) as refusal:
        undone(diary, change)
    assert diary.entity.version == before
    return [(detail.path, detail.message.split(" of ")[0]) for detail in refusal.value.details]


def test_an_update_is_undone_by_one_more_change(diary: Diary):
    diary.write(a=1, b=1)
    change = undone(diary, diary.write(a=2))
    assert (change.version, change.operation, change.changes) == (3, "updated", {"a": {"old": 2, "new": 1}})
    assert (change.actor_type, change.actor_id, change.event_id) == ("token", "api_1", None)


def test_the_history_says_which_version_was_undone(diary: Diary):
    diary.write(a=1)
    undone(diary, diary.write(a=2))
    assert [change.undoes_version for change in diary.changes] == [None, None, 2]


def test_every_step_of_an_undoing_says_what_it_undoes(diary: Diary):
    diary.write(a=1)
    diary.write(mode=Mode.DELETE)
    undone(diary, diary.write(a=2))
    assert [change.undoes_version for change in diary.changes] == [None, None, None, 3, 3]


def test_other_attributes_keep_their_later_values(diary: Diary):
    diary.write(a=1, b=1)
    change = diary.write(a=2)
    diary.write(b=2)
    undone(diary, change)
    assert diary.entity.attributes == BY_NUMBER | {"a": 1, "b": 2}


def test_an_attribute_that_the_change_gave_is_taken_away(diary: Diary):
    diary.write(a=1)
    undone(diary, diary.write(a=2, b=2))
    assert diary.entity.attributes == BY_NUMBER | {"a": 1}


def test_an_attribute_that_the_change_took_away_comes_back(diary: Diary):
    diary.write(a=1)
    undone(diary, diary.write(mode=Mode.REPLACE, **BY_NUMBER))
    assert diary.entity.attributes == BY_NUMBER | {"a": 1}


@pytest.mark.parametrize("before", [None, "", 0, False, {"b": 1}, {"$relation": [{"entity_id": "x", "_schema": "y"}]}])
def test_an_old_value_of_any_kind_comes_back(diary: Diary, before: Any):
    diary.write(a=before)
    undone(diary, diary.write(a=2))
    assert diary.entity.attributes["a"] == before


def test_a_list_gets_back_what_went_and_loses_what_came(diary: Diary):
    diary.write(a=["w", "x", "y"])
    undone(diary, diary.write(a=["x", "z", "y"]))
    assert diary.entity.attributes["a"] == ["w", "x", "y"]


def test_members_that_stayed_in_a_list_keep_their_ids(diary: Diary):
    diary.write(a=[{"n": 1}, {"n": 2}])
    before = diary.entity.attributes["a"]
    undone(diary, diary.write(a=[{"n": 1}]))
    after = diary.entity.attributes["a"]
    assert (after[0], after[1]["n"]) == (before[0], 2)


def test_a_creation_is_undone_into_the_recycle_bin(diary: Diary):
    change = undone(diary, diary.write(a=1))
    assert (change.operation, diary.entity.deleted_at is not None) == ("deleted", True)


def test_a_deletion_is_undone_out_of_the_recycle_bin(diary: Diary):
    diary.write(a=1)
    change = undone(diary, diary.write(mode=Mode.DELETE))
    assert (change.operation, diary.entity.deleted_at, diary.entity.attributes["a"]) == ("restored", None, 1)


def test_a_deletion_that_also_wrote_is_undone_whole(diary: Diary):
    diary.write(a=1)
    event = {"identifiers": BY_NUMBER, "event_id": new_id()}
    removed = operation(attributes={}, mode=Mode.DELETE, **event)
    undone(diary, diary.apply(operation(attributes={"a": 2}, **event), removed))
    assert (diary.entity.deleted_at, diary.entity.attributes["a"]) == (None, 1)


def test_a_restoration_is_undone_with_what_it_wrote(diary: Diary):
    diary.write(a=1)
    diary.write(mode=Mode.DELETE)
    undone(diary, diary.write(a=2))
    assert (diary.entity.deleted_at is not None, diary.entity.attributes["a"]) == (True, 1)


def test_an_undone_change_can_be_undone_itself(diary: Diary):
    diary.write(a=1)
    undone(diary, undone(diary, diary.write(a=2)))
    assert diary.entity.attributes["a"] == 2


def test_later_changes_of_the_same_attributes_are_listed_newest_first(diary: Diary):
    diary.write(a=1, b=1)
    change = diary.write(a=2, b=2)
    diary.write(a=3)
    diary.write(b=3, c=3)
    diary.write(c=4)
    assert refused(diary, change) == [("b", "updated by version 4"), ("a", "updated by version 3")]


def test_a_value_that_came_back_by_itself_was_touched_all_the_same_and_is_named_once(diary: Diary):
    diary.write(a=1)
    change = diary.write(a=2)
    diary.write(a=3)
    diary.write(a=2)
    assert refused(diary, change) == [("a", "updated by version 4")]


def test_no_change_is_undone_twice(diary: Diary):
    diary.write(a=1)
    change = diary.write(a=2)
    undone(diary, change)
    assert refused(diary, change) == [("a", "updated by version 3")]


def test_a_creation_is_not_undone_under_later_changes(diary: Diary):
    change = diary.write(a=1)
    diary.write(b=2)
    assert refused(diary, change) == [("b", "updated by version 2")]


def test_an_update_is_not_undone_in_the_recycle_bin(diary: Diary):
    diary.write(a=1)
    change = diary.write(a=2)
    diary.write(mode=Mode.DELETE)
    assert refused(diary, change) == [("_deleted_at", "deleted by version 3")]


def test_a_deletion_is_not_undone_after_a_restoration(diary: Diary):
    diary.write(a=1)
    change = diary.write(mode=Mode.DELETE)
    diary.write(mode=Mode.RESTORE)
    assert refused(diary, change) == [("_deleted_at", "restored by version 3")]


def test_no_more_than_twenty_later_changes_are_listed(diary: Diary):
    diary.write(a=1)
    change = diary.write(a=2)
    for value in range(3, 30):
        diary.write(a=value)
    with pytest.raises(LaterChanges) as refusal:
        undone(diary, change)
    assert len(refusal.value.later) == 20


def test_a_long_old_value_that_is_nowhere_kept_is_not_made_up(diary: Diary):
    for value in ("x", LONG):
        diary.write(a=value)
    change = diary.write(a="z")
    with pytest.raises(ValueNotKept) as refusal:
        undone(diary, change)
    assert [detail.path for detail in refusal.value.details] == ["a"]


def test_a_long_old_value_that_the_first_state_keeps_comes_back(diary: Diary):
    diary.write(a=LONG)
    undone(diary, diary.write(a="z"))
    assert diary.entity.attributes["a"] == LONG


def test_a_list_with_long_members_comes_back_from_the_first_state(diary: Diary):
    diary.write(a=["x", LONG])
    undone(diary, diary.write(a=["z"]))
    assert diary.entity.attributes["a"] == ["x", LONG]


def test_a_change_of_another_entity_is_not_found(diary: Diary, store: Store):
    diary.write(a=1)
    other = store.upsert("account", customer_number="C-1")
    [change] = store.changes(other.entity_id)
    with pytest.raises(NotFound):
        get_change(entity=diary.entity, change_id=change.pk)


def test_an_entity_that_moved_meanwhile_is_looked_at_again(diary: Diary):
    diary.write(a=1, b=1)
    change = diary.write(a=2)
    outdated = diary.entity
    diary.write(b=2)
    assert undone(diary, change, outdated).version == 4


def test_a_conflict_that_arose_meanwhile_is_found(diary: Diary):
    diary.write(a=1)
    change = diary.write(a=2)
    outdated = diary.entity
    diary.write(a=3)
    with pytest.raises(LaterChanges):
        undone(diary, change, outdated)


def test_an_entity_that_never_stands_still_is_left_alone(diary: Diary, monkeypatch: pytest.MonkeyPatch):
    diary.write(a=1, b=1)
    change = diary.write(a=2)
    monkeypatch.setattr(reverting, "_read_again", lambda entity: diary.write(b=diary.hours))
    outdated = diary.entity
    diary.write(b=7)
    with pytest.raises(Conflict, match="kept changing"):
        undone(diary, change, outdated)
    assert diary.entity.attributes["a"] == 2


def test_a_purged_entity_has_nothing_to_undo(diary: Diary):
    diary.write(a=1)
    change = diary.write(a=2)
    outdated = diary.entity
    diary.store.write(operation(identifiers=BY_NUMBER, attributes={}, mode=Mode.PURGE))
    with pytest.raises(NotFound, match="any more"):
        undone(diary, change, outdated)
