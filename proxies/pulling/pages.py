"""asked_by_schedule, asked_on_demand and split: what pages are asked for with, and what an answer is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from hub import strict_json
from hub.environments.resolve import values_of
from hub.errors import HubError
from hub.events.shaping.plan import Failure
from hub.json_encoding import encode, timestamp
from hub.json_types import JSONObject, JSONValue
from proxies.managed_call.pull import CursorRule, OnDemand, PullConfiguration, is_cursor
from proxies.mapping.evaluating import evaluate
from proxies.mapping.plan import Plan
from proxies.models import PullKind, PullRun

ITEMS: Final = "items"
FOLLOWING: Final = "next_page"
CURSOR: Final = "cursor.next"
ASKED: Final = "on_demand.payload"
MOST_ITEMS: Final = 10_000
"""Of one page; what is more should come in several."""
_DIGITS: Final = re.compile(r"-?[0-9]{1,100}")


class PageUnfit(HubError):
    """An expression of the schedule failed, or yields something that cannot be used."""

    code = "PULL_PAGE_UNFIT"
    status = 400


@dataclass(frozen=True, slots=True)
class Split:
    """items: JSON texts. cursor: the highest so far. following: members of the payload of the next page, None: last."""

    items: Sequence[bytes]
    cursor: JSONValue
    following: JSONObject | None


def start_of(pull: PullConfiguration, cursor: JSONValue, *, is_full: bool) -> JSONValue:
    """The cursor that a run begins with; None where none is kept, or there is nothing to begin with."""
    if pull.cursor is None:
        return None
    return pull.cursor.initial if is_full or cursor is None else cursor


def asked_by_schedule(pull: PullConfiguration, run: PullRun) -> JSONObject:
    """What all pages of the run are asked with: the payload with the cursor, which wins. One that there is not yet
    leaves the payload's own member, if it has one."""
    of_cursor: JSONObject = {}
    if pull.cursor is not None and run.cursor_from is not None:
        of_cursor[pull.cursor.parameter] = run.cursor_from
    return {**pull.payload, **of_cursor}


def asked_on_demand(asked: OnDemand, event: JSONObject, *, organization_id: int, at: datetime) -> JSONObject | None:
    """What the event adds to the payload of all pages; None where its expression finds nothing to ask for.

    Raises PageUnfit, and Busy and NoChild as the children do.
    """
    seen = _Seen(encode(event), values_of(organization_id), {}, at)
    payload = seen.value(ASKED, asked.payload)
    if payload is not None and not isinstance(payload, dict):
        raise PageUnfit(f"{ASKED}: must yield an object, or nothing where there is nothing to ask for")
    return payload


def split(pull: PullConfiguration, run: PullRun, *, result: bytes, payload: JSONObject, at: datetime) -> Split:
    """What the result of the call, JSON text, holds. Expressions see it as ``$``, and what it was asked with as
    ``$payload``, ``$cursor`` and ``$page``, which counts from 1.

    Raises PageUnfit, and Busy and NoChild as the children do.
    """
    if result[:1] not in {b"{", b"["}:
        raise PageUnfit("The call yields no object and no list, so there is nothing to be split into records.")
    asked = {"payload": payload, "cursor": run.cursor_from, "page": run.pages + 1}
    bindings = {name: encode(value) for name, value in asked.items()}
    seen = _Seen(result, values_of(run.organization_id), bindings, at)
    rule = None if run.kind == PullKind.ON_DEMAND else pull.cursor
    named = seen.value(CURSOR, rule.following) if rule and rule.following else None
    following = seen.value(FOLLOWING, pull.next_page) if pull.next_page else None
    return Split(_items(seen.text(ITEMS, pull.items)), _cursor(rule, run, named), _following(following))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the expressions of a page see."""

    document: bytes
    environment: Mapping[str, JSONValue]
    bindings: Mapping[str, bytes]
    at: datetime

    def text(self, where: str, expression: str) -> str:
        """What the expression yields, as JSON text; empty where that is nothing."""
        plan = Plan(expression, where, environment=dict(self.environment))
        mapped = evaluate(plan, self.document, bindings=self.bindings, at=self.at)
        if mapped.failure is not None:
            raise PageUnfit(_told(mapped.failure))
        return mapped.text

    def value(self, where: str, expression: str) -> JSONValue:
        """What the expression yields; None where that is nothing."""
        text = self.text(where, expression)
        return strict_json.parse(text.encode()) if text else None


def _told(failure: Failure) -> str:
    place = f" (line {failure.line}, column {failure.column})" if failure.line else ""
    return f"{failure.where}: {failure.message}{place}"


def _items(text: str) -> Sequence[bytes]:
    """Nothing is an empty page, and one that stands alone a list of one: that is how the language sees lists."""
    if text in {"", "null"}:
        return []
    found = msgspec.json.decode(text, type=list[msgspec.Raw]) if text.startswith("[") else [text.encode()]
    if len(found) > MOST_ITEMS:
        raise PageUnfit(
            f"{ITEMS}: the page has {len(found)}, and at most {MOST_ITEMS} are taken; ask for smaller pages"
        )
    return [bytes(one) for one in found]


def _following(value: JSONValue) -> JSONObject | None:
    if value is None or value is False:
        return None
    if not isinstance(value, dict) or not value:
        raise PageUnfit("next_page: must yield an object with members of the payload, or nothing on the last page")
    return value


def _cursor(rule: CursorRule | None, run: PullRun, found: JSONValue) -> JSONValue:
    """The highest that the pages have named; without an expression the moment at which the run began."""
    if rule is None:
        return None
    if rule.following is None:
        return timestamp((run.started_at or run.created_at) - rule.overlap)
    if found is None:
        return run.cursor_to
    if not is_cursor(found):
        raise PageUnfit("cursor.next: must yield a text or a number, or nothing")
    before = run.cursor_from if run.cursor_to is None else run.cursor_to
    return found if before is None or _is_later(found, before) else before


def _is_later(found: JSONValue, before: JSONValue) -> bool:
    """Digits count as the number that they are, also as text: that is how long numbers come out of expressions."""
    if not can_be_compared(found, before):
        raise PageUnfit(
            "cursor.next: a text and a number cannot be compared; have it yield what the cursor has been so far"
        )
    numbers = _number(found), _number(before)
    if numbers[0] is not None and numbers[1] is not None:
        return numbers[0] > numbers[1]
    return str(found) > str(before)


def can_be_compared(one: JSONValue, other: JSONValue) -> bool:
    """Whether one of two cursors can be later: two texts, or what counts as a number."""
    are_texts = isinstance(one, str) and isinstance(other, str)
    return are_texts or (_number(one) is not None and _number(other) is not None)


def _number(cursor: JSONValue) -> Decimal | None:
    is_number = isinstance(cursor, int | float) or (isinstance(cursor, str) and _DIGITS.fullmatch(cursor) is not None)
    return Decimal(str(cursor)) if is_number else None
