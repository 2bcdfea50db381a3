"""Replay: stores a copy of each chosen event as a new one and rings; the originals stay untouched (api.md 12.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from hub import background
from hub.accounts.audit import Act, Actor, record
from hub.accounts.models import Organization
from hub.ids import find_id, new_id, to_text
from hub.json_types import JSONObject, JSONValue
from inbound.events import EVENT_PREFIX
from inbound.lanes import find_or_make_sub_lane
from inbound.models import EventStatus, InboundBody, InboundEvent, Lane
from inbound.receive import store
from inbound.receive.arrivals import Arrival, Sender, Settled
from inbound.receive.batch import PROCESS_STAGE
from inbound.receive.envelope import Submitted
from inbound.receive.routing import Inlet, Target, forget, routing_table
from inbound.receive.store import ConfigurationMoved

MOST_EVENTS = 100
"""Events of one replay request (api.md section 5)."""
NO_PAYLOAD = msgspec.Raw(b'""')
"""Stands where a submitted event has its JSON text; a replay brings the stored bytes."""


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """What became of one requested id. status: queued, skipped, ignored, not_found, error."""

    event_id: str
    status: str
    replay_event_id: str = ""
    message: str = ""


def replay_events(
    *, sender: Sender, integration_id: UUID, event_ids: Sequence[str], at: datetime
) -> list[ReplayResult]:
    """One result per id in request order. Unknown and foreign ids are not_found; a repeated id is skipped.

    The live version of the use case applies; the deduplication id of the original is not carried over.
    """
    wanted = {identifier for text in event_ids if (identifier := find_id(EVENT_PREFIX, text))}
    originals = _originals(sender.organization_id, integration_id, wanted)
    inlet = _inlet(sender, integration_id)
    sub_lanes = _sub_lanes(original for original, _ in originals.values())
    arrivals = {
        key: _copy(inlet, original, body, sub_lanes.get(original.lane_id, 0))
        for key, (original, body) in originals.items()
    }
    queued = [arrival for arrival in arrivals.values() if arrival.settled is None]
    if queued:
        _store(sender, integration_id, queued, at)
    return _results(event_ids, arrivals)


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


def _originals(organization_id: int, integration_id: UUID, wanted: set[UUID]) -> dict[UUID, tuple[InboundEvent, bytes]]:
    rows = InboundEvent.objects.filter(organization_id=organization_id, integration_id=integration_id, pk__in=wanted)
    bodies = dict(InboundBody.objects.filter(pk__in=wanted).values_list("event_id", "body"))
    return {row.pk: (row, bytes(bodies[row.pk])) for row in rows.order_by("sequence") if row.pk in bodies}


def _inlet(sender: Sender, integration_id: UUID) -> Inlet:
    table = routing_table(sender.organization_id, sender.config_version)
    return table.inlets.get(integration_id) or Inlet(integration_id, ())


def _sub_lanes(originals: Iterable[InboundEvent]) -> dict[int | None, int]:
    """Lane → number of the sub-lane: a replay is of the group that its original was of."""
    lanes = Lane.objects.filter(pk__in={original.lane_id for original in originals if original.lane_id})
    return dict(lanes.values_list("pk", "sub_lane"))


def _copy(inlet: Inlet, original: InboundEvent, body: bytes, sub_lane: int) -> Arrival:
    event = Submitted(
        timestamp=original.sent_at or original.received_at,
        payload=NO_PAYLOAD,
        use_case_slug=original.use_case_slug or None,
        event_name=original.event_name or None,
        event_type=original.event_type or None,  # type: ignore[arg-type]  # the column holds only these words
        format=original.format,  # type: ignore[arg-type]  # as above
    )
    target = inlet.find(event)
    accepts = target is not None and target.takes_events
    return Arrival(
        id=(identifier := new_id()),
        event=event,
        body=body,
        lane_id=_lane_of(original, target, sub_lane) if target and accepts else None,
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
    background.ring(PROCESS_STAGE)


def _results(event_ids: Sequence[str], arrivals: dict[UUID, Arrival]) -> list[ReplayResult]:
    seen: set[str] = set()
    results: list[ReplayResult] = []
    for text in event_ids:
        results.append(
            ReplayResult(text, "skipped", message="Named twice") if text in seen else _result(text, arrivals)
        )
        seen.add(text)
    return results


def _result(text: str, arrivals: dict[UUID, Arrival]) -> ReplayResult:
    identifier = find_id(EVENT_PREFIX, text)
    arrival = arrivals.get(identifier) if identifier else None
    if arrival is None:
        return ReplayResult(text, "not_found", message="The integration has no such event")
    if arrival.settled is not None:
        return ReplayResult(text, "ignored", message=arrival.settled.message)
    return ReplayResult(text, "queued", replay_event_id=to_text(EVENT_PREFIX, arrival.id))
