"""dry_run: what the first events of a replay would do, event by event; everything is rolled back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from hub import clock
from hub.accounts.models import Organization
from hub.ids import new_id
from inbound.models import InboundEvent
from inbound.process.applying import apply_wishes
from inbound.process.lease import Lease
from inbound.process.mapped import PendingSlice, resolved
from inbound.process.outcome import cause_to_wait, outcome_of
from inbound.process.results import Cause, Results
from inbound.process.slices import Queued
from inbound.query import bodies_of
from inbound.replays.findings import Findings
from inbound.replays.options import Options
from inbound.replays.scopes import Scope
from inbound.replays.tried import Tried
from inbound.replays.verdicts import Verdicts, verdicts_of

MOST_TRIED: Final = 20
"""Events of one dry run: somebody waits for it and reads it."""
LOOKED_AT: Final = 200
"""Events among which those that would run are looked for."""


def dry_run(*, organization: Organization, scope: Scope, options: Options) -> list[Tried]:
    """The first MOST_TRIED events that would run, one after the other as the job would run them.

    They are mapped as live events are, applied by the same code in a transaction that is rolled back, core events and
    their deliveries with it, so nobody hears of it. No transaction may be open. Raises Busy and NoChild where no
    mapping process is to be had.
    """
    page = scope.page(organization.pk, None, LOOKED_AT)
    verdicts = verdicts_of(organization=organization, events=page.events, options=options)
    wanted = [event for event in page.events if event.pk not in verdicts.left_out][:MOST_TRIED]
    bodies = bodies_of(wanted)
    # A payload may be deleted between the verdicts and now.
    runs = [event for event in wanted if event.pk in bodies]
    events = [_queued(one, bodies[one.pk], verdicts, options) for one in runs]
    pending = resolved(organization.pk, events)
    pending.map()
    results = {event.sequence: Results() for event in events}
    with transaction.atomic():
        lease = _no_lease(organization)
        for part in pending.parts(events):
            apply_wishes(lease, pending.wishes(part), results, clock.now())
        findings = Findings.of(organization, events, results)
        ends = [outcome_of(lease, pending, event, results[event.sequence], clock.now()) for event in events]
        transaction.set_rollback(True)
    return [
        findings.told(original.pk, event.event_id, end, _cause(pending, event, results))
        for original, event, end in zip(runs, events, ends, strict=True)
    ]


def _cause(pending: PendingSlice, event: Queued, results: Mapping[int, Results]) -> Cause | None:
    return cause_to_wait(event, pending.mappings[event.sequence], results[event.sequence])


def _queued(event: InboundEvent, body: bytes, verdicts: Verdicts, options: Options) -> Queued:
    """The new event as a worker would read it."""
    return Queued(
        sequence=event.sequence,
        event_id=new_id(),
        attempts=0,
        retry=options.order(verdicts.versions.get(event.pk)) or None,
        use_case_id=verdicts.targets[event.pk],
        received_at=event.received_at,
        sent_at=event.sent_at,
        event_name=event.event_name,
        use_case_slug=event.use_case_slug,
        event_type=event.event_type,
        format=event.format,
        correlation_id=event.correlation_id,
        origin_id=event.origin_id,
        order=event.order,
        hop=event.hop,
        traceparent=None,
        body=body,
    )


def _no_lease(organization: Organization) -> Lease:
    """No lane is held: what is rolled back needs no place in an order."""
    return Lease(0, uuid4(), organization.pk, UUID(int=0), 0, None)
