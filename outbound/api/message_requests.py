"""Requests of the poll queue, read: unknown members are refused, lists have 1 to 100 items."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeGuard

from hub.api.query_fields import wrong
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue
from outbound.queue.acknowledging import Ack

DEFAULT_LIMIT = 10
MOST_BYTES = 128 * 1024
"""Of a body."""
MOST = 100
"""Messages of a poll, acknowledgements or ids of a request."""
LONGEST_ID = 64
LONGEST_REASON = 500
_ACK_MEMBERS = frozenset({"id", "lease_token"})


@dataclass(frozen=True, slots=True)
class Redrive:
    """Which dead letters, and whether they are mapped anew."""

    ids: list[str]
    reapply_mapping: bool


def poll_limit(body: JSONObject) -> int:
    """How many messages are wanted. Raises Invalid."""
    _refuse_others(body, {"limit"})
    limit = body.get("limit", DEFAULT_LIMIT)
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST:
        raise wrong("limit", f"must be a whole number from 1 to {MOST}")
    return limit


def acks_in(body: JSONObject) -> list[Ack]:
    """The acknowledgements. Raises Invalid."""
    _refuse_others(body, {"acks"})
    return [_ack(raw, place) for place, raw in enumerate(_items(body, "acks"))]


def redrive_in(body: JSONObject) -> Redrive:
    """What to redrive. Raises Invalid."""
    _refuse_others(body, {"ids", "reapply_mapping"})
    ids = [_id(raw, JSONPath("ids").index(place)) for place, raw in enumerate(_items(body, "ids"))]
    reapplies = body.get("reapply_mapping", False)
    if not isinstance(reapplies, bool):
        raise wrong("reapply_mapping", "must be true or false")
    return Redrive(ids, reapplies)


def reason_in(body: JSONObject) -> str:
    """Why the queue is unblocked, or empty. Raises Invalid."""
    _refuse_others(body, {"reason"})
    reason = body.get("reason", "")
    if not isinstance(reason, str) or len(reason) > LONGEST_REASON:
        raise wrong("reason", f"must be a string of at most {LONGEST_REASON} characters")
    return reason


def _ack(raw: JSONValue, place: int) -> Ack:
    if isinstance(raw, dict) and raw.keys() == _ACK_MEMBERS:
        identifier, token = raw["id"], raw["lease_token"]
        if _is_id(identifier) and _is_id(token):
            return Ack(identifier, token)
    return _checked_ack(raw, JSONPath("acks").index(place))


def _checked_ack(raw: JSONValue, at: JSONPath) -> Ack:
    """Member by member, to say which is wrong."""
    if not isinstance(raw, dict):
        raise wrong(at, "must be an object with id and lease_token")
    _refuse_others(raw, _ACK_MEMBERS, at)
    return Ack(_id(raw.get("id"), at.key("id")), _id(raw.get("lease_token"), at.key("lease_token")))


def _items(body: JSONObject, name: str) -> list[JSONValue]:
    items = body.get(name)
    if not isinstance(items, list) or not 1 <= len(items) <= MOST:
        raise wrong(name, f"must be a list of 1 to {MOST} items")
    return items


def _id(raw: JSONValue, at: JSONPath) -> str:
    if not _is_id(raw):
        raise wrong(at, f"must be a string of 1 to {LONGEST_ID} characters")
    return raw


def _is_id(raw: JSONValue) -> TypeGuard[str]:
    return isinstance(raw, str) and 1 <= len(raw) <= LONGEST_ID


def _refuse_others(body: JSONObject, known: Collection[str], at: JSONPath = ROOT) -> None:
    for name in body:
        if name not in known:
            raise wrong(at.key(name), "is not known here")
