"""The ``pull`` block of a managed call: when it is made by itself, and what its answer is split into."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from hub.json_types import JSONObject, JSONPath, JSONValue
from integrations.findings import Findings

MEMBERS: Final = frozenset({"every_minutes", "payload", "cursor", "items", "next_page", "most_pages", "on_demand"})
OF_A_CURSOR: Final = frozenset({"parameter", "initial", "next", "overlap_seconds"})
OF_ON_DEMAND: Final = frozenset({"events", "payload"})
LONGEST_MINUTES: Final = 7 * 24 * 60
LONGEST_OVERLAP_S: Final = 7 * 24 * 60 * 60
MOST_PAGES: Final = 100_000
PAGES: Final = 1_000
"""Of one run, where nothing else is said: a source that never ends is a mistake."""
ON_DEMAND_EVENTS: Final = ("OnDemandSyncCustomerRequested", "OnDemandSyncContractRequested")


@dataclass(frozen=True, slots=True)
class CursorRule:
    """parameter: the member of the payload that holds it. following: the expression that finds it in a page; None: it
    is the moment at which the run began, less overlap."""

    parameter: str
    initial: str | int | float | None
    following: str | None
    overlap: timedelta


@dataclass(frozen=True, slots=True)
class OnDemand:
    """Core events that ask for one record, and the expression that makes the payload of the call from an event."""

    events: tuple[str, ...]
    payload: str


@dataclass(frozen=True, slots=True)
class PullConfiguration:
    """every None: only by hand and on demand. items and next_page are expressions over the result of the call."""

    every: timedelta | None
    payload: JSONObject
    cursor: CursorRule | None
    items: str
    next_page: str | None
    most_pages: int
    on_demand: OnDemand | None

    @classmethod
    def parse(cls, raw: JSONValue, at: JSONPath, findings: Findings) -> PullConfiguration | None:
        """None where the call is only made when somebody asks. What is wrong is noted in findings."""
        pull = findings.optional_object(raw, at)
        if pull is None:
            return None
        findings.warn_of_others(pull, at, MEMBERS)
        minutes = findings.optional_whole(
            pull.get("every_minutes"), at.key("every_minutes"), least=1, most=LONGEST_MINUTES
        )
        return cls(
            every=None if minutes is None else timedelta(minutes=minutes),
            payload=findings.optional_object(pull.get("payload"), at.key("payload")) or {},
            cursor=_cursor(pull.get("cursor"), at.key("cursor"), findings),
            items=findings.expression(pull.get("items"), at.key("items")) or "",
            next_page=findings.optional_expression(pull.get("next_page"), at.key("next_page")),
            most_pages=findings.optional_whole(pull.get("most_pages"), at.key("most_pages"), least=1, most=MOST_PAGES)
            or PAGES,
            on_demand=_on_demand(pull.get("on_demand"), at.key("on_demand"), findings),
        )


def _cursor(raw: JSONValue, at: JSONPath, findings: Findings) -> CursorRule | None:
    cursor = findings.optional_object(raw, at)
    if cursor is None:
        return None
    findings.warn_of_others(cursor, at, OF_A_CURSOR)
    initial = cursor.get("initial")
    if initial is not None and not is_cursor(initial):
        findings.error(at.key("initial"), "must be a text or a number of 64 bits at most")
        initial = None
    overlap = findings.optional_whole(
        cursor.get("overlap_seconds"), at.key("overlap_seconds"), least=0, most=LONGEST_OVERLAP_S
    )
    following = findings.optional_expression(cursor.get("next"), at.key("next"))
    if following is not None and overlap:
        findings.error(at.key("overlap_seconds"), "belongs to cursors that are moments; take it off within next")
    return CursorRule(
        parameter=findings.text(cursor.get("parameter"), at.key("parameter"), longest=128),
        initial=initial,  # type: ignore[arg-type]  # is_cursor has looked at it
        following=following,
        overlap=timedelta(seconds=overlap or 0),
    )


def is_cursor(value: object) -> bool:
    """Whether the value can say how far a run has come: a text of at most 1,000 characters, or a number, whole ones of
    64 bits at most: more digits can be neither kept nor sent on."""
    if isinstance(value, str):
        return len(value) <= 1_000
    if isinstance(value, int):
        return not isinstance(value, bool) and -(2**63) <= value < 2**64
    return isinstance(value, float) and math.isfinite(value)


def _on_demand(raw: JSONValue, at: JSONPath, findings: Findings) -> OnDemand | None:
    asked = findings.optional_object(raw, at)
    if asked is None:
        return None
    findings.warn_of_others(asked, at, OF_ON_DEMAND)
    events = tuple(
        findings.word(name, at.key("events").index(place), ON_DEMAND_EVENTS)
        for place, name in enumerate(findings.items(asked.get("events"), at.key("events"), least=1))
    )
    return OnDemand(events, findings.expression(asked.get("payload"), at.key("payload")) or "")
