"""What the tests of the entity store share: a short way to write, a world of threads, a reader of what is stored."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from hub import database
from hub.accounts.models import Organization
from hub.entities.changesets import ChangesetOrder, changesets_in
from hub.entities.models import Entity, EntityChange, EntityKey
from hub.entities.store import EntityOperation, Mode, OperationResult, Source, write
from hub.ids import new_id
from hub.json_types import JSONObject
from tests.builders import NOW, make_organization

SOURCE = Source("system")
SINCE = "2026-01-15T08:00:00.000Z"


class Store:
    """The store of one organization, as tests talk to it."""

    def __init__(self, organization: Organization) -> None:
        self.organization = organization

    def write(self, *operations: EntityOperation) -> list[OperationResult]:
        """Apply operations in a transaction of their own, tried again as the hub does."""

        def once() -> list[OperationResult]:
            with transaction.atomic():
                return write(organization_id=self.organization.pk, operations=operations, at=NOW, source=SOURCE)

        return database.retrying(once)

    def upsert(self, schema: str = "contact", **attributes: Any) -> OperationResult:
        """Write one contact by its customer_number (or the first attribute given)."""
        [result] = self.write(upsert(schema, **attributes))
        return result

    def park(self, schema: str = "contact", *, mode: str = "external", **attributes: Any) -> OperationResult:
        """Write one contact as upsert does, but park all that does not identify it; mode may be ``external suffix``."""
        names = list(attributes)[1:]
        [result] = self.write(operation(schema, attributes=attributes, changesets=parking(*names, mode=mode)))
        return result

    def decide(self, *, applying: Sequence[str] = (), dismissing: Sequence[str] = ()) -> OperationResult:
        """Apply or dismiss what is parked in the only contact there is."""
        order = ChangesetOrder(applying=tuple(applying), dismissing=tuple(dismissing))
        identifiers = {"_id": str(self.only().pk)}
        [result] = self.write(operation(attributes={}, identifiers=identifiers, changesets=order))
        return result

    def parked(self) -> dict[str, Any]:
        """Attribute → parked value, of the only contact there is."""
        return {name: one["value"] for name, one in changesets_in(self.only().attributes).items()}

    def entities(self, schema: str = "contact") -> list[Entity]:
        """Everything stored, oldest first."""
        return list(Entity.objects.of(self.organization).filter(schema=schema).order_by("id"))

    def only(self, schema: str = "contact") -> Entity:
        """The one entity there is."""
        [entity] = self.entities(schema)
        return entity

    def changes(self, entity_id: UUID | None) -> list[EntityChange]:
        """The history of an entity, oldest first."""
        return list(EntityChange.objects.of(self.organization).filter(entity_id=entity_id).order_by("version"))

    def keys(self, entity_id: UUID | None) -> set[tuple[str, str]]:
        """Attribute and value of every key of an entity."""
        rows = EntityKey.objects.of(self.organization).filter(entity_id=entity_id)
        return set(rows.values_list("attribute", "value"))


def upsert(schema: str = "contact", *, by: Sequence[str] = (), **attributes: Any) -> EntityOperation:
    """An upsert of its own event, identified by the attributes named in by (else the first one given)."""
    return operation(schema, by=by, attributes=attributes)


def delete(schema: str = "contact", *, by: Sequence[str] = (), **attributes: Any) -> EntityOperation:
    """A delete of its own event."""
    return operation(schema, by=by, attributes=attributes, mode=Mode.DELETE)


def operation(
    schema: str = "contact", *, by: Sequence[str] = (), attributes: dict[str, Any], **fields: Any
) -> EntityOperation:
    """An operation; identifiers may also be given outright."""
    if "identifiers" not in fields:
        fields["identifiers"] = {name: _text(attributes[name]) for name in (by or list(attributes)[:1])}
    event_id = new_id()
    defaults = {"position": 0, "event_id": event_id, "origin_id": event_id}
    return EntityOperation(schema=schema, attributes=attributes, **defaults | fields)


def parking(*names: str, mode: str = "external", part_of: str = "") -> ChangesetOrder:
    """An order that parks these attributes, as user 7; part_of: the first of them, when they are one amount."""
    edit_mode, _, match = mode.partition(" ")
    frame: JSONObject = {"edit_mode": edit_mode, "created_at": SINCE, "actor": {"type": "user", "id": "7"}}
    frame |= {"match": match} if match else {}
    parts = {"part_of": part_of} if part_of else {}
    return ChangesetOrder(parking={name: frame | (parts if name != part_of else {}) for name in names})


def _text(value: Any) -> str:
    if isinstance(value, list):
        return str(next(iter(value[0].values())))
    return str(value)


@pytest.fixture
def store(organization: Organization) -> Store:
    """The store of Home."""
    return Store(organization)


@pytest.fixture
def file_store(transactional_db: None, tmp_path: Path) -> Iterator[Store]:
    """A store that several threads can use at once: PostgreSQL as it is, SQLite as a file in WAL mode."""
    if connection.vendor == "postgresql":
        yield Store(make_organization())
        return
    path = tmp_path / "hub.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=WAL")
    copy.close()
    in_memory = connections["default"]
    connections["default"] = _connected_to(path)
    try:
        yield Store(make_organization())
    finally:
        connections["default"].close()
        connections["default"] = in_memory


def _connected_to(path: Path) -> Any:
    settings = {**connections["default"].settings_dict, "NAME": str(path)}
    return type(connections["default"])(settings)


def in_threads(*works: Callable[[], Any]) -> list[Any]:
    """Run all works at the same moment, each on its own connection; their answers in order. Raises the first error."""
    barrier = threading.Barrier(len(works))
    answers: list[Any] = [None] * len(works)
    path = connections["default"].settings_dict["NAME"] if connection.vendor == "sqlite" else None

    def run(place: int, work: Callable[[], Any]) -> None:
        if path is not None:
            connections["default"] = _connected_to(Path(path))
        try:
            barrier.wait()
            answers[place] = work()
        except BaseException as error:
            answers[place] = error
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return answers
