"""document_of: a reading as API clients see it."""

from __future__ import annotations

from decimal import Decimal

from hub.entities.models import MeterReading
from hub.entities.readings.values import plain_text, text_of_moment
from hub.json_types import JSONObject, JSONValue


def document_of(reading: MeterReading) -> JSONObject:
    """What the reading says, and what the hub knows about it; what it does not say is left out.

    value is a number; where one of JSON cannot hold every digit, it is the text of all of them.
    """
    said: JSONObject = {
        "counter_id": None if reading.counter_id is None else str(reading.counter_id),
        "external_id": reading.external_id,
        "unit": reading.unit,
        "direction": reading.direction,
        "reason": reading.reason,
        "status": reading.status,
        "read_by": reading.read_by,
        "remark": reading.remark,
        "note": reading.note,
        "metadata": reading.metadata,
    }
    return {
        **reading.attributes,
        **{name: value for name, value in said.items() if value},
        "_id": str(reading.pk),
        "meter_id": str(reading.meter_id),
        "timestamp": reading.timestamp_text or text_of_moment(reading.timestamp),
        "value": _number(reading.value),
        "source": reading.source,
        "_created_at": text_of_moment(reading.created_at),
        "_updated_at": text_of_moment(reading.updated_at),
    }


def _number(value: Decimal) -> JSONValue:
    """A JSON number where reading it as one gives the same digits back."""
    text = plain_text(value)
    number = float(text)
    if Decimal(repr(number)) != value:
        return text
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
