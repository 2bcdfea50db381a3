"""Several people and events at the same entity at the same moment."""

from __future__ import annotations

from collections.abc import Callable

from hub.entities.models import EntityChange
from hub.entities.past.reverting import LaterChanges, undo
from tests.hub.entities.conftest import Store, in_threads, upsert
from tests.hub.entities.past.diary import Diary, hour
from tests.hub.entities.past.test_reverting import WHO


def undoing(diary: Diary, change: EntityChange) -> Callable[[], str]:
    """How an attempt ends that looks at the entity before the others write."""
    entity = diary.entity

    def work() -> str:
        try:
            return undo(entity=entity, change=change, source=WHO, at=hour(9)).operation
        except LaterChanges:
            return "refused"

    return work


def test_a_change_is_undone_once_however_many_try(file_store: Store):
    diary = Diary(file_store)
    diary.write(a=1)
    change = diary.write(a=2)
    answers = in_threads(*[undoing(diary, change) for _ in range(4)])
    assert sorted(answers) == ["refused", "refused", "refused", "updated"]
    assert (diary.entity.attributes["a"], diary.entity.version) == (1, 3)


def test_what_an_event_writes_meanwhile_to_other_attributes_survives(file_store: Store):
    diary = Diary(file_store)
    diary.write(a=1)
    change = diary.write(a=2, b=1)
    in_threads(undoing(diary, change), lambda: file_store.write(upsert(customer_number="C-1", c=7)))
    attributes = diary.entity.attributes
    assert (attributes["a"], attributes["c"], "b" in attributes) == (1, 7, False)
