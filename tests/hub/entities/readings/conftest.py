"""What the tests of readings share: a meter with a counter, a short way to write, a reader of what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from hub import database
from hub.accounts.models import Organization
from hub.entities.models import MeterReading
from hub.entities.prunes import Guard
from hub.entities.readings.writing import (
    Mode,
    ReadingPruneWish,
    ReadingResult,
    ReadingWish,
    WrittenReadings,
    write_readings,
)
from hub.entities.sql import statements
from hub.ids import new_id
from tests.builders import NOW
from tests.hub.entities.conftest import SOURCE, Store

EVENT = UUID(int=7)


class Readings:
    """The readings of one meter and one counter, as tests talk to them."""

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self.store = Store(organization)
        self.meter_id = self.made("meter", "M-1")
        self.counter_id = self.made("meter_counter", "C-1")

    def made(self, schema: str, external_id: str, **attributes: Any) -> UUID:
        """The id of a new meter or counter."""
        entity_id = self.store.upsert(schema, external_id=external_id, **attributes).entity_id
        assert entity_id is not None
        return entity_id

    def wish(self, external_id: Any = None, **fields: Any) -> ReadingWish:
        """An upsert of R-1 by the ERP; what is no field of a wish is an attribute."""
        wished = {name: fields.pop(name) for name in ReadingWish.__struct_fields__ if name in fields}
        attributes = {"timestamp": "2026-01-01", "source": "ERP", "value": 1} | fields
        if external_id is not None:
            attributes["external_id"] = external_id
        defaults = {"position": 0, "meter_id": self.meter_id, "counter_id": self.counter_id, "event_id": EVENT}
        return ReadingWish(**defaults | {"attributes": attributes, "writer": SOURCE} | wished)

    def delete(self, external_id: Any = None, **fields: Any) -> ReadingWish:
        """A delete."""
        return self.wish(external_id, mode=Mode.DELETE, **fields)

    def prune(self, *keep: str, **fields: Any) -> ReadingPruneWish:
        """A prune of the counter."""
        defaults = {"position": 0, "meter_id": self.meter_id, "counter_id": self.counter_id, "event_id": EVENT}
        return ReadingPruneWish(**defaults | {"keep": keep} | fields)

    def write(
        self,
        *wishes: ReadingWish,
        prunes: Sequence[ReadingPruneWish] = (),
        at: datetime = NOW,
        limits: Guard | None = None,
    ) -> WrittenReadings:
        """Apply wishes in a transaction of their own that holds their meters, tried again as the hub does."""
        meters = sorted({one.meter_id for one in [*wishes, *prunes]})

        def once() -> WrittenReadings:
            with transaction.atomic():
                statements().lock_entities(self.organization.pk, meters)
                return write_readings(
                    organization_id=self.organization.pk, wishes=wishes, prunes=prunes, at=at, limits=limits
                )

        return database.retrying(once)

    def results(self, *wishes: ReadingWish, **fields: Any) -> list[ReadingResult]:
        """What became of the wishes."""
        return self.write(*wishes, **fields).readings

    def one(self, wish: ReadingWish) -> ReadingResult:
        """What became of one wish."""
        [result] = self.results(wish)
        return result

    def stored(self) -> list[MeterReading]:
        """Everything stored, oldest first."""
        return list(MeterReading.objects.of(self.organization).order_by("timestamp", "external_id", "id"))

    def only(self) -> MeterReading:
        """The one reading there is."""
        [reading] = self.stored()
        return reading

    def ids(self) -> list[str]:
        """External ids of what is stored."""
        return sorted(reading.external_id for reading in self.stored())

    def from_portal(self, timestamp: str, **attributes: Any) -> None:
        """A reading without external id, as a portal stores it."""
        attributes = {"source": "ECP", "timestamp": timestamp, "may_lack_external_id": True} | attributes
        self.write(self.wish(**attributes, event_id=new_id()))


@pytest.fixture
def readings(organization: Organization) -> Readings:
    """Readings of a meter at Home."""
    return Readings(organization)
