"""What bodies about core events say: a firing, a look back, a publication; members nobody knows are refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from hub.api.pagination import InvalidCursor, parse_keyset_cursor, parse_limit
from hub.api.query_fields import moment_of, wrong
from hub.events.catalogue.envelope import BY_INBOUND, BY_OPERATION
from hub.events.catalogue.findings import Findings
from hub.events.custom_events import Publication
from hub.events.definitions import Event
from hub.events.history import HistoryQuery, Position
from hub.events.public_ids import find_event_id
from hub.events.publishing import EVENT_PREFIX
from hub.events.requests import Firing, Seed
from hub.events.triggering import MOST_FLOWS
from hub.hops import marked
from hub.ids import find_id
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue

FIRING: Final = ("seed", "fields", "skip_hydration", "_trigger_source_type", "_trigger_source", "_automation_chain")
HISTORY: Final = ("limit", "cursor", "timestamp", "event_id", "include_malformed")
PUBLICATION: Final = ("enabled", "auto_trigger", "base_auto_trigger_enabled")
SOURCE_TYPE: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
OF_THE_HUB: Final = frozenset({"entity", BY_OPERATION, BY_INBOUND})
"""Source types that only what the store has written has."""
BY_CALLERS: Final = "api"
TEST: Final = "test"
SOURCE_CHARACTERS: Final = 255
DEFAULT_EVENTS: Final = 10
MOST_EVENTS: Final = 25
MOST_FIELDS: Final = 100


def firing_of(body: JSONObject, event: Event, *, caller: str, correlation_id: str, hop: int = 0) -> Firing:
    """What is to be fired; hop: of the request, see hub/hops.py. Raises Invalid with every finding."""
    findings = Findings()
    findings.refuse_others(body, ROOT, FIRING)
    source_type = findings.optional_text(body.get("_trigger_source_type"), JSONPath("_trigger_source_type"))
    source = findings.optional_text(body.get("_trigger_source"), JSONPath("_trigger_source"))
    seed = _seed(body.get("seed"), findings)
    fields = findings.object(body.get("fields"), JSONPath("fields"))
    skipped = findings.texts(body.get("skip_hydration"), JSONPath("skip_hydration"))
    chain = findings.texts(body.get("_automation_chain"), JSONPath("_automation_chain"))
    _check_source(source_type, source, event, findings)
    if len(chain) > MOST_FLOWS:
        findings.error("_automation_chain", f"may have at most {MOST_FLOWS} entries")
    findings.raise_if_any()
    return Firing(
        name=event.name,
        seed=seed,
        fields=fields,
        skipped=skipped,
        source_type=source_type or BY_CALLERS,
        source=source or caller,
        chain=[*chain, *marked(hop)],
        correlation_id=correlation_id,
        is_test=source_type == TEST,
    )


def _seed(raw: JSONValue, findings: Findings) -> Seed | None:
    if raw is None:
        return None
    at = JSONPath("seed")
    members = findings.object(raw, at)
    findings.refuse_others(members, at, ("entity_id", "node_id"))
    node_id = findings.text(members.get("node_id"), at.key("node_id"))
    text = findings.text(members.get("entity_id"), at.key("entity_id"))
    try:
        return Seed(UUID(text), node_id)
    except ValueError:
        if text:
            findings.error(at.key("entity_id"), "must be a UUID")
        return None


def _check_source(source_type: str | None, source: str | None, event: Event, findings: Findings) -> None:
    if source_type and (not SOURCE_TYPE.fullmatch(source_type) or source_type in OF_THE_HUB):
        findings.error(
            "_trigger_source_type", "must be a word of at most 32 characters, but not entity, operation or inbound"
        )
    if source is not None and len(source) > SOURCE_CHARACTERS:
        findings.error("_trigger_source", f"may have at most {SOURCE_CHARACTERS} characters")
    if source is None and event.definition.automation_trigger_only:
        findings.error("_trigger_source", "is required: it names the execution and its action")


def history_query_of(body: JSONObject, also: Sequence[str] = ()) -> HistoryQuery:
    """What is looked for. Raises Invalid and InvalidCursor."""
    findings = Findings()
    findings.refuse_others(body, ROOT, (*HISTORY, *also))
    at = JSONPath("timestamp")
    window = findings.object(body.get("timestamp"), at)
    findings.refuse_others(window, at, ("from", "to"))
    malformed_at = JSONPath("include_malformed")
    is_by_id = body.get("event_id") is not None
    with_malformed = findings.boolean(body.get("include_malformed"), malformed_at, default=is_by_id)
    findings.raise_if_any()
    times: JSONObject = {at.key(name): window.get(name) for name in ("from", "to")}
    return HistoryQuery(
        limit=parse_limit(body.get("limit"), default=DEFAULT_EVENTS, most=MOST_EVENTS),
        after=_position(body.get("cursor")),
        since=moment_of(times, at.key("from"), at.key("from")),
        until=moment_of(times, at.key("to"), at.key("to")),
        event_id=_event_id(body.get("event_id")),
        with_malformed=with_malformed,
    )


def light_history_of(body: JSONObject) -> tuple[HistoryQuery, Sequence[str]]:
    """The same, with the members of payloads that are wanted; none: all."""
    query = history_query_of(body, ("fields",))
    findings = Findings()
    fields = findings.texts(body.get("fields"), JSONPath("fields"))
    if len(fields) > MOST_FIELDS or any(len(one) > SOURCE_CHARACTERS for one in fields):
        findings.error("fields", f"may have at most {MOST_FIELDS} names of {SOURCE_CHARACTERS} characters each")
    findings.raise_if_any()
    return query, fields


def _position(raw: JSONValue) -> Position | None:
    found = parse_keyset_cursor(raw, "event_time", "event_id")
    if found is None:
        return None
    moment, text = found
    event_id = find_id(EVENT_PREFIX, text)
    if event_id is None:
        raise InvalidCursor("cursor.event_id")
    return Position(moment, event_id)


def _event_id(raw: JSONValue) -> UUID | None:
    if raw is None:
        return None
    event_id = find_event_id(raw) if isinstance(raw, str) else None
    if event_id is None:
        raise wrong("event_id", "must be the id of an event: 26 letters and digits")
    return event_id


def publication_of(body: JSONObject) -> Publication:
    """How a draft is to be published. Raises Invalid with every finding."""
    findings = Findings()
    findings.refuse_others(body, ROOT, PUBLICATION)
    enabled, auto, base = (findings.boolean(body.get(name), JSONPath(name), default=True) for name in PUBLICATION)
    findings.raise_if_any()
    return Publication(enabled, auto, None if body.get("base_auto_trigger_enabled") is None else base)
