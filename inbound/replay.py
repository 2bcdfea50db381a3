"""Replay: stores a copy of each chosen event as a new one and rings; the originals stay untouched (api.md 12.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec
from django.db import transaction

from hub import background
from hub.accounts.audit import Act, Actor, record
from hub.accounts.models import Organization
from hub.ids import find_id, new_id, to_text
from hub.json_types import JSONObject, JSONValue
from hub.retention.purged import purged_among
from inbound.bodies import read_bodies
from inbound.events import EVENT_PREFIX
from inbound.intake import ConfigurationChanging
from inbound.lanes import find_or_make_sub_lane
from inbound.models import EventStatus, InboundEvent, Lane, QueuedEvent
from inbound.receive import store
from inbound.receive.arrivals import Arrival, Sender, Settled
from inbound.receive.batch import PROCESS_STAGE
from inbound.receive.envelope import Submitted
from inbound.receive.routing import Inlet, Target, forget, routing_table
from inbound.receive.store import ConfigurationMoved

MOST_EVENTS = 100
"""Events of one replay request (api.md section 5)."""
NO_ORDERS: Mapping[UUID, JSONObject] = {}
NO_PAYLOAD = msgspec.Raw(b'""')
"""Stands where a submitted event has its JSON text; a replay brings the stored bytes."""

PURGED = "The payload is purged"


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """What became of one requested id. status: queued, skipped, ignored, not_found, error."""

    event_id: str
    status: str
    replay_event_id: str = ""
    message: str = ""


def replay_events(
    *,
    sender: Sender,
    integration_id: UUID,
    event_ids: Sequence[str],
    at: datetime,
    orders: Mapping[UUID, JSONObject] = NO_ORDERS,
) -> list[ReplayResult]:
    """One result per id in request order. Unknown and foreign ids are not_found; a repeated id is skipped; one
    whose payload is purged is an error.

    The live version of the use case applies, where orders, by the id of the original, name no other one as the queue
    keeps it; the deduplication id of the original is not carried over.
    """
    wanted = {identifier for text in event_ids if (identifier := find_id(EVENT_PREFIX, text))}
    originals, purged = _originals(sender.organization_id, integration_id, wanted)
    inlet = _inlet(sender, integration_id)
    sub_lanes = _sub_lanes(original for original, _ in originals.values())
    arrivals = {
        key: _copy(inlet, original, body, sub_lanes.get(original.lane_id, 0))
        for key, (original, body) in originals.items()
    }
    queued = [arrival for arrival in arrivals.values() if arrival.settled is None]
    if queued:
        with transaction.atomic() if orders else nullcontext():
            _store(sender, integration_id, queued, at)
            _give_orders(queued, orders)
    return _results(event_ids, arrivals, purged)


def replay_for_caller(
    *, sender: Sender, integration_id: UUID, event_ids: Sequence[str], at: datetime
) -> list[ReplayResult]:
    """replay_events, once more where the configuration has moved since the caller was let in.

    Raises ConfigurationChanging, with nothing replayed, where it moves again.
    """
    asked = partial(replay_events, integration_id=integration_id, event_ids=event_ids, at=at)
    try:
        return asked(sender=sender)
    except ConfigurationMoved:
        organizations = Organization.objects.values_list("config_version", flat=True)
        fresh = replace(sender, config_version=organizations.get(pk=sender.organization_id))
    try:
        return asked(sender=fresh)
    except ConfigurationMoved as moved:
        raise ConfigurationChanging("The configuration is being changed. Send the request again.") from moved


def audit_replay(
    *,
    organization: Organization,
    actor: Actor,
    results: Sequence[ReplayResult],
    at: datetime,
    skipped: Collection[UUID] = (),
) -> None:
    """The entry of the audit trail about events that run again, if any does; skipped are the stale ones left out."""
    replayed: dict[str, JSONValue] = {one.event_id: one.replay_event_id for one in results if one.replay_event_id}
    if not replayed:
        return
    changes: JSONObject = {"replays": replayed}
    if skipped:
        changes["skipped_stale"] = [to_text(EVENT_PREFIX, event_id) for event_id in sorted(skipped)]
    only = next(iter(replayed)) if len(replayed) == 1 else ""
    act = Act("event.replay", "event", only, changes)
    record(organization=organization, actor=actor, act=act, at=at)


def _originals(
    organization_id: int, integration_id: UUID, wanted: set[UUID]
) -> tuple[dict[UUID, tuple[InboundEvent, bytes]], dict[UUID, str]]:
    """Events with their payloads, in the order they came; and why there is none of the others."""
    rows = InboundEvent.objects.filter(organization_id=organization_id, integration_id=integration_id, pk__in=wanted)
    bodies = read_bodies(wanted)
    found = list(rows.order_by("sequence"))
    whole = {row.pk: (row, bodies[row.pk]) for row in found if row.pk in bodies}
    gone = {row.pk for row in found} - whole.keys()
    told = purged_among(gone)
    return whole, {key: f"{PURGED}, {told[key].how}" if key in told else PURGED for key in gone}


def _inlet(sender: Sender, integration_id: UUID) -> Inlet:
    table = routing_table(sender.organization_id, sender.config_version)
    return table.inlets.get(integration_id) or Inlet(integration_id, ())


def _sub_lanes(originals: Iterable[InboundEvent]) -> dict[int | None, int]:
    """Lane → number of the sub-lane: a replay is of the group that its original was of."""
    lanes = Lane.objects.filter(pk__in={original.lane_id for original in originals if original.lane_id})
    return dict(lanes.values_list("pk", "sub_lane"))


def _copy(inlet: Inlet, original: InboundEvent, body: bytes, sub_lane: int) -> Arrival:
    event = submitted(original)
    target = inlet.find(event)
    accepts = target is not None and target.takes_events
    return Arrival(
        id=(identifier := new_id()),
        event=event,
        body=body,
        lane_id=_lane_of(original, target, sub_lane) if target and target.takes_events else None,
        use_case_id=target.use_case_id if target else None,
        correlation_id=to_text(EVENT_PREFIX, identifier),
        deduplication_id="",
        settled=None
        if accepts
        else Settled(EventStatus.IGNORED, "EVENT_NOT_CONFIGURED", "No enabled use case takes it now"),
        order=original.order,
        origin_id=original.origin_id,
        replay_of=original.pk,
    )


def submitted(original: InboundEvent) -> Submitted:
    """The event as a sender would submit it again; its payload stands beside."""
    return Submitted(
        timestamp=original.sent_at or original.received_at,
        payload=NO_PAYLOAD,
        use_case_slug=original.use_case_slug or None,
        event_name=original.event_name or None,
        event_type=original.event_type or None,  # type: ignore[arg-type]  # the column holds only these words
        format=original.format,  # type: ignore[arg-type]  # as above
    )


def _lane_of(original: InboundEvent, target: Target, sub_lane: int) -> int | None:
    if sub_lane == 0:
        return target.lane_id
    return find_or_make_sub_lane(
        organization_id=original.organization_id,
        integration_id=original.integration_id,
        name=target.lane_name,
        sub_lane=sub_lane,
    )


def _store(sender: Sender, integration_id: UUID, queued: Sequence[Arrival], at: datetime) -> None:
    try:
        store.accept(sender=sender, integration_id=integration_id, arrivals=queued, at=at)
    except ConfigurationMoved:
        forget(sender.organization_id)
        raise
    background.after_commit(PROCESS_STAGE)


def _give_orders(queued: Sequence[Arrival], orders: Mapping[UUID, JSONObject]) -> None:
    """Tell the queue how the new events are to be run, before anybody can see them there."""
    ordered = {one.id: orders[one.replay_of] for one in queued if one.replay_of and one.replay_of in orders}
    if ordered:
        sequences = InboundEvent.objects.filter(pk__in=ordered).values_list("sequence", "pk")
        rows = [QueuedEvent(sequence=sequence, retry=ordered[event_id]) for sequence, event_id in sorted(sequences)]
        QueuedEvent.objects.bulk_update(rows, ["retry"])


def _results(event_ids: Sequence[str], arrivals: dict[UUID, Arrival], purged: Mapping[UUID, str]) -> list[ReplayResult]:
    seen: set[str] = set()
    results: list[ReplayResult] = []
    for text in event_ids:
        results.append(
            ReplayResult(text, "skipped", message="Named twice") if text in seen else _result(text, arrivals, purged)
        )
        seen.add(text)
    return results


def _result(text: str, arrivals: dict[UUID, Arrival], purged: Mapping[UUID, str]) -> ReplayResult:
    identifier = find_id(EVENT_PREFIX, text)
    arrival = arrivals.get(identifier) if identifier else None
    if identifier is not None and identifier in purged:
        return ReplayResult(text, "error", message=purged[identifier])
    if arrival is None:
        return ReplayResult(text, "not_found", message="The integration has no such event")
    if arrival.settled is not None:
        return ReplayResult(text, "ignored", message=arrival.settled.message)
    return ReplayResult(text, "queued", replay_event_id=to_text(EVENT_PREFIX, arrival.id))
