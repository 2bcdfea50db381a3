"""sums_of: counters of events, folded or not, summed by the database in one statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Model

from hub import database
from monitoring.counters import DURATION_BINS
from monitoring.counting.reading import moment_in
from monitoring.counting.sql import statements
from monitoring.models import Bucket, BucketDelta, IntegrationBucket

HOURLY: Final = 60
"""Width in minutes of the buckets that integrations have as a whole."""
USE_CASE: Final = "use_case_id"
PLACE = "place"
"""Name of the step that a counter begins in, beside the columns that counters have."""


class Part(NamedTuple):
    """Buckets of one width that begin at since or later and before until, None for no end; width_minutes None: what
    nobody has folded yet."""

    width_minutes: int | None
    since: datetime
    until: datetime | None = None


class Steps(NamedTuple):
    """Equal steps of time, counted from 0 at first, a whole second."""

    first: datetime
    step: timedelta


class Sum(NamedTuple):
    """Events of a group, when the last one ended, and how many durations lie in each bin; none where not asked for."""

    group: tuple[Any, ...]  # Any: as the database keeps the columns of by
    events: int
    last_at: datetime
    bins: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """What is summed: counters of these parts whose columns have one of the values of narrowed, where it has any; by
    columns, and by PLACE where there are steps."""

    parts: Sequence[Part]
    narrowed: Mapping[str, Sequence[object]]
    by: tuple[str, ...]
    steps: Steps | None = None
    has_bins: bool = False


def sums_of(wanted: Sums) -> Iterator[Sum]:
    """One row per group that has counters; ids come as UUID. One statement."""
    names = ", ".join(wanted.by)
    bins = "".join(f", sum(bin_{position})" for position in range(DURATION_BINS)) if wanted.has_bins else ""
    parameters: list[object] = []
    parts = " UNION ALL ".join([_part(wanted, part, parameters) for part in wanted.parts])
    text = f"SELECT {names}, sum(events), max(last_at){bins} FROM ({parts}) AS parts GROUP BY {names}"  # noqa: S608 -- names of ours
    width = len(wanted.by)
    for row in database.rows(text, parameters):
        group = tuple(_value(name, value) for name, value in zip(wanted.by, row, strict=False))
        yield Sum(group, int(row[width]), moment_in(row[width + 1]), row[width + 2 :])


def _part(wanted: Sums, part: Part, parameters: list[object]) -> str:
    words = statements()
    columns = [_place(wanted.steps) if name == PLACE else name for name in wanted.by] + ["events", "last_at"]
    if wanted.has_bins:
        columns += [f"{words.BIN.format(bin=position)} AS bin_{position}" for position in range(DURATION_BINS)]
    widths = () if part.width_minutes is None else (part.width_minutes,)
    table = _counters(wanted, part)._meta.db_table
    conditions = [f"starts_at >= {words.MARK}"]
    parameters.append(part.since)
    if part.until:
        conditions.append(f"starts_at < {words.MARK}")
        parameters.append(part.until)
    for column, values in {**wanted.narrowed, "width_minutes": widths}.items():
        if values:
            conditions.append(f"{column} IN ({', '.join([words.MARK] * len(values))})")
            parameters += values
    return f"SELECT {', '.join(columns)} FROM {table} WHERE {' AND '.join(conditions)}"  # noqa: S608 -- names of ours


def _counters(wanted: Sums, part: Part) -> type[Model]:
    """Where use cases do not matter, whole integrations have a twentieth of the rows; of hours only."""
    if part.width_minutes is None:
        return BucketDelta
    is_of_use_cases = USE_CASE in wanted.by or bool(wanted.narrowed.get(USE_CASE))
    return Bucket if is_of_use_cases or part.width_minutes != HOURLY else IntegrationBucket


def _place(steps: Steps | None) -> str:
    if steps is None:
        raise ValueError("Without steps there are no places.")
    first, seconds = int(steps.first.timestamp()), int(steps.step.total_seconds())
    return f"{statements().PLACE.format(moment='starts_at', first=first, seconds=seconds)} AS {PLACE}"


def _value(name: str, value: object) -> object:
    return UUID(str(value)) if name.endswith("_id") and value is not None and not isinstance(value, UUID) else value
