"""The readings workload: 1,000 readings of 100 meters in one event, each naming its meter and its counter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.contracts import counter_id, meter_number

METERS = 100
OF_EACH = 10

_FIELDS = {"external_id": "BELEG", "timestamp": "ZEITPUNKT", "value": "STAND", "unit": "EINHEIT", "reason": "GRUND"}


def configuration() -> dict[str, Any]:
    """The use case. Any: JSON."""
    fields: list[dict[str, Any]] = [{"attribute": attribute, "field": key} for attribute, key in _FIELDS.items()]
    entry = {
        "jsonataExpression": "STAENDE",
        "meter": {"unique_ids": [{"attribute": "meter_number", "field": "ZAEHLER"}]},
        "meter_counter": {"unique_ids": [{"attribute": "external_id", "field": "ZAEHLWERK"}]},
        "fields": [*fields, {"attribute": "source", "constant": "ERP"}],
    }
    return {"entities": [], "meter_readings": [entry]}


def payload(event: int, meters: Sequence[int]) -> dict[str, Any]:
    """OF_EACH readings of each of these meters that no other event brings. Any: JSON."""
    return {
        "LAUF": f"L-{event:06d}",
        "STAENDE": [
            {
                "BELEG": f"R-{event:06d}-{meter:08d}-{day:02d}",
                "ZAEHLER": meter_number(meter),
                "ZAEHLWERK": counter_id(meter),
                "ZEITPUNKT": f"2026-01-{day + 1:02d}T06:00:00+01:00",
                "STAND": 10_000.5 + 10 * day,
                "EINHEIT": "kWh",
                "GRUND": "regular",
            }
            for meter in meters
            for day in range(OF_EACH)
        ],
    }
