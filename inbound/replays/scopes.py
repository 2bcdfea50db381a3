"""Scope: which events a replay is about, page after page, the earliest received first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

import msgspec

from hub.jobs.kinds import FAILED
from hub.jobs.models import JobResult
from hub.jobs.named import named_ids
from hub.json_types import JSONObject, JSONValue
from inbound.events import EVENT_PREFIX
from inbound.models import EventStatus, InboundEvent, InboundOutcome
from inbound.payload_search.scanning import having
from inbound.payload_search.search import payload_of
from inbound.query import EventFilter, count_events, newest_sequence, walk_events

MOST_READ: Final = 1_000
"""Payloads that are read for one page."""
THIS_VERY_MOMENT: Final = timedelta(microseconds=1)
"""What was received just now counts, too."""
UUIDs = tuple[UUID, ...]
Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """events in their order; unknown: ids that name no event of the organization, unreadable: texts that are no ids.
    cursor leads to the next page. looked_at: rows among which the events were found."""

    events: Sequence[InboundEvent]
    cursor: JSONValue
    is_last: bool
    looked_at: int
    unknown: Sequence[UUID] = ()
    unreadable: Sequence[str] = ()


class Scope(Protocol):
    """A set of events that does not grow while it is read."""

    def page(self, organization_id: int, cursor: JSONValue, limit: int, deadline: float | None = None) -> Page:
        """At most limit of them, behind the cursor, None: from the first one. Where payloads are read, the page ends
        early once the deadline of the monotonic clock is reached."""

    def count(self, organization_id: int, most: int) -> int | None:
        """How many there are, counted no further than most; None where nobody knows before they are read."""

    def as_json(self) -> JSONObject:
        """As the request of a job keeps it."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Events that somebody has ticked. unreadable: what they sent as well, which is no id."""

    ids: tuple[UUID, ...]
    unreadable: tuple[str, ...] = ()

    @classmethod
    def named(cls, texts: Sequence[str]) -> Selection:
        """Those of public ids, each once. What is no id stays in it, so that a wrong text never means less than it
        says: a selection of nothing but such texts finds nothing."""
        return cls(*named_ids(EVENT_PREFIX, texts))

    def __len__(self) -> int:
        """Those that do not exist count, too: each has a result that says so."""
        return len(self.ids) + len(self.unreadable)

    def page(self, organization_id: int, cursor: JSONValue, limit: int, deadline: float | None = None) -> Page:
        """The cursor is the number of ids that were passed."""
        start = cursor if isinstance(cursor, int) else 0
        wanted = self.ids[start : start + limit]
        rows = _events_of(organization_id, wanted)
        known = {row.pk for row in rows}
        unknown = [one for one in wanted if one not in known]
        is_last = start + limit >= len(self.ids)
        unreadable = self.unreadable if is_last else ()
        return Page(rows, start + len(wanted), is_last, len(wanted) + len(unreadable), unknown, unreadable)

    def count(self, organization_id: int, most: int) -> int:
        """Those that do not exist count, too."""
        return min(len(self), most)

    def in_order(self, organization_id: int) -> Selection:
        """The same, the earliest received first, those that do not exist last."""
        ordered = [row.pk for row in _events_of(organization_id, self.ids)]
        return replace(self, ids=tuple(dict.fromkeys([*ordered, *self.ids])))

    def as_json(self) -> JSONObject:
        """{"by": "selection", "ids", "unreadable"}, the latter where there are such."""
        told: JSONObject = {"by": "selection", "ids": [str(one) for one in self.ids]}
        return told | ({"unreadable": list(self.unreadable)} if self.unreadable else {})


