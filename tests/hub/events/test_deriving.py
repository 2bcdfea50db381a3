"""Which changes of entities are events of the catalogue."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from hub.entities.change_kinds import ChangeKind
from hub.entities.operations import EntityChanged, Source
from hub.events.catalogue.parts import EntityTrigger
from hub.events.deriving import fires, operation_of
from hub.ids import new_id
from tests.builders import NOW

CONTACT = UUID("018f0000-0000-7000-8000-000000000001")


def changed(before: dict[str, Any] | None, after: dict[str, Any], **fields: Any) -> EntityChanged:
    """A change of a contact; what differs counts as changed."""
    kind = ChangeKind.CREATED if before is None else ChangeKind.UPDATED
    names = {name for name in {*(before or {}), *after} if (before or {}).get(name) != after.get(name)}
    told: dict[str, Any] = {name: {} for name in names} if before is not None else {}
    stored = {
        "change_id": new_id(),
        "organization_id": 1,
        "entity_id": CONTACT,
        "schema": "contact",
        "version": 2,
        "at": NOW,
        "operation": kind,
        "before": before,
        "after": after,
        "changes": told,
        "event_id": None,
        "source": Source("user", "7"),
    }
    return EntityChanged(**{**stored, **fields})


def trigger(**fields: Any) -> EntityTrigger:
    """Updates of contacts, unless a test says otherwise."""
    return EntityTrigger(**{"operations": ("updateEntity",), "schemas": ("contact",)} | fields)


def test_a_watched_attribute_that_changed_fires() -> None:
    assert fires(trigger(attributes=("email",)), changed({"email": "a"}, {"email": "b"}))


def test_another_attribute_does_not_fire() -> None:
    assert not fires(trigger(attributes=("email",)), changed({"name": "a"}, {"name": "b"}))


def test_several_attributes_are_alternatives() -> None:
    assert fires(trigger(attributes=("email", "phone")), changed({"phone": "1"}, {"phone": "2"}))


def test_an_attribute_that_was_taken_away_fires() -> None:
    assert fires(trigger(attributes=("email",)), changed({"email": "a"}, {}))


def test_without_attributes_every_change_fires() -> None:
    assert fires(trigger(), changed({"name": "a"}, {"name": "b"}))


def test_a_creation_fires_when_it_writes_a_watched_attribute() -> None:
    created = trigger(operations=("createEntity",), attributes=("status",))
    assert fires(created, changed(None, {"status": "placed"}))
    assert not fires(created, changed(None, {"name": "a"}))


def test_another_schema_does_not_fire() -> None:
    assert not fires(trigger(schemas=("order",)), changed({"name": "a"}, {"name": "b"}))


def test_a_wanted_value_has_to_be_the_new_one() -> None:
    completed = trigger(attributes=("status",), values=(("status", ("completed",)),))
    assert fires(completed, changed({"status": "open"}, {"status": "completed"}))
    assert not fires(completed, changed({"status": "completed"}, {"status": "open"}))


def test_a_value_that_was_there_before_is_no_new_one() -> None:
    completed = trigger(values=(("status", ("completed",)),))
    assert not fires(completed, changed({"status": "completed", "n": 1}, {"status": "completed", "n": 2}))


@pytest.mark.parametrize(("purposes", "does"), [(["p1"], True), (["p2"], False), (None, False)])
def test_one_of_the_purposes_is_needed(purposes: list[str] | None, does: bool) -> None:
    after = {"name": "b"} | ({"_purpose": purposes} if purposes else {})
    assert fires(trigger(purposes=("p1", "p3")), changed({"name": "a"}, after)) is does


def test_a_value_that_is_parked_counts_as_a_change_of_its_attribute() -> None:
    parked = {"email": "a", "_changesets": {"email": {"value": "b", "edit_mode": "external"}}}
    assert fires(trigger(attributes=("email",)), changed({"email": "a"}, parked))


def test_a_value_that_leaves_its_changeset_counts_too() -> None:
    parked = {"email": "a", "_changesets": {"email": {"value": "b", "edit_mode": "external"}}}
    assert fires(trigger(attributes=("email",)), changed(parked, {"email": "a"}))


def test_attributes_of_the_organization_replace_those_of_the_catalogue() -> None:
    change = changed({"name": "a"}, {"name": "b"})
    assert fires(trigger(attributes=("email",)), change, ("name",))
    assert not fires(trigger(attributes=("name",)), change, ("email",))


def test_a_deletion_fires_whatever_attributes_are_watched() -> None:
    deleted = changed({"name": "a"}, {"name": "a"}, operation=ChangeKind.DELETED)
    assert fires(trigger(operations=("deleteEntity",), attributes=("email",)), deleted)


def test_coming_back_from_the_bin_is_an_update() -> None:
    restored = changed({"name": "a"}, {"name": "a"}, operation=ChangeKind.RESTORED)
    assert operation_of(restored) == "updateEntity"
