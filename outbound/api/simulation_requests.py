"""What the simulation of an outbound mapping is asked: an expression, its delivery, and an event or a payload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hub.api.query_fields import text_of, word_of, wrong
from hub.json_types import ROOT, JSONObject
from outbound.simulate import Target

MEMBERS: Final = frozenset({"jsonata_expression", "delivery_type", "payload", "event_id", "event_catalog_event"})


@dataclass(frozen=True, slots=True)
class Asked:
    """payload None: the event with that id is meant; its name is empty where nobody says one."""

    expression: str
    target: Target
    payload: JSONObject | None
    event_id: str
    event_name: str


def asked_in(body: JSONObject) -> Asked:
    """Raises Invalid for what is not well-formed; whether the expression is any good is the simulation's answer."""
    for name in body:
        if name not in MEMBERS:
            raise wrong(ROOT.key(name), "is not known here")
    target = Target(word_of(body, "delivery_type", tuple(Target)) or Target.POLL)
    payload = _payload(body)
    return Asked(
        expression=_expression(body, target),
        target=target,
        payload=payload,
        event_id=text_of(body, "event_id"),
        event_name=text_of(body, "event_catalog_event"),
    )


def _expression(body: JSONObject, target: Target) -> str:
    expression = body.get("jsonata_expression")
    if expression is None and target is Target.POLL:
        return ""
    if not isinstance(expression, str):
        raise wrong("jsonata_expression", "is required" if expression is None else "must be a string")
    if not expression.strip() and target is not Target.POLL:
        raise wrong("jsonata_expression", "must be a JSONata expression")
    return expression


def _payload(body: JSONObject) -> JSONObject | None:
    payload = body.get("payload")
    is_by_id = body.get("event_id") is not None
    if payload is None and not is_by_id:
        raise wrong("payload", "is required, or event_id in its place")
    if payload is not None and is_by_id:
        raise wrong("payload", "cannot be given beside event_id: send one of the two")
    if payload is None or isinstance(payload, dict):
        return payload
    raise wrong("payload", "must be an object")
