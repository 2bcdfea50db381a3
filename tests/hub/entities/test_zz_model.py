"""The store against a model of a page: random lives, cut into random calls, end in the same states and histories."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.entities.history import replayed
from hub.entities.keys import keys_of
from hub.entities.store import EntityOperation, Mode
from hub.ids import new_id
from tests.builders import make_organization
from tests.hub.entities.conftest import Store, operation

IDENTIFIERS = {"customer_number": ["A", "B", 3], "external_id": ["X", "Y"]}
SCALARS = st.sampled_from(["", "a", 0, 1, 1.5, True, False, None])
VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=4),
    st.dictionaries(st.sampled_from("ab"), SCALARS, max_size=2),
    st.lists(st.fixed_dictionaries({"city": st.sampled_from("KL")}), max_size=3),
)


@dataclass
class ModelEntity:
    """One entity of the model."""

    attributes: dict[str, Any]
    version: int = 1
    is_deleted: bool = False


@dataclass
class Model:
    """What the store must do, one operation after the other, with nothing clever in it."""

    entities: list[ModelEntity] = field(default_factory=list)
    last_event: dict[int, Any] = field(default_factory=dict)

    def apply(self, wish: EntityOperation) -> str:
        """How the operation ends."""
        matches = [entity for entity in self.entities if _has(entity, wish.identifiers)]
        live = [entity for entity in matches if not entity.is_deleted]
        matches = live or matches
        if len(matches) > 1:
            return "failed"
        if wish.mode is Mode.DELETE:
            return self._delete(matches, wish)
        return self._update(matches[0], wish) if matches else self._create(wish)

    def _create(self, wish: EntityOperation) -> str:
        missing = {name: value for name, value in wish.identifiers.items() if name not in wish.attributes}
        self.entities.append(ModelEntity({**wish.attributes, **missing}))
        self.last_event[id(self.entities[-1])] = wish.event_id
        return "created"

    def _update(self, entity: ModelEntity, wish: EntityOperation) -> str:
        after = {**entity.attributes, **wish.attributes}
        if repr(_sorted(after)) == repr(_sorted(entity.attributes)) and not entity.is_deleted:
            return "no_op"
        entity.attributes, entity.is_deleted = after, False
        self._count(entity, wish)
        return "updated"

    def _delete(self, matches: list[ModelEntity], wish: EntityOperation) -> str:
        if not matches or matches[0].is_deleted:
            return "no_op"
        matches[0].is_deleted = True
        self._count(matches[0], wish)
        return "deleted"

    def _count(self, entity: ModelEntity, wish: EntityOperation) -> None:
        entity.version += self.last_event.get(id(entity)) != wish.event_id
        self.last_event[id(entity)] = wish.event_id

    def end_of_call(self) -> None:
        """An event that goes on in another call counts again: the earlier call is committed."""
        self.last_event.clear()


def _has(entity: ModelEntity, identifiers: Any) -> bool:
    return all(value in keys_of(entity.attributes.get(name)) for name, value in identifiers.items())


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(member) for member in value] if isinstance(value, list) else value


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _bare(member) for name, member in sorted(value.items()) if name != "_id"}
    return [_bare(member) for member in value] if isinstance(value, list) else value


@st.composite
def wishes(draw: st.DrawFn) -> dict[str, Any]:
    """Fields of one operation without its event."""
    names = draw(st.lists(st.sampled_from(sorted(IDENTIFIERS)), min_size=1, max_size=2, unique=True))
    identifiers = {name: str(draw(st.sampled_from(IDENTIFIERS[name]))) for name in names}
    attributes: dict[str, Any] = draw(st.dictionaries(st.sampled_from("pqr"), VALUES, max_size=2))
    for name, values in IDENTIFIERS.items():
        if draw(st.integers(0, 3)) == 0:
            attributes[name] = draw(st.sampled_from([*values, None]))
    mode = draw(st.sampled_from([Mode.UPSERT] * 5 + [Mode.DELETE]))
    return {"identifiers": identifiers, "attributes": attributes, "mode": mode}


CALLS = st.lists(st.lists(st.lists(wishes(), min_size=1, max_size=3), min_size=1, max_size=5), max_size=6)
"""Calls of events of operations."""


def _operations(events: list[list[dict[str, Any]]]) -> list[EntityOperation]:
    built = []
    for event in events:
        event_id = new_id()
        built += [operation(event_id=event_id, origin_id=event_id, **wish) for wish in event]
    return built


@pytest.mark.django_db
@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(CALLS)
def test_any_life_ends_as_the_model_says(calls: list[list[list[dict[str, Any]]]]):
    store, model = Store(make_organization()), Model()
    for events in calls:
        operations = _operations(events)
        expected = [model.apply(wish) for wish in operations]
        assert [str(result.outcome) for result in store.write(*operations)] == expected
        model.end_of_call()
    _assert_same_states(store, model)
    _assert_histories_lead_there(store)


def _assert_same_states(store: Store, model: Model) -> None:
    stored = store.entities()
    assert [(repr(_bare(one.attributes)), one.version, one.deleted_at is not None) for one in stored] == [
        (repr(_bare(one.attributes)), one.version, one.is_deleted) for one in model.entities
    ]
    for entity in stored:
        keys = {(name, key) for name in IDENTIFIERS for key in keys_of(entity.attributes.get(name))}
        assert store.keys(entity.pk) == keys


def _assert_histories_lead_there(store: Store) -> None:
    for entity in store.entities():
        state: dict[str, Any] = {}
        changes = store.changes(entity.pk)
        for change in changes:
            state = change.snapshot if change.snapshot is not None else replayed(state, change.changes)
        assert state == entity.attributes
        assert [change.version for change in changes] == list(range(1, entity.version + 1))
        assert (changes[-1].operation == "deleted") == (entity.deleted_at is not None)
