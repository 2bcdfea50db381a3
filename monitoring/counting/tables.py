"""Tables: where rows of one kind are, and where they are counted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final


@dataclass(frozen=True)
class Tables:
    """The rows themselves and their two tables of numbers, all of which have the columns of groups and outcome.

    deltas get a row whenever rows are written, buckets when deltas are folded: they have starts_at, number and last_at.
    moment is the column of rows that says which window a row belongs to; only, a condition in SQL for rows that are not
    all counted. groups begin with use_case_id, a UUID; all others are texts.
    """

    rows: str
    moment: str
    deltas: str
    buckets: str
    groups: tuple[str, ...]
    outcome: str
    only: str = "true"
    unended: str = ""
    """A condition in SQL for rows that have yet to come to an end: they are counted as they stand."""
    unended_outcome: str = ""

    @cached_property
    def key(self) -> tuple[str, ...]:
        """The columns of the buckets' unique constraint."""
        return ("integration_id", "width_minutes", "starts_at", *self.groups, self.outcome)

    @cached_property
    def key_columns(self) -> str:
        """The same, as SQL."""
        return ", ".join(self.key)

    @cached_property
    def taken_columns(self) -> str:
        """Those of the key that a delta has as they are."""
        return ", ".join(name for name in self.key if name not in ("width_minutes", "starts_at"))

    @cached_property
    def value_columns(self) -> str:
        """Groups and outcome, as SQL."""
        return ", ".join((*self.groups, self.outcome))


SPANS: Final = Tables(
    rows="monitoring_monitoringevent",
    moment="completed_at",
    deltas="monitoring_spandelta",
    buckets="monitoring_spanbucket",
    groups=("use_case_id", "sync_type", "code", "category", "object_type"),
    outcome="level",
)
"""Everything that the monitoring API groups spans by."""
