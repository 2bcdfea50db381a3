"""Case: a golden folder about what is stored, played through intake, mapping children and store.

stored.json    What is there before; no file: nothing. {"entities": [{"schema", "attributes", "deleted"}, …],
               "readings": [{"meter", "counter", "attributes"}, …]}; the first attribute identifies its entity.
mapping.json   Configuration of the use case.
payload.json   Of the event.
facts.json     What else matters, if anything. event_type: of the event. replayed: the event is replayed, and the
               replay is what "event" tells of. attempts: after how many of them the case is looked at; without it
               nothing waits any more. prune_guard: the organization's.
expected.json  event: how it ended and the codes of its spans. entities, readings, held_prunes: all that is stored.

In all of them @contact/2 stands for the id of the second contact that was made. An _id of 3 is the third that items of
lists were given, so one that was there before has the number it had.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from hub.accounts.models import Organization
from hub.entities.models import Entity, MeterReading
from hub.entities.readings.documents import document_of
from hub.entities.readings.posting import PostedReading, post_readings
from hub.entities.readings.values import Matching
from hub.ids import find_id
from inbound.events import EVENT_PREFIX
from inbound.models import HeldPrune, HeldPruneMember, InboundOutcome, QueuedEvent
from inbound.receive.arrivals import Sender
from inbound.replay import replay_events
from monitoring.models import MonitoringEvent
from tests.builders import NOW
from tests.conftest import FixedClock
from tests.hub.entities.conftest import SOURCE, Store, delete
from tests.inbound.conftest import Erp, drain

USE_CASE = "golden"
OF_THE_HUB = {"_id", "_created_at", "_updated_at"}
"""What the document of a reading says and nobody sent."""

JSON = Any
"""Any: whatever a file of the folder holds."""


class Case:
    """One folder at one organization."""

    def __init__(self, folder: Path, erp: Erp) -> None:
        self.folder = folder
        self.erp = erp
        self.facts = self._read("facts.json")
        self._names: dict[str, str] = {}
        """Id of an entity → @schema/number."""
        self._items: dict[str, int] = {}
        """_id of an item of a list → number."""

    def expected(self) -> JSON:
        """What the folder says."""
        return self._read("expected.json")

    def play(self, clock: FixedClock) -> JSON:
        """Store what is there before, send the event and let it be applied; what came of it, as expected.json says."""
        settings = {"prune_guard": self.facts.get("prune_guard")}
        Organization.objects.filter(pk=self.erp.organization.pk).update(settings=settings)
        self._store()
        self.erp.add_use_case(USE_CASE, self._with_ids("mapping.json"))
        event = self.erp.event(self._with_ids("payload.json"), use_case_slug=USE_CASE, **self._event_type())
        [result] = self.erp.send(event)
        self._apply(clock)
        replayed = self._replay(result.event_id, clock) if self.facts.get("replayed") else result.event_id
        return self._left() | {"event": self._became(replayed)}

    def _read(self, file: str) -> JSON:
        path = self.folder / file
        return orjson.loads(path.read_bytes()) if path.exists() else {}

    def _with_ids(self, file: str) -> JSON:
        """A file with ids in the place of names."""
        text = orjson.dumps(self._read(file)).decode()
        for identifier, name in self._names.items():
            text = text.replace(f'"{name}"', f'"{identifier}"')
        return orjson.loads(text)

    def _event_type(self) -> dict[str, str]:
        return {"event_type": self.facts["event_type"]} if "event_type" in self.facts else {}

    def _store(self) -> None:
        store = Store(self.erp.organization)
        for place, one in enumerate(self._read("stored.json").get("entities", ())):
            attributes = self._with_ids("stored.json")["entities"][place]["attributes"]
            store.upsert(one["schema"], **attributes)
            if one.get("deleted"):
                store.write(delete(one["schema"], **attributes))
            self._left()
        readings = [_posted(one) for one in self._with_ids("stored.json").get("readings", ())]
        organization_id = self.erp.organization.pk
        post_readings(
            organization_id=organization_id, readings=readings, matching=Matching.EXTERNAL_ID, at=NOW, writer=SOURCE
        )

    def _apply(self, clock: FixedClock) -> None:
        """Until nothing waits, or the event has had its attempts."""
        drain()
        attempts = 1
        while QueuedEvent.objects.exists() and attempts != self.facts.get("attempts"):
            clock.move(hours=1)
            drain()
            attempts += 1

    def _replay(self, event_id: str, clock: FixedClock) -> str:
        organization = self.erp.organization
        sender = Sender(organization.pk, organization.config_version)
        integration_id = self.erp.integration.pk
        [result] = replay_events(sender=sender, integration_id=integration_id, event_ids=[event_id], at=clock.now())
        self._apply(clock)
        return result.replay_event_id

    def _became(self, event_id: str) -> JSON:
        """Status, code and counts of the event, and the codes of its spans; why it waits if it still does."""
        waiting = QueuedEvent.objects.first()
        if waiting is not None:
            return {"status": "retrying", "code": (waiting.retry or {}).get("code")}
        outcome = InboundOutcome.objects.get(event_id=find_id(EVENT_PREFIX, event_id))
        spans = MonitoringEvent.objects.filter(event_id=outcome.event_id).values_list("code", flat=True)
        told = {"status": outcome.status, "counts": outcome.counts, "spans": sorted(spans)}
        return told | ({"code": outcome.code} if outcome.code else {})

    def _left(self) -> JSON:
        """Everything that is stored now; what there is nothing of is left out."""
        entities = list(Entity.objects.of(self.erp.organization).order_by("id"))
        for entity in entities:
            count = sum(name.startswith(f"@{entity.schema}/") for name in self._names.values())
            self._names.setdefault(str(entity.pk), f"@{entity.schema}/{count + 1}")
        found = {
            "entities": {self._names[str(one.pk)]: self._shown(one) for one in entities},
            "readings": [self._shown_reading(one) for one in MeterReading.objects.order_by("timestamp", "external_id")],
            "held_prunes": [self._shown_prune(one) for one in HeldPrune.objects.order_by("id")],
        }
        return {name: records for name, records in found.items() if records}

    def _shown(self, entity: Entity) -> JSON:
        attributes = {name: self._named(entity.attributes[name]) for name in sorted(entity.attributes)}
        shown = {"version": entity.version, "attributes": attributes}
        return shown | ({"deleted": True} if entity.deleted_at else {})

    def _shown_reading(self, reading: MeterReading) -> JSON:
        said = {name: value for name, value in document_of(reading).items() if name not in OF_THE_HUB}
        return self._named({name: said[name] for name in sorted(said)})

    def _shown_prune(self, prune: HeldPrune) -> JSON:
        members = HeldPruneMember.objects.filter(prune_id=prune.pk).values_list("record_id", flat=True)
        return {"schema": prune.schema, "records": sorted(self._names.get(str(one), "reading") for one in members)}

    def _named(self, value: JSON) -> JSON:
        """A value with names and numbers in the place of ids."""
        if isinstance(value, list):
            return [self._named(one) for one in value]
        if not isinstance(value, dict):
            return self._names.get(value, value) if isinstance(value, str) else value
        numbered = {"_id": self._items.setdefault(value["_id"], len(self._items) + 1)} if "_id" in value else {}
        # By name: the databases keep members in orders of their own.
        return {name: self._named(value[name]) for name in sorted(value) if name != "_id"} | numbered


def _posted(reading: JSON) -> PostedReading:
    counter = reading.get("counter")
    return PostedReading(UUID(reading["meter"]), UUID(counter) if counter else None, reading["attributes"])
