"""meters_page: what the demo's grid operator answers: meters in the order in which they were read out, on pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from hub.json_encoding import timestamp
from hub.json_types import JSONObject, JSONValue

METERS: Final = 25
ON_A_PAGE: Final = 10
EVERY_S: Final = 300
"""One meter after the other is visited; so there is always something new, and each time a little."""
TYPES: Final = ("three-phase-meter", "smart-meter", "modern-metering-system")
PLACES: Final = ("Basement", "Hallway", "Garage")


def meters_page(*, since: str, page: int, at: datetime) -> JSONObject:
    """Those visited after since, a moment in UTC (empty: all), the earliest first; page counts from 1."""
    last = int(at.timestamp()) // EVERY_S
    visits = [
        (timestamp(datetime.fromtimestamp(slot * EVERY_S, UTC)), slot) for slot in range(last - METERS + 1, last + 1)
    ]
    wanted = [(moment, slot) for moment, slot in visits if moment > since]
    shown = wanted[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    meters: list[JSONValue] = [_meter(slot % METERS, moment, slot) for moment, slot in shown]
    return {"meters": meters, "page": page, "has_more": len(wanted) > page * ON_A_PAGE}


def _meter(number: int, visited_at: str, slot: int) -> JSONObject:
    return {
        "number": f"NB-{number + 1:04}",
        "kind": TYPES[number % len(TYPES)],
        "place": PLACES[number % len(PLACES)],
        "calibrated_on": f"20{17 + number % 8}-03-14",
        "operating_hours": slot % 100_000,
        "visited_at": visited_at,
    }
