"""tell: a decision about a held prune in the trace of its event and in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.accounts.audit import Act, Actor, record
from hub.accounts.models import Organization
from hub.json_types import JSONObject
from inbound.models import HeldPrune, InboundEvent
from monitoring.codes import get_code
from monitoring.record import MESSAGE_CHARACTERS, Span
from monitoring.record import record as record_spans


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides, and why if they say so."""

    actor: Actor
    reason: str
    at: datetime


def tell(organization: Organization, prune: HeldPrune, code: str, decision: Decision) -> None:
    """Call it once the prune has its end, in the same transaction."""
    removed = prune.removed_count or 0
    counts: JSONObject = {"listed": prune.member_count, "removed": removed, "spared": prune.member_count - removed}
    record_spans([_span(prune, code, decision, counts)])
    changes: JSONObject = {"state": prune.state, **counts, "reason": decision.reason}
    act = Act(code.lower().replace("_", "."), "held_prune", str(prune.pk), changes)
    record(organization=organization, actor=decision.actor, act=act, at=decision.at)


def _span(prune: HeldPrune, code: str, decision: Decision, counts: JSONObject) -> Span:
    """Found by the filters that find the other spans of the event, as long as the event is kept."""
    events = InboundEvent.objects.filter(organization_id=prune.organization_id, pk=prune.event_id)
    event = events.first()
    return Span(
        organization_id=prune.organization_id,
        integration_id=prune.integration_id,
        sync_type="meter_reading" if prune.kind == HeldPrune.Kind.READINGS else "entity",
        level=get_code(code).level,
        received_at=decision.at,
        completed_at=decision.at,
        code=code,
        message=_message(counts, decision.reason)[:MESSAGE_CHARACTERS],
        use_case_id=prune.use_case_id,
        event_id=prune.event_id,
        event_type=event.event_type if event else "",
        object_type=(event.event_name or event.use_case_slug) if event else "",
        correlation_id=event.correlation_id if event else "",
        lane_id=prune.lane_id,
        event_order=prune.event_order,
        detail={"prune": str(prune.pk), **counts},
        use_case_version=prune.use_case_version,
    )


def _message(counts: JSONObject, reason: str) -> str:
    told = f"{counts['removed']} of {counts['listed']} records removed, {counts['spared']} spared"
    return f"{told}: {reason}" if reason else f"{told}."
