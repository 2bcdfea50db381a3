"""on_readings_stored: meter readings that were stored are published as MeterReadingAdded, if somebody wants to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.entities.models import Entity
from hub.entities.readings.values import find_decimal, text_of_moment
from hub.entities.readings.wishes import LONGEST_BATCH, ReadingStored
from hub.events.definitions import Event, events_at
from hub.events.hydration import Rooted, hydrate, read_entities
from hub.events.listening import heard_events, kind_of, origin_of
from hub.events.nodes import node_documents
from hub.events.publishing import NewEvent, publish
from hub.json_types import JSONObject, JSONValue
from hub.quiet import is_quiet

EVENT: Final = "MeterReadingAdded"
ACTIVITY: Final = "MeterReadingsAdded"
ROOT: Final = "meter"
COUNTERS: Final = "meter_counters"
"""Nodes of the event."""
OF_THE_ERP: Final = "ERP"
"""Source of readings that an ERP has sent itself: it does not want them back."""
STATUSES: Final = ("valid", "implausible")
TEXTS: Final = ("direction", "read_by", "reason", "remark", "external_id", "unit")


def on_readings_stored(organization_id: int, stored: Sequence[ReadingStored], at: datetime) -> None:
    """A listener of METER_READING_LISTENERS: one event per meter and source event, of at most 100 readings.

    Where nobody wants it: one query for the present config_version. Otherwise the meters, their graphs, and publish.
    What an inbound use case has brought from the ERP itself is left out, and what is to be kept quiet.
    """
    told = [one for one in stored if not _came_from_erp(one) and not is_quiet(one.writer.chain)]
    organization = Organization.objects.filter(pk=organization_id).first() if told else None
    event = _wanted(organization) if organization is not None else None
    if organization is None or event is None:
        return
    meters = read_entities(organization, {one.meter_id for one in told})
    groups = [group for group in _grouped(told) if group[0].meter_id in meters]
    rooted = [Rooted(event.definition.graph, {ROOT: [meters[group[0].meter_id]]}) for group in groups]
    hydrate(organization, rooted)
    new = [
        _new_event(event, group, meters[group[0].meter_id], one, node_documents(organization, one), at)
        for group, one in zip(groups, rooted, strict=True)
    ]
    publish(organization.pk, new, organization.config_version)


def _came_from_erp(one: ReadingStored) -> bool:
    return one.writer.use_case_id is not None and one.state.get("source") == OF_THE_ERP


def _wanted(organization: Organization) -> Event | None:
    """The event, where it is on and somebody listens or its history is kept."""
    event = events_at(organization.pk, organization.config_version)[EVENT]
    if not (event.is_published and event.switch.auto_trigger):
        return None
    return (
        event
        if event.switch.keeps_history or EVENT in heard_events(organization.pk, organization.config_version)
        else None
    )


def _grouped(stored: Sequence[ReadingStored]) -> list[Sequence[ReadingStored]]:
    groups: dict[tuple[UUID, UUID | None], list[ReadingStored]] = {}
    for one in stored:
        groups.setdefault((one.meter_id, one.event_id), []).append(one)
    return [part for group in groups.values() for part in _parts(sorted(group, key=lambda one: one.moment))]


def _parts(readings: Sequence[ReadingStored]) -> list[Sequence[ReadingStored]]:
    return [readings[start : start + LONGEST_BATCH] for start in range(0, len(readings), LONGEST_BATCH)]


def _new_event(  # what is stored, and what was found around it
    event: Event,
    readings: Sequence[ReadingStored],
    meter: Entity,
    rooted: Rooted,
    nodes: Mapping[str, object],
    at: datetime,
) -> NewEvent:
    last = readings[-1]
    counters = {one.pk: one.attributes for one in rooted.found.get(COUNTERS, ())}
    return NewEvent(
        definition=event.definition,
        occurred_at=at,
        source=kind_of(last.writer),
        nodes=nodes,
        fields=_fields(readings, counters),
        metadata=origin_of(last.writer, meter.attributes),
        entity_id=last.meter_id,
        correlation_id=last.correlation_id,
        use_case_id=last.writer.use_case_id,
        cause_id=last.event_id if last.writer.use_case_id is not None else None,
        chain=last.writer.chain,
    )


def _fields(readings: Sequence[ReadingStored], counters: Mapping[UUID, JSONObject]) -> JSONObject:
    """The fields that no projection makes; those of one reading are the last one's."""
    last = readings[-1]
    told: dict[str, JSONValue] = {
        "reading_date": text_of_moment(last.moment),
        "source": str(last.state.get("source", "")),
        "reading_source": str(last.state.get("source", "")),
        "activity_type": ACTIVITY,
        "changeset_edit_mode": "direct",
        "read_by": last.state.get("read_by"),
        "reason": last.state.get("reason"),
        "remarks": [one.state["remark"] for one in readings if one.state.get("remark")],
        "user_id": last.writer.actor_id if last.writer.actor_type == "user" else None,
        "meter_reading_status": [one.state["status"] for one in readings if one.state.get("status") in STATUSES],
        "meter_readings": [_reading(one, counters) for one in readings],
    }
    return {name: value for name, value in told.items() if value not in (None, "", [])}


def _reading(one: ReadingStored, counters: Mapping[UUID, JSONObject]) -> JSONObject:
    counter = counters.get(one.counter_id, {}) if one.counter_id else {}
    number = find_decimal(one.state.get("value"))
    told: dict[str, JSONValue] = {
        "counter_id": None if one.counter_id is None else str(one.counter_id),
        "value": None if number is None else float(number),
        "reading_timestamp": text_of_moment(one.moment),
        "obis_number": counter.get("obis_number"),
        **{name: one.state.get(name) for name in TEXTS},
        "unit": one.state.get("unit") or counter.get("unit"),
        "status": one.state["status"] if one.state.get("status") in STATUSES else None,
    }
    return {name: value for name, value in told.items() if value not in (None, "")}
