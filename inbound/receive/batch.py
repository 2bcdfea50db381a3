"""receive_batch: from the split request to stored rows and one result per event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings

from hub import background
from hub.errors import Invalid, NotFound
from hub.hops import DEEPEST, TOO_DEEP
from hub.ids import new_ids, to_text
from hub.web.templatetags.numbers import number, size
from inbound.events import EVENT_PREFIX
from inbound.lanes import find_or_make_sub_lane, sub_lane_of
from inbound.models import EventStatus
from inbound.receive import store
from inbound.receive.arrivals import Arrival, Sender, Settled, duplicate_of
from inbound.receive.envelope import Batch, ItemResult, Submitted
from inbound.receive.payloads import Payload, read_payload
from inbound.receive.routing import Inlet, RoutingTable, Target, forget, routing_table
from inbound.receive.store import ConfigurationMoved

PROCESS_STAGE = "inbound.process.work"
"""The worker stage that takes events on."""
QUEUED_MESSAGE = "Event queued for processing"
RESULT_OF = {EventStatus.SKIPPED: "skipped", EventStatus.IGNORED: "ignored", EventStatus.ERROR: "error"}


class AppMappingNotFound(Invalid):
    """The (app, component) pair of a version 1 request leads to no integration."""

    code = "APP_MAPPING_NOT_FOUND"


def receive_batch(*, sender: Sender, batch: Batch, at: datetime) -> list[ItemResult]:
    """Store every event of the batch durably, then say per event, in request order, what became of it.

    When this returns, accepted events are committed together with their queue rows. Raises NotFound for an unknown
    integration, AppMappingNotFound, and ConfigurationMoved when the caller's rights must be checked again.
    """
    table = routing_table(sender.organization_id, sender.config_version)
    if table.config_version != sender.config_version:
        raise ConfigurationMoved
    inlet = _inlet(table, batch, sender)
    arrivals = _arrivals(_Door(sender.organization_id, table, inlet, batch, sender.hop))
    try:
        results = store.accept(sender=sender, integration_id=inlet.integration_id, arrivals=arrivals, at=at)
    except ConfigurationMoved:
        forget(sender.organization_id)
        raise
    if any(arrival.settled is None for arrival in results):
        background.ring(PROCESS_STAGE)
    return [_result(arrival) for arrival in results]


def _inlet(table: RoutingTable, batch: Batch, sender: Sender) -> Inlet:
    integration_id = batch.integration_id or _mapped(table, batch)
    inlet = table.inlets.get(integration_id)
    if inlet is None:
        raise NotFound("There is no integration with this id.", code="INTEGRATION_NOT_FOUND")
    sender.check(integration_id)
    return inlet


def _mapped(table: RoutingTable, batch: Batch) -> UUID:
    if batch.app_id is None or batch.component_id is None:  # excluded by parse_batch for version 1
        raise AppMappingNotFound("The request names no app and component.")
    integration_id = table.components.get((batch.app_id, batch.component_id))
    if integration_id is None:
        raise AppMappingNotFound("No integration is mapped to this app and component.")
    return integration_id


@dataclass(frozen=True, slots=True)
class _Door:
    """What every event of one request is looked at with."""

    organization_id: int
    table: RoutingTable
    inlet: Inlet
    batch: Batch
    hop: int

    def lane_of(self, event: Submitted, target: Target) -> int | None:
        """The lane of the use case, or the sub-lane that the event's group hashes to."""
        group = event.group_id or self.batch.group_id
        return self._sub_lane(target, sub_lane_of(group)) if group else target.lane_id

    def _sub_lane(self, target: Target, number: int) -> int:
        place = (self.inlet.integration_id, target.lane_name, number)
        known = self.table.sub_lanes.get(place)
        if known is None:
            known = self.table.sub_lanes[place] = find_or_make_sub_lane(
                organization_id=self.organization_id,
                integration_id=self.inlet.integration_id,
                name=target.lane_name,
                sub_lane=number,
            )
        return known


def _arrivals(door: _Door) -> list[Arrival]:
    """One arrival per event; a repeated deduplication id within the batch is settled here, the first one wins."""
    first_by_key: dict[str, UUID] = {}
    arrivals: list[Arrival] = []
    for identifier, event in zip(new_ids(len(door.batch.events)), door.batch.events, strict=True):
        arrival = _arrival(door, event, identifier)
        if arrival.deduplication_id and arrival.settled is None:
            first = first_by_key.setdefault(arrival.deduplication_id, identifier)
            if first != identifier:
                arrival = replace(arrival, lane_id=None, settled=duplicate_of(first))
        arrivals.append(arrival)
    return arrivals


def _arrival(door: _Door, event: Submitted, identifier: UUID) -> Arrival:
    target = door.inlet.find(event)
    payload = read_payload(event)
    settled = _settled(event, target, payload, door.hop)
    return Arrival(
        id=identifier,
        event=event,
        body=payload.body,
        lane_id=door.lane_of(event, target) if target and settled is None else None,
        use_case_id=target.use_case_id if target else None,
        correlation_id=door.batch.correlation_of(event) or to_text(EVENT_PREFIX, identifier),
        deduplication_id=event.deduplication_id or "",
        settled=settled,
    )


def _settled(event: Submitted, target: Target | None, payload: Payload, hop: int) -> Settled | None:
    """Why the event ends here, or None when it is to be processed."""
    if hop > DEEPEST:
        return Settled(EventStatus.ERROR, TOO_DEEP, f"{hop - 1} calls and events have followed from each other")
    if target is not None and event.use_case_slug and target.type != "inbound":
        return Settled(EventStatus.ERROR, "USE_CASE_INVALID_TYPE", f"{target.slug} is a use case of type {target.type}")
    if target is None or not target.takes_events:
        name = event.use_case_slug or event.event_name or event.object_type
        return Settled(EventStatus.IGNORED, "EVENT_NOT_CONFIGURED", f"No enabled inbound use case answers to {name}")
    if len(payload.body) > settings.HUB_EVENT_MAX_BYTES:
        return Settled(EventStatus.ERROR, "PAYLOAD_TOO_LARGE", _too_large(len(payload.body)))
    if payload.problem:
        return Settled(EventStatus.ERROR, "MALFORMED_PAYLOAD", payload.problem)
    return None


def _too_large(found: int) -> str:
    """Every byte is named where rounding would make both amounts alike."""
    limit = settings.HUB_EVENT_MAX_BYTES
    if size(found) == size(limit):
        return f"{number(found)} bytes, {number(limit)} are allowed"
    return f"{size(found)}, {size(limit)} are allowed"


def _result(arrival: Arrival) -> ItemResult:
    event_id = to_text(EVENT_PREFIX, arrival.id)
    if arrival.settled is None:
        return ItemResult(event_id, "success", QUEUED_MESSAGE)
    return ItemResult(event_id, RESULT_OF[arrival.settled.status], arrival.settled.message)
