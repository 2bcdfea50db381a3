"""An entity whose versions are an hour apart."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from hub.entities.models import Entity, EntityChange
from hub.entities.operations import EntityOperation, Mode, Source
from hub.entities.store import write
from tests.builders import NOW
from tests.hub.entities.conftest import SOURCE, Store, operation

BY_NUMBER = {"customer_number": "C-1"}
LONG = "y" * 70_000


def hour(number: int) -> datetime:
    """When version number + 1 of a diary was written."""
    return NOW + timedelta(hours=number)


class Diary:
    """One contact, written step by step."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.hours = 0

    def write(self, *, mode: Mode = Mode.UPSERT, source: Source = SOURCE, **attributes: Any) -> EntityChange:
        """One more version, an hour after the last."""
        return self.apply(operation(identifiers=BY_NUMBER, attributes=attributes, mode=mode), source=source)

    def apply(self, *operations: EntityOperation, source: Source = SOURCE) -> EntityChange:
        """The same with operations that are ready; the last change that they made."""
        with transaction.atomic():
            write(organization_id=self.store.organization.pk, operations=operations, at=hour(self.hours), source=source)
        self.hours += 1
        return self.changes[-1]

    @property
    def entity(self) -> Entity:
        """As it is stored now."""
        return self.store.only()

    @property
    def changes(self) -> list[EntityChange]:
        """Oldest first."""
        return self.store.changes(self.entity.pk)
