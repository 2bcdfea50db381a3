"""publish: events are stored and told to the subscribers, in the transaction of what they tell about; set-based."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID, uuid4

from django.conf import settings

from hub import background, database
from hub.accounts.present_version import present_version
from hub.bulk import insert_rows
from hub.events.catalogue import EventDefinition
from hub.events.models import CoreEvent
from hub.ids import new_ids, to_text
from hub.json_encoding import timestamp
from hub.json_types import JSONObject
from hub.plugins import load

PROJECT: Final = "hub.events.projecting.work"
"""The worker stage that works out the fields of an event."""
EVENT_PREFIX: Final = ""
"""Public ids of events are bare ULIDs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """Something that is about to be published. nodes: node id → entities as clients see them; fields: given by the
    caller, for those that no projection makes; metadata: of the envelope, beside what publish knows."""

    definition: EventDefinition
    occurred_at: datetime
    source: str
    nodes: Mapping[str, object]
    fields: Mapping[str, object] = field(default_factory=dict)
    metadata: JSONObject = field(default_factory=dict)
    operation: str = ""
    entity_id: UUID | None = None
    correlation_id: str = ""
    use_case_id: UUID | None = None
    cause_id: UUID | None = None
    chain: Sequence[str] = ()
    is_test: bool = False
    is_complete: bool = False
    """Whether fields holds everything, what projections make included, and was checked."""
    note: str = ""
    """What does not travel with it."""


@dataclass(frozen=True, slots=True)
class Published:
    """An event that is stored, as subscribers get it."""

    id: UUID
    organization_id: int
    name: str
    occurred_at: datetime
    is_ready: bool
    ack_id: UUID
    entity_id: UUID | None
    correlation_id: str
    use_case_id: UUID | None
    chain: Sequence[str]
    is_test: bool


Subscriber: TypeAlias = Callable[[Sequence[Published], int], None]
"""A function in CORE_EVENT_SUBSCRIBERS: gets the events of one organization in the transaction that stores them, and
the organization's present config_version."""

_COLUMNS = (
    ("id", "uuid"),
    ("organization_id", "bigint"),
    ("name", "text"),
    ("version", "text"),
    ("occurred_at", "timestamptz"),
    ("state", "text"),
    ("problem", "text"),
    ("payload", "jsonb"),
    ("ack_id", "uuid"),
    ("source", "text"),
    ("operation", "text"),
    ("entity_id", "uuid"),
    ("correlation_id", "text"),
    ("use_case_id", "uuid"),
    ("cause_id", "uuid"),
    ("chain", "jsonb"),
    ("is_test", "boolean"),
)


def publish(organization_id: int, events: Sequence[NewEvent], config_version: int | None = None) -> list[Published]:
    """Store the events, in order, and tell every subscriber. Must run inside the transaction of what they tell.

    One statement and those of the subscribers, whatever the number, which nobody waits for one by one; one more for
    config_version where the caller has not just read it. Fields are worked out and the whole is checked afterwards, by
    the worker: nobody waits for expressions in a transaction.
    """
    if not events:
        return []
    published: list[Published] = []
    rows: list[tuple[object, ...]] = []
    for event_id, event in zip(new_ids(len(events)), events, strict=True):
        one = _published(organization_id, event_id, event)
        published.append(one)
        rows.append(_row(one, event))
    version = present_version(organization_id) if config_version is None else config_version
    with database.pipelined():
        insert_rows(CoreEvent._meta.db_table, _COLUMNS, rows)
        for path in settings.CORE_EVENT_SUBSCRIBERS:
            subscriber: Subscriber = load(path)
            subscriber(published, version)
    if not all(one.is_ready for one in published):
        background.after_commit(PROJECT)
    return published


def envelope_of(event: NewEvent, *, event_id: UUID, ack_id: UUID, organization_id: int) -> JSONObject:
    """The keys that every event has (outbound.md section 2)."""
    return {
        **event.metadata,
        "_org_id": str(organization_id),
        "_event_time": timestamp(event.occurred_at),
        "_event_id": to_text(EVENT_PREFIX, event_id),
        "_event_name": event.definition.name,
        "_event_version": event.definition.version,
        "_event_source": event.source,
        "_ack_id": str(ack_id),
    }


def payload_of(event: NewEvent, envelope: JSONObject) -> dict[str, object]:
    """Envelope, entities, and what the caller gave; of two with one name the later wins, the envelope over all."""
    return {**event.nodes, **event.fields, **envelope}


def _published(organization_id: int, event_id: UUID, event: NewEvent) -> Published:
    return Published(
        id=event_id,
        organization_id=organization_id,
        name=event.definition.name,
        occurred_at=event.occurred_at,
        is_ready=event.is_complete,
        ack_id=uuid4(),
        entity_id=event.entity_id,
        correlation_id=event.correlation_id or to_text(EVENT_PREFIX, event_id),
        use_case_id=event.use_case_id,
        chain=event.chain,
        is_test=event.is_test,
    )


def _row(one: Published, event: NewEvent) -> tuple[object, ...]:
    envelope = envelope_of(event, event_id=one.id, ack_id=one.ack_id, organization_id=one.organization_id)
    state = CoreEvent.State.READY if one.is_ready else CoreEvent.State.RAW
    return (
        one.id,
        one.organization_id,
        one.name,
        event.definition.version,
        one.occurred_at,
        str(state),
        event.note,
        payload_of(event, envelope),
        one.ack_id,
        event.source,
        event.operation,
        one.entity_id,
        one.correlation_id,
        one.use_case_id,
        event.cause_id,
        list(one.chain),
        one.is_test,
    )
