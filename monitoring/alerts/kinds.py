"""Kinds of rules and their parameters, parsed once into frozen types; the units are in the names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final, Self, TypeAlias

from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONObject, JSONValue

WINDOWS: Final = (5, 15, 30, 60, 360, 1440)
"""Minutes over which events may be counted."""
LEVELS: Final = ("error", "warning")
MOST_EVENTS: Final = 1_000_000
LONGEST_SILENCE_MINUTES: Final = 35 * 24 * 60


class Kind(StrEnum):
    """What a rule looks at."""

    ERROR_RATE = "error_rate"
    COUNT = "count"
    SILENCE = "silence"
    QUEUE_AGE = "queue_age"
    CIRCUIT_OPEN = "circuit_open"
    EXPIRING = "expiring"


class Signal(StrEnum):
    """What a silence is the absence of."""

    EVENT = "event"
    ACKNOWLEDGEMENT = "acknowledgement"
    POLL = "poll"


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """More than percent of the events of the window failed, and there were at least least_events."""

    kind: ClassVar = Kind.ERROR_RATE
    percent: int
    least_events: int
    window_minutes: int

    @classmethod
    def parse(cls, raw: JSONObject) -> Self:
        """Raises Invalid that names the member."""
        return cls(
            whole(raw, "percent", 1, 100), whole(raw, "least_events", 1, MOST_EVENTS), window(raw, "window_minutes")
        )


@dataclass(frozen=True, slots=True)
class Count:
    """At least number spans of a code, or of a level where code is empty, in the window."""

    kind: ClassVar = Kind.COUNT
    code: str
    level: str
    number: int
    window_minutes: int

    @classmethod
    def parse(cls, raw: JSONObject) -> Self:
        """Raises Invalid that names the member."""
        code, level = raw.get("code") or "", raw.get("level") or "error"
        if not isinstance(code, str) or len(code) > 64:
            raise _wrong("code", "must be a code of at most 64 characters")
        if level not in LEVELS:
            raise _wrong("level", f"must be one of {', '.join(LEVELS)}")
        return cls(code.strip(), str(level), whole(raw, "number", 1, MOST_EVENTS), window(raw, "window_minutes"))


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing of the signal for so many minutes. What never came counts from when the rule began to look."""

    kind: ClassVar = Kind.SILENCE
    signal: Signal
    minutes: int

    @classmethod
    def parse(cls, raw: JSONObject) -> Self:
        """Raises Invalid that names the member."""
        signal = raw.get("signal", Signal.EVENT.value)
        if signal not in tuple(Signal):
            raise _wrong("signal", f"must be one of {', '.join(Signal)}")
        return cls(Signal(str(signal)), whole(raw, "minutes", 5, LONGEST_SILENCE_MINUTES))


@dataclass(frozen=True, slots=True)
class QueueAge:
    """Something has waited for more than so many minutes."""

    kind: ClassVar = Kind.QUEUE_AGE
    minutes: int

    @classmethod
    def parse(cls, raw: JSONObject) -> Self:
        """Raises Invalid that names the member."""
        return cls(whole(raw, "minutes", 1, LONGEST_SILENCE_MINUTES))


@dataclass(frozen=True, slots=True)
class CircuitOpen:
    """A receiver gets nothing because it has failed too often."""

    kind: ClassVar = Kind.CIRCUIT_OPEN

    @classmethod
    def parse(cls, raw: JSONObject) -> Self:
        """There is nothing to choose."""
        return cls()


@dataclass(frozen=True, slots=True)
class Expiring:
    """A token, a certificate or a variable ends within so many days, or has ended."""

    kind: ClassVar = Kind.EXPIRING
    days: int

    @classmethod
    def parse(cls, raw: JSONObject) -> Self:
        """Raises Invalid that names the member."""
        return cls(whole(raw, "days", 1, 365))


Parameters: TypeAlias = ErrorRate | Count | Silence | QueueAge | CircuitOpen | Expiring
_TYPES: Final[Mapping[Kind, type[Parameters]]] = {
    one.kind: one for one in (ErrorRate, Count, Silence, QueueAge, CircuitOpen, Expiring)
}


def parse(kind: str, raw: JSONObject) -> Parameters:
    """The parameters of a rule of that kind. Raises Invalid for an unknown kind, or one that names the member."""
    if kind not in tuple(Kind):
        raise _wrong("kind", f"must be one of {', '.join(Kind)}")
    return _TYPES[Kind(kind)].parse(raw)


def whole(raw: JSONObject, name: str, least: int, most: int) -> int:
    """A whole number within the bounds. Raises Invalid."""
    value: JSONValue = raw.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _wrong(name, f"must be a whole number from {least} to {most}")
    return value


def window(raw: JSONObject, name: str) -> int:
    """One of WINDOWS. Raises Invalid."""
    value = raw.get(name)
    if value not in WINDOWS or not isinstance(value, int):
        raise _wrong(name, f"must be one of {', '.join(map(str, WINDOWS))} minutes")
    return value


def _wrong(name: str, message: str) -> Invalid:
    return Invalid(f"{name}: {message}", details=[ErrorDetail(name, message)])
