"""Items: what an entry makes of the payload of one event (mapping.md 3.1, 3.6, 3.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hub.json_types import JSONValue
from hub.jsonata.engine import Context
from hub.jsonata.undefined import UNDEFINED
from inbound.mapping.entries import Expansion
from inbound.mapping.notes import Notes
from inbound.mapping.result import Facts
from inbound.mapping.values import evaluate, truth


class Items(Notes):
    """One payload with the hub's own variables; what is odd about its items goes to the notes.

    Its members are set by whoever inherits them, at once: one is made per event, and a call in between costs 1 % of it.
    """

    __slots__ = ("_payload", "_root", "_variables")

    _payload: JSONValue
    _root: Context
    _variables: Mapping[str, JSONValue]

    def _context(self, item: JSONValue) -> Context:
        return Context(item, payload=self._payload, facts=self._variables)

    def _expanded(self, entry: Expansion) -> Any:  # Any: a JSON value or UNDEFINED
        if entry.expression is None:
            return self._payload
        return evaluate(entry.expression, self._expansion_context(entry), entry.expression_path)

    def _expansion_context(self, entry: Expansion) -> Context:
        """The payload; where the expression calls it by the name payload and has no such key, one is lent to it."""
        payload = self._payload
        if not entry.names_payload or not isinstance(payload, dict) or "payload" in payload:
            return self._root
        if self.advises:
            self.warn(entry.label, "the expression calls the payload by name; write $ instead")
        return self._context({**payload, "payload": payload})

    def _is_enabled(self, entry: Expansion, whole: Any) -> bool:  # Any: as above
        if entry.condition is None:
            return True
        context = self._root if entry.expression is None else self._context(whole)
        return truth(evaluate(entry.condition, context, entry.condition_path))

    def _items(self, entry: Expansion, whole: Any) -> Iterator[JSONValue]:  # Any: as above
        if whole is UNDEFINED or whole is None:
            return
        for member in _flat(whole) if isinstance(whole, list) else (whole,):
            if member is None:
                self.warn(entry.label, "a null among the items was left out")
            else:
                yield member


def variables_of(facts: Facts, environment: Mapping[str, JSONValue] | None) -> Mapping[str, JSONValue]:
    """The hub's own variables by name without ``$``."""
    return {
        "event": {
            "event_type": facts.event_type,
            "event_name": facts.event_name,
            "use_case_slug": facts.use_case_slug,
            "timestamp": facts.timestamp,
            "correlation_id": facts.correlation_id,
        },
        "env": dict(environment or {}),
        "__millis": facts.millis,
        "__random": facts.random,
    }


def _flat(items: list[JSONValue]) -> Iterator[JSONValue]:
    """Lists among the items are opened one level."""
    for item in items:
        if isinstance(item, list):
            yield from item
        else:
            yield item
