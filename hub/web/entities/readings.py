"""The readings of a meter or a counter: which series there are, a page of one, and its chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from hub.accounts.models import Organization
from hub.display_zone import day_at
from hub.entities.models import Entity, MeterReading
from hub.entities.query.sql import statements
from hub.entities.read import find_entities, title
from hub.entities.readings.series import Interval, Position, counters_of_meter, list_readings
from hub.entities.readings.values import plain_text
from hub.entities.relations import links_of
from hub.ids import to_text
from hub.web.entities.authors import EVENT_PREFIX
from hub.web.entities.chart import Chart, Point, chart_of
from hub.web.entities.related import uuids_of

METER, COUNTER = "meter", "meter_counter"
READINGS_PER_PAGE = 50
MOST_SERIES = 24
"""Counters of one meter that are offered; real ones have fewer than ten."""
NO_COUNTER = "none"
SOUND = ("", "valid")


@dataclass(frozen=True, slots=True)
class Series:
    """The readings of one counter of one meter. key stands for it in an address."""

    key: str
    title: str
    meter_id: UUID
    counter_id: UUID | None


@dataclass(frozen=True, slots=True)
class Row:
    """A reading. value is every digit of it."""

    reading: MeterReading
    value: str
    event_id: str
    is_doubtful: bool


@dataclass(frozen=True, slots=True)
class ReadingsPage:
    """What the tab shows; current is None where there is no series at all."""

    series: Sequence[Series]
    current: Series | None
    rows: Sequence[Row] = ()
    chart: Chart | None = None
    unit: str = ""
    older: str = ""
    is_later: bool = False


def has_readings(entity: Entity) -> bool:
    """Whether entities of its schema have readings."""
    return entity.schema in (METER, COUNTER)


def readings_page(organization: Organization, entity: Entity, *, key: str, after: str) -> ReadingsPage:
    """A page of the series called key, else of the first; with a number of queries that does not grow."""
    series = _of_meter(organization, entity) if entity.schema == METER else _of_counter(organization, entity)
    current = next((one for one in series if one.key == key), series[0] if series else None)
    if current is None:
        return ReadingsPage(series, None)
    page = list_readings(
        organization=organization,
        counter=(current.meter_id, current.counter_id),
        limit=READINGS_PER_PAGE,
        interval=Interval(),
        after=position_of(after),
    )
    rows = [_row(reading) for reading in page.readings]
    units = {row.reading.unit for row in rows}
    return ReadingsPage(
        series,
        current,
        rows,
        chart_of([_point(row) for row in rows]),
        units.pop() if len(units) == 1 else "",
        cursor_of(page.next),
        bool(after),
    )


def _of_meter(organization: Organization, meter: Entity) -> list[Series]:
    """Counters that readings name, and those that the meter is related to."""
    named = counters_of_meter(organization=organization, meter_id=meter.pk, limit=MOST_SERIES)
    related = _related(meter, COUNTER)
    counters = _found(organization, [one for one in [*named, *related] if one is not None], COUNTER)
    series = [Series(str(one.pk), title(one, organization), meter.pk, one.pk) for one in counters[:MOST_SERIES]]
    return [*series, Series(NO_COUNTER, _("no counter"), meter.pk, None)] if None in named else series


def _of_counter(organization: Organization, counter: Entity) -> list[Series]:
    """The meters that a counter belongs to, by its own relation or by theirs."""
    pointing = statements().referrers(organization.pk, str(counter.pk), (METER, UUID(int=0)), MOST_SERIES)
    ids = [*_related(counter, METER), *(entity_id for schema, entity_id in pointing if schema == METER)]
    meters = _found(organization, ids, METER)
    return [Series(str(one.pk), title(one, organization), one.pk, counter.pk) for one in meters[:MOST_SERIES]]


def _related(entity: Entity, schema: str) -> list[UUID]:
    return uuids_of(link.entity_id for link in links_of(entity.attributes) if link.schema == schema)


def _found(organization: Organization, ids: Sequence[UUID], schema: str) -> list[Entity]:
    """Entities of these ids and that schema, in the order of the ids."""
    wanted = list(dict.fromkeys(ids))[: 2 * MOST_SERIES]
    found = {one.pk: one for one in find_entities(organization=organization, ids=wanted) if one.schema == schema}
    return [found[one] for one in wanted if one in found]


def _row(reading: MeterReading) -> Row:
    event_id = to_text(EVENT_PREFIX, reading.event_id) if reading.event_id else ""
    return Row(reading, plain_text(reading.value), event_id, reading.status not in SOUND)


def _point(row: Row) -> Point:
    reading = row.reading
    day = reading.day or day_at(reading.timestamp)
    return Point(reading.timestamp, reading.value, row.is_doubtful, day)


def cursor_of(position: Position | None) -> str:
    """The place as text in an address; empty for none."""
    return f"{position.timestamp.isoformat()}~{position.reading_id}" if position else ""


def position_of(cursor: str) -> Position | None:
    """The place that a cursor names, or None for a text that is none."""
    moment, _tilde, identifier = cursor.partition("~")
    try:
        at = parse_datetime(moment)
        return Position(at, UUID(identifier)) if at and at.tzinfo else None
    except ValueError:
        return None