@dataclass(frozen=True, slots=True)
class Matching:
    """Events that a filter of the list finds. It is frozen: it has an end, so nothing newer slips in."""

    wanted: EventFilter

    @classmethod
    def until(cls, wanted: EventFilter, at: datetime) -> Matching:
        """What the filter finds of the events received up to that moment, and of those that there are now: a replay
        that is made by a worker whose clock is late must not be found, too."""
        end = at + THIS_VERY_MOMENT
        end = min(wanted.until, end) if wanted.until else end
        return cls(replace(wanted, until=end, up_to=newest_sequence(), before=None, after=None))

    def page(self, organization_id: int, cursor: JSONValue, limit: int, deadline: float | None = None) -> Page:
        """The cursor is where the last row of the page before stands. A page of those whose payloads have to be read
        may be empty and not the last."""
        after = msgspec.convert(cursor, tuple[datetime, UUID]) if cursor else None
        limit = min(limit, MOST_READ) if self.wanted.payload else limit
        wanted = replace(self.wanted, after=after, payload="")
        rows = walk_events(organization_id=organization_id, wanted=wanted, limit=limit + 1)
        found = shown = rows[:limit]
        if self.wanted.payload:
            found, read = having(shown, payload_of(self.wanted), deadline)
            shown = shown[:read]
        place: JSONValue = msgspec.to_builtins((shown[-1].received_at, shown[-1].pk)) if shown else cursor
        return Page(found, place, len(rows) == len(shown), len(shown))

    def count(self, organization_id: int, most: int) -> int | None:
        """One bounded count; None where payloads would have to be read."""
        if self.wanted.payload:
            return None
        return count_events(organization_id=organization_id, wanted=self.wanted, most=most)

    def as_json(self) -> JSONObject:
        """{"by": "filter", "filter"}, the fields that narrow something."""
        told: JSONObject = msgspec.to_builtins(self.wanted)
        narrowing: JSONObject = {name: value for name, value in told.items() if value not in (None, "", [])}
        return {"by": "filter", "filter": narrowing}


@dataclass(frozen=True, slots=True)
class FailuresOf:
    """What another replay could not start, and what it started that has failed."""

    job_id: UUID
    _statuses: tuple[str, ...] = field(default=(EventStatus.ERROR,), repr=False)

    def page(self, organization_id: int, cursor: JSONValue, limit: int, deadline: float | None = None) -> Page:
        """The cursor is the number of the last result that was looked at; a page may be empty and not the last."""
        number = cursor if isinstance(cursor, int) else 0
        results = list(JobResult.objects.filter(job_id=self.job_id, number__gt=number).order_by("number")[: limit + 1])
        seen = results[:limit]
        last = seen[-1].number if seen else number
        return Page(_events_of(organization_id, self._failed(seen)), last, len(results) <= limit, len(seen))

    def count(self, organization_id: int, most: int) -> int | None:
        """None where the job has that many results or more: who has failed is known once they are looked at."""
        results = list(JobResult.objects.filter(job_id=self.job_id).order_by("number")[:most])
        return len(self._failed(results)) if len(results) < most else None

    def _failed(self, results: Sequence[JobResult]) -> list[UUID]:
        made = [one.made_id for one in results if one.made_id]
        outcomes = InboundOutcome.objects.filter(pk__in=made, status__in=self._statuses)
        failed = set(outcomes.values_list("pk", flat=True))
        not_started = [one.subject_id for one in results if one.outcome == FAILED and one.subject_id]
        return [*not_started, *(one for one in made if one in failed)]

    def as_json(self) -> JSONObject:
        """{"by": "failures", "job"}."""
        return {"by": "failures", "job": str(self.job_id)}


def parse_scope(told: JSONObject) -> Scope:
    """What as_json made. Raises msgspec.ValidationError, KeyError and ValueError."""
    if told["by"] == "selection":
        return Selection(*msgspec.convert((told["ids"], told.get("unreadable", [])), tuple[UUIDs, Texts]))
    if told["by"] == "failures":
        return FailuresOf(msgspec.convert(told["job"], UUID))
    return Matching(msgspec.convert(told["filter"], EventFilter))


def _events_of(organization_id: int, ids: Sequence[UUID]) -> list[InboundEvent]:
    rows = InboundEvent.objects.filter(organization_id=organization_id, pk__in=ids)
    return list(rows.order_by("received_at", "pk"))
