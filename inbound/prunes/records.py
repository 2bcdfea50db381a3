"""named_members: the records of a held prune by the names people call them, and what a decision does with each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from hub.accounts.models import Organization
from hub.entities.models import Entity, MeterReading
from hub.entities.past.earlier import attributes_at
from hub.entities.read import title
from hub.web.templatetags.moments import machine_time
from inbound.models import HeldPrune, HeldPruneMember
from inbound.prunes.identifiers import Naming
from inbound.staleness import brought_reading
from monitoring.codes import Level
from monitoring.models import MonitoringEvent


class Fate(StrEnum):
    """What an approval would do with a record now, or what one has done with it."""

    GOES = "goes"
    CHANGED = "changed"
    """It stays: somebody has changed it since it was held."""
    LISTED_AGAIN = "listed_again"
    """It stays: a later event has named it."""
    GONE = "gone"
    """It is not there any more, whatever is decided."""
    REMOVED = "removed"
    STAYED = "stayed"


class Outcome(StrEnum):
    """What became of a record by the decision."""

    WAITING = "waiting"
    REMOVED = "removed"
    SPARED = "spared"
    GONE = "gone"
    """It went otherwise: somebody or something else has removed it before, or since."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to tell about a reading; meter_id is None only when it is gone."""

    meter_id: UUID
    meter: str
    """What the meter is called; empty when it is gone."""
    at: datetime
    day: date | None
    """Where the reading names no time of day."""
    value: Decimal
    unit: str
    external_id: str

    def __str__(self) -> str:
        return f"{self.meter}, {machine_time(self.at)}, {self.value} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Named:
    """A record of a held prune. title is empty when nothing of it is left; reading only where it is one."""

    record_id: UUID
    title: str
    version: int
    fate: Fate
    outcome: Outcome
    reading: Shown | None = None
    identifiers: Mapping[str, str] = field(default_factory=dict)
    """What tells it from others of the same title."""

    @property
    def is_gone(self) -> bool:
        """Whether it went, but not by this prune."""
        return self.outcome is Outcome.GONE

    @property
    def has_changed(self) -> bool:
        """Whether it would not be removed as it is now, or why it was not."""
        return self.fate not in (Fate.GOES, Fate.REMOVED)


def named_members(
    *, organization: Organization, prune: HeldPrune, limit: int, after: UUID | None = None
) -> list[Named]:
    """The records, oldest first, with the names they had when they were held; seven queries at most.

    after is the last record of the page before. Entities are in the order of their ids, readings in that of their
    moments. A record of which nothing is left has no names.
    """
    members = HeldPruneMember.objects.filter(prune_id=prune.pk)
    # Those held before moments were kept, and gone since, come where the prune was held.
    placed = members.alias(place=Coalesce("moment", Value(prune.held_at, output_field=DateTimeField())))
    following = placed if after is None else placed.filter(_behind(prune, members, after))
    found = list(following.order_by("place", "record_id")[:limit])
    return _readings(prune, found) if prune.kind == HeldPrune.Kind.READINGS else _entities(prune, organization, found)


def _behind(prune: HeldPrune, members: QuerySet[HeldPruneMember], after: UUID) -> Q:
    place = members.filter(record_id=after).values_list("moment", flat=True).first() or prune.held_at
    return Q(place__gt=place) | Q(place=place, record_id__gt=after)


def going_count(prune: HeldPrune) -> int:
    """How many records an approval would remove now; two queries at most, whatever their number."""
    if prune.kind == HeldPrune.Kind.READINGS:
        unchanged = unchanged_readings(prune)
        return len(unchanged) - len(readings_named_since(prune, unchanged))
    members = HeldPruneMember.objects.filter(prune_id=prune.pk)
    same = Entity.objects.filter(organization_id=prune.organization_id, deleted_at__isnull=True)
    as_listed = same.filter(pk=OuterRef("record_id"), version=OuterRef("version"))
    again = _later(prune).filter(entity_id=OuterRef("record_id"))
    return members.filter(Exists(as_listed), ~Exists(again)).count()


def listed_since(prune: HeldPrune, record_ids: Collection[UUID]) -> set[UUID]:
    """Entities that a later event has written, or found as they were."""
    later = _later(prune).filter(entity_id__in=record_ids)
    return {entity_id for entity_id in later.values_list("entity_id", flat=True) if entity_id}


def unchanged_readings(prune: HeldPrune) -> list[MeterReading]:
    """The listed readings that nobody has changed since, by their names alone."""
    members = HeldPruneMember.objects.filter(prune_id=prune.pk)
    readings = MeterReading.objects.filter(organization_id=prune.organization_id, updated_at__lt=prune.held_at)
    return list(readings.filter(pk__in=members.values("record_id")).only("pk", "meter_id", "external_id"))


