"""Draft: a reading while one call works on it; how stored columns and given attributes become one state; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

import orjson

from hub.entities.keys import string_form
from hub.entities.operations import Source
from hub.entities.readings.german_day import german_day
from hub.entities.readings.sql.rows import ReadingRow, StoredReading
from hub.entities.readings.values import find_decimal, plain_text, plain_timestamp, text_of_moment
from hub.entities.readings.wishes import ReadingStored
from hub.json_encoding import json_bytes
from hub.json_types import JSONObject, JSONValue

TEXT_COLUMNS: Final = ("unit", "direction", "source", "reason", "status", "read_by", "remark", "note")
"""Attributes with a column of their own; a value of them that is no text is kept among the others."""
_NO_TEXTS: Final = dict.fromkeys(TEXT_COLUMNS, "")
_EMPTY: Final = ("", None)


def kept_form(attributes: Mapping[str, JSONValue]) -> JSONObject:
    """Valid attributes of an upsert in the form in which they are compared and kept."""
    kept = dict(attributes)
    kept["timestamp"] = plain_timestamp(str(attributes["timestamp"]))
    number = find_decimal(attributes["value"])
    if number is not None:
        kept["value"] = plain_text(number)
    if "external_id" in kept:
        kept["external_id"] = string_form(kept["external_id"]) or ""
    return kept


def _without_empty(state: JSONObject) -> JSONObject:
    """A state in which what clears a column, and an object without texts, is simply absent."""
    for name in TEXT_COLUMNS:
        if name in state and state[name] in _EMPTY:
            del state[name]
    if state.get("metadata") == {}:
        del state["metadata"]
    if state.get("external_id") == "":
        del state["external_id"]
    return state


def _stored_state(row: StoredReading) -> JSONObject:
    state: JSONObject = orjson.loads(row.attributes)
    texts = (row.unit, row.direction, row.source, row.reason, row.status, row.read_by, row.remark, row.note)
    for name, text in zip(TEXT_COLUMNS, texts, strict=True):
        if text:
            state[name] = text
    if row.metadata != "{}":
        state["metadata"] = orjson.loads(row.metadata)
    if row.external_id:
        state["external_id"] = row.external_id
    state["timestamp"] = row.timestamp_text or text_of_moment(row.timestamp)
    state["value"] = row.value
    return state


class Draft:
    """The present state of one reading. state is replaced, never changed."""

    __slots__ = (
        "changed_by", "correlation_id", "counter_id", "event_id", "external_id", "id", "is_deleted", "is_new",
        "meter_id", "moment", "origin_id", "source", "state", "stored_source",
    )  # fmt: skip

    def __init__(self, reading_id: UUID, meter_id: UUID, counter_id: UUID | None, origin_id: UUID | None) -> None:
        self.id = reading_id
        self.meter_id = meter_id
        self.counter_id = counter_id
        self.origin_id = origin_id
        self.is_new = True
        self.is_deleted = False
        self.changed_by: Source | None = None
        """Who changed it in this call; None: nobody did."""
        self.event_id: UUID | None = None
        self.correlation_id = ""
        self.stored_source: str | None = None
        """Its stored source; None when it is new."""
        self.state: JSONObject = {}

    @classmethod
    def read(cls, row: StoredReading) -> Draft:
        """The draft of a stored reading."""
        draft = cls(row.id, row.meter_id, row.counter_id, row.origin_id)
        draft.is_new = False
        draft.stored_source = row.source
        draft.take(_stored_state(row), row.timestamp)
        return draft

    def merged(self, given: JSONObject) -> JSONObject:
        """Its state with what is given: what is not given stays, null and empty text clear."""
        return _without_empty({**self.state, **given})

    def take(self, state: JSONObject, moment: datetime) -> None:
        """Be like state, which names that moment."""
        self.state = state
        self.moment = moment
        self.external_id = str(state.get("external_id", ""))
        self.source = str(state.get("source", ""))

    def day(self) -> date:
        """Its day in Germany."""
        return german_day(self.moment)

    def told(self) -> ReadingStored:
        """As listeners get it; only for one that somebody changed."""
        return ReadingStored(
            meter_id=self.meter_id,
            counter_id=self.counter_id,
            moment=self.moment,
            state=self.state,
            writer=self.changed_by or Source("system"),
            event_id=self.event_id,
            correlation_id=self.correlation_id,
        )

    def row(self) -> ReadingRow:
        """As it is to be stored; only for one that somebody changed."""
        others = dict(self.state)
        texts = {name: str(others.pop(name)) for name in TEXT_COLUMNS if isinstance(others.get(name), str)}
        metadata = others.pop("metadata", {})
        timestamp, value = str(others.pop("timestamp")), str(others.pop("value"))
        others.pop("external_id", None)
        writer = self.changed_by or Source("system")
        return ReadingRow(
            id=self.id,
            is_new=self.is_new,
            meter_id=self.meter_id,
            counter_id=self.counter_id,
            external_id=self.external_id,
            timestamp=self.moment,
            timestamp_text="" if timestamp == text_of_moment(self.moment) else timestamp,
            value=value,
            metadata=json_bytes(metadata),
            attributes=json_bytes(others),
            actor_type=writer.actor_type,
            actor_id=writer.actor_id,
            event_id=self.event_id,
            origin_id=self.origin_id,
            **_NO_TEXTS | texts,
        )
