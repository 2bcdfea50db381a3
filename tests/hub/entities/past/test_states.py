"""An entity as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.signals import post_init
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.entities.history import NOT_KEPT, content_hash
from hub.entities.models import EntityChange
from hub.entities.operations import Mode
from hub.entities.past.states import find_version_at, state_at, state_of_version
from hub.errors import NotFound
from tests.hub.entities.conftest import Store, operation, upsert
from tests.hub.entities.past.diary import BY_NUMBER, LONG, Diary, hour


@contextmanager
def made(model: type[Any], seen: list[Any]) -> Iterator[None]:
    """Collects every row of the model that becomes an object."""

    def see(instance: Any, **_: Any) -> None:
        seen.append(instance)

    post_init.connect(see, sender=model)
    try:
        yield
    finally:
        post_init.disconnect(see, sender=model)


@pytest.mark.parametrize("version", [1, 2, 99, 100, 101, 150])
def test_any_earlier_version_can_be_made_again(store: Store, version: int):
    store.write(*[upsert(customer_number="C-1", n=n, tags=[n, "x"]) for n in range(1, 151)])
    state = state_of_version(store.only(), version)
    assert (state.attributes["n"], state.attributes["tags"], state.version) == (version, [version, "x"], version)


@pytest.mark.parametrize("version", [0, -1, 3])
def test_a_version_that_never_was_is_not_found(diary: Diary, version: int):
    diary.write(a=1)
    diary.write(a=2)
    with pytest.raises(NotFound, match="has no version"):
        state_of_version(diary.entity, version)


def test_a_moment_has_the_version_of_its_last_change_or_none(diary: Diary):
    diary.write(a=1)
    diary.write(a=2)
    moments = (hour(0) - timedelta(microseconds=1), hour(0), hour(1), hour(9))
    assert [find_version_at(diary.entity, moment) for moment in moments] == [None, 1, 2, 2]


def test_a_moment_shows_the_last_version_of_it_or_before(diary: Diary):
    diary.write(a=1)
    diary.write(a=2)
    entity = diary.entity
    between = hour(1) - timedelta(microseconds=1)
    assert [state_at(entity, moment).attributes["a"] for moment in (hour(0), between, hour(1), hour(9))] == [1, 1, 2, 2]


def test_before_its_creation_an_entity_was_not_there(diary: Diary):
    diary.write(a=1)
    with pytest.raises(NotFound, match="at that moment"):
        state_at(diary.entity, hour(0) - timedelta(microseconds=1))


def test_the_recycle_bin_is_part_of_the_state(diary: Diary):
    for mode in (Mode.UPSERT, Mode.DELETE, Mode.RESTORE):
        diary.write(mode=mode)
    entity = diary.entity
    assert [state_of_version(entity, version).deleted_at for version in (1, 2, 3)] == [None, hour(1), None]


@pytest.mark.parametrize(("version", "count"), [(1, 1), (100, 1), (101, 2), (199, 100), (250, 51)])
def test_no_more_changes_are_read_than_lie_behind_the_last_snapshot(store: Store, version: int, count: int):
    store.write(*[upsert(customer_number="C-1", n=n) for n in range(1, 251)])
    entity, read = store.only(), []
    with made(EntityChange, read):
        state_of_version(entity, version)
    assert len(read) == count


def test_a_long_value_is_known_as_long_as_it_is_the_present_one(diary: Diary):
    diary.write(a="x")
    diary.write(a=LONG)
    diary.write(b=1)
    state = state_of_version(diary.entity, 2)
    assert (state.attributes["a"], state.not_kept) == (LONG, frozenset())


def test_a_long_value_that_was_replaced_is_told_by_its_hash_only(diary: Diary):
    diary.write(a="x")
    diary.write(a=LONG)
    diary.write(a="z")
    state = state_of_version(diary.entity, 2)
    assert (state.attributes["a"], state.not_kept) == (content_hash(LONG), {"a"})


def test_a_long_value_is_known_when_a_snapshot_has_it(store: Store):
    store.write(upsert(customer_number="C-1", n=0), upsert(customer_number="C-1", a=LONG))
    store.write(*[upsert(customer_number="C-1", n=n) for n in range(3, 110)], upsert(customer_number="C-1", a="z"))
    assert state_of_version(store.only(), 50).attributes["a"] == LONG


def test_a_list_whose_members_were_not_all_kept_is_not_made_up(diary: Diary):
    diary.write(a=["x"])
    diary.write(a=["x", LONG])
    diary.write(a=["x", "z"])
    diary.write(a=["z"])
    states = [state_of_version(diary.entity, version) for version in (2, 3)]
    assert [(state.attributes["a"], state.not_kept) for state in states] == [(NOT_KEPT, {"a"})] * 2


def test_a_list_that_cannot_be_replayed_is_known_as_long_as_it_is_the_present_one(diary: Diary):
    diary.write(a=["x"])
    diary.write(a=["x", LONG])
    assert state_of_version(diary.entity, 2).attributes["a"] == ["x", LONG]


def test_a_state_of_a_history_without_beginning_is_not_found(diary: Diary):
    diary.write(a=1)
    diary.write(a=2)
    EntityChange.objects.filter(version=1).delete()
    with pytest.raises(NotFound):
        state_of_version(diary.entity, 2)


STEPS = st.lists(
    st.dictionaries(st.sampled_from("abc"), st.one_of(st.integers(0, 3), st.lists(st.integers(0, 3), max_size=4))),
    min_size=1,
    max_size=6,
)


@given(STEPS, st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_version_is_what_was_stored_then(store: Store, steps: list[dict[str, Any]], with_replace: bool):
    store.write(operation(identifiers=BY_NUMBER, attributes={}, mode=Mode.PURGE), upsert(**BY_NUMBER))
    diary, stored = Diary(store), []
    for step in steps:
        diary.write(mode=Mode.REPLACE if with_replace else Mode.UPSERT, **BY_NUMBER, **step)
        stored.append((diary.entity.version, diary.entity.attributes))
    entity = diary.entity
    assert [(version, state_of_version(entity, version).attributes) for version, _ in stored] == stored