def readings_named_since(prune: HeldPrune, readings: Collection[MeterReading]) -> set[UUID]:
    """Those of the readings that a later event has written, or found as they were."""
    meters = {reading.meter_id for reading in readings if reading.external_id}
    if not meters:
        return set()
    later = _later(prune).filter(entity_id__in=meters, sync_type="meter_reading")
    named = {(meter, name) for meter, names in later.values_list("entity_id", "attributes") for name in names or ()}
    return {one.pk for one in readings if one.external_id and (one.meter_id, brought_reading(one.external_id)) in named}


def _later(prune: HeldPrune) -> QuerySet[MonitoringEvent]:
    """What events after that of the prune did in its lane, and what others did since it was held."""
    spans = MonitoringEvent.objects.filter(organization_id=prune.organization_id, level=Level.SUCCESS)
    in_its_lane = Q(lane_id=prune.lane_id, event_order__gt=prune.event_order)
    return spans.filter(in_its_lane | (~Q(lane_id=prune.lane_id) & Q(completed_at__gt=prune.held_at)))


def _entities(prune: HeldPrune, organization: Organization, members: Sequence[HeldPruneMember]) -> list[Named]:
    ids = [member.record_id for member in members]
    by_id = {entity.pk: entity for entity in Entity.objects.filter(organization_id=prune.organization_id, pk__in=ids)}
    versions = {member.record_id: member.version for member in members}
    then = attributes_at(organization_id=organization.pk, entities=by_id.values(), versions=versions)
    for entity_id, attributes in then.items():
        by_id[entity_id].attributes = attributes
    again = listed_since(prune, ids)
    naming = Naming.of(prune, organization)
    named: list[Named] = []
    for member in members:
        entity = by_id.get(member.record_id)
        shown = title(entity, organization) if entity else ""
        identifiers = naming.of_entity(entity) if entity else {}
        fate = _fate(prune, member, entity, again)
        outcome = _outcome(prune, member, is_there=entity is not None and entity.deleted_at is None)
        named.append(Named(member.record_id, shown, member.version, fate, outcome, identifiers=identifiers))
    return named


def _outcome(prune: HeldPrune, member: HeldPruneMember, *, is_there: bool) -> Outcome:
    if member.is_removed:
        return Outcome.REMOVED
    if not is_there:
        return Outcome.GONE
    return Outcome.WAITING if prune.state == HeldPrune.State.WAITING else Outcome.SPARED


def _fate(prune: HeldPrune, member: HeldPruneMember, entity: Entity | None, again: set[UUID]) -> Fate:
    if member.is_removed:
        return Fate.REMOVED
    if entity is None or entity.deleted_at is not None:
        return Fate.GONE
    if prune.state == HeldPrune.State.APPROVED:
        return Fate.STAYED
    if entity.version != member.version:
        return Fate.CHANGED
    return Fate.LISTED_AGAIN if member.record_id in again else Fate.GOES


def _readings(prune: HeldPrune, members: Sequence[HeldPruneMember]) -> list[Named]:
    ids = [member.record_id for member in members]
    readings = MeterReading.objects.filter(organization_id=prune.organization_id, pk__in=ids)
    by_id = {reading.pk: reading for reading in readings}
    meters = _titles(prune, {reading.meter_id for reading in by_id.values()})
    again = readings_named_since(prune, readings)
    return [_reading(prune, member, by_id.get(member.record_id), meters, again) for member in members]


def _titles(prune: HeldPrune, ids: Collection[UUID]) -> dict[UUID, str]:
    found = Entity.objects.filter(organization_id=prune.organization_id, pk__in=ids)
    return {entity.pk: title(entity) for entity in found}


def _reading(
    prune: HeldPrune, member: HeldPruneMember, reading: MeterReading | None, meters: dict[UUID, str], again: set[UUID]
) -> Named:
    outcome = _outcome(prune, member, is_there=reading is not None)
    if reading is None:
        gone = Fate.REMOVED if member.is_removed else Fate.GONE
        return Named(member.record_id, "", member.version, gone, outcome)
    shown = Shown(
        meter_id=reading.meter_id,
        meter=meters.get(reading.meter_id, ""),
        at=reading.timestamp,
        day=reading.day,
        value=reading.value,
        unit=reading.unit,
        external_id=reading.external_id,
    )
    fate = Fate.STAYED if prune.state == HeldPrune.State.APPROVED else _fate_of_reading(prune, reading, again)
    identifiers = {"external_id": reading.external_id} if reading.external_id else {}
    return Named(member.record_id, str(shown), member.version, fate, outcome, shown, identifiers)


def _fate_of_reading(prune: HeldPrune, reading: MeterReading, again: set[UUID]) -> Fate:
    if reading.updated_at >= prune.held_at:
        return Fate.CHANGED
    return Fate.LISTED_AGAIN if reading.pk in again else Fate.GOES
