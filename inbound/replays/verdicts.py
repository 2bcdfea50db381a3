"""verdicts_of: which events of a replay are left out, and why; the same for a preview and for the act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from hub.accounts.models import Organization
from hub.ids import to_text
from inbound.bodies import kept_among
from inbound.events import EVENT_PREFIX
from inbound.models import EventStatus, InboundEvent, InboundOutcome
from inbound.query import newest_sequence
from inbound.receive.routing import Inlet, Target, routing_table
from inbound.replay import submitted
from inbound.replays.options import Options
from inbound.replays.runs import Run, newest_runs
from inbound.staleness import staleness_of

DUPLICATE = "DUPLICATE_EVENT"


class Reason(StrEnum):
    """Why an event is left out."""

    NOT_FOUND = "EVENT_NOT_FOUND"
    STILL_ON_ITS_WAY = "EVENT_STILL_ON_ITS_WAY"
    PAYLOAD_PURGED = "PAYLOAD_PURGED"
    NOT_CONFIGURED = "EVENT_NOT_CONFIGURED"
    DUPLICATE = DUPLICATE
    REPLAY_UNDER_WAY = "REPLAY_UNDER_WAY"
    ALREADY_REPLAYED = "ALREADY_REPLAYED"
    NEWER_RUN_FAILED = "NEWER_RUN_FAILED"
    STALE = "STALE_EVENT"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why not, and one sentence with the event that it is about."""

    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class Verdicts:
    """left_out: event id → why. targets: event id → the use case that takes it now, where one does. versions: event
    id → the version that it ended with, where that was one of the same use case."""

    left_out: Mapping[UUID, Verdict]
    targets: Mapping[UUID, UUID]
    versions: Mapping[UUID, int]


def verdicts_of(*, organization: Organization, events: Sequence[InboundEvent], options: Options) -> Verdicts:
    """What is known of each, with ten queries at most, whatever their number.

    Of an event that was replayed, only the newest run is run again, so that the same payload does not run twice.
    """
    ids = [event.pk for event in events]
    outcomes = {row.pk: row for row in InboundOutcome.objects.of(organization).filter(pk__in=ids)}
    kept = set(kept_among(ids))
    newer = _replayed_since(organization, ids, options)
    targets = _targets(organization, events)
    found: dict[UUID, Verdict] = {}
    for event in events:
        verdict = _verdict(event, outcomes.get(event.pk), newer.get(event.pk), options)
        if verdict is None and event.pk not in kept:
            verdict = Verdict(Reason.PAYLOAD_PURGED, "Its payload is not kept any more")
        if verdict is None and event.pk not in targets:
            verdict = Verdict(Reason.NOT_CONFIGURED, "No enabled use case takes it now")
        if verdict is not None:
            found[event.pk] = verdict
    if options.skips_stale:
        found |= _stale(organization, [one for one in ids if one not in found])
    same = [row for key, row in outcomes.items() if row.use_case_id and row.use_case_id == targets.get(key)]
    return Verdicts(found, targets, {row.pk: row.use_case_version for row in same if row.use_case_version})


def not_found() -> Verdict:
    """About an id that names no event of the organization."""
    return Verdict(Reason.NOT_FOUND, "There is no such event")


def _verdict(
    event: InboundEvent, outcome: InboundOutcome | None, newer: Run | None, options: Options
) -> Verdict | None:
    if outcome is None:
        return Verdict(Reason.STILL_ON_ITS_WAY, "It has not ended yet")
    if outcome.code == DUPLICATE and not options.ignores_deduplication:
        return Verdict(Reason.DUPLICATE, outcome.message or "It repeats another event")
    if newer is None:
        return None
    named = to_text(EVENT_PREFIX, newer.event_id)
    if not newer.status:
        return Verdict(Reason.REPLAY_UNDER_WAY, f"Its replay {named} has not ended yet")
    if newer.status == EventStatus.ERROR:
        return Verdict(Reason.NEWER_RUN_FAILED, f"Its replay {named} failed; run that one again")
    return Verdict(Reason.ALREADY_REPLAYED, f"Its replay {named} has ended without an error")


def _replayed_since(organization: Organization, ids: Sequence[UUID], options: Options) -> Mapping[UUID, Run]:
    """The newest runs that keep an event from running once more."""
    runs = newest_runs(organization, ids)
    if not runs or not options.repeats:
        return runs
    seen = newest_sequence() if options.seen is None else options.seen
    return {key: run for key, run in runs.items() if not run.status or run.sequence > seen}


def _targets(organization: Organization, events: Sequence[InboundEvent]) -> Mapping[UUID, UUID]:
    """As a replay is routed: by the configuration of now, wherever the event went when it came."""
    inlets = routing_table(organization.pk, organization.config_version).inlets
    found = ((event.pk, _target(inlets.get(event.integration_id), event)) for event in events)
    return {key: target.use_case_id for key, target in found if target is not None and target.takes_events}


def _target(inlet: Inlet | None, event: InboundEvent) -> Target | None:
    return inlet.find(submitted(event)) if inlet else None


def _stale(organization: Organization, ids: Sequence[UUID]) -> dict[UUID, Verdict]:
    overtaken = staleness_of(organization_id=organization.pk, event_ids=ids).overtaken if ids else {}
    return {
        event_id: Verdict(Reason.STALE, f"{to_text(EVENT_PREFIX, one.newer_event_id)} has overtaken it")
        for event_id, one in overtaken.items()
    }
