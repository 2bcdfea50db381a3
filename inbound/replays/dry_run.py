"""dry_run: what the first events of a replay would do, event by event; everything is rolled back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID, uuid4

from django.db import DatabaseError, Error, transaction

from hub import clock, database
from hub.accounts.models import Organization
from hub.errors import Unavailable
from hub.ids import new_id
from inbound.models import InboundEvent
from inbound.process.applying import apply_wishes
from inbound.process.lease import Lease
from inbound.process.mapped import PendingSlice, resolved
from inbound.process.outcome import cause_to_wait, outcome_of, refused_outcome
from inbound.process.results import Cause, Results
from inbound.process.slices import Queued
from inbound.query import bodies_of
from inbound.replays.findings import Findings
from inbound.replays.looking import Looked
from inbound.replays.options import Options
from inbound.replays.tried import Tried
from inbound.replays.verdicts import Verdicts

MOST_TRIED: Final = 20
"""Events of one dry run: somebody waits for it and reads it."""
Apply = Callable[[Lease, dict[int, Results]], None]
"""Writes what the events want, and fills the results, by sequence."""


def dry_run(*, organization: Organization, looked: Looked, options: Options) -> list[Tried]:
    """The first MOST_TRIED events that would run of those that were found, one after the other as the job runs them.

    They are mapped as live events are, applied by the same code in a transaction that is rolled back, core events and
    their deliveries with it, so nobody hears of it. No transaction may be open. Raises Busy and NoChild where no
    mapping process is to be had, and Unavailable while the database is away.
    """
    wanted = looked.runs[:MOST_TRIED]
    bodies = bodies_of(wanted)
    # A payload may be deleted between the verdicts and now.
    runs = [event for event in wanted if event.pk in bodies]
    events = [_queued(one, bodies[one.pk], looked.verdicts, options) for one in runs]
    pending = resolved(organization.pk, events)
    pending.map()
    trial = _Trial(organization, [one.pk for one in runs], pending)
    try:
        return trial.run()
    except Error as failure:
        if not database.is_transient(failure):
            raise
        raise Unavailable("The database cannot be reached. Try again soon.") from failure


@dataclass(frozen=True, slots=True)
class _Trial:
    """Mapped events that are tried, as often as that takes. original_ids: of what each of them would repeat."""

    organization: Organization
    original_ids: Sequence[UUID]
    pending: PendingSlice

    def run(self) -> list[Tried]:
        """All together, and one by one where the database refuses the data of one that is to be found."""
        try:
            return database.retrying(partial(self._tried, self._apply))
        except (DatabaseError, *database.DATA_ERRORS) as failure:
            if not database.is_data_error(failure):
                raise
        return database.retrying(partial(self._tried, self._apply_one_by_one))

    def _tried(self, apply: Apply) -> list[Tried]:
        """One try, from nothing: what an earlier one has found was rolled back."""
        pending, lease = self.pending, _no_lease(self.organization)
        results = {event.sequence: Results() for event in pending.events}
        pending.outcomes.clear()
        with transaction.atomic():
            apply(lease, results)
            findings = Findings.of(self.organization, pending.events, results)
            became = [(event, results[event.sequence]) for event in pending.events]
            ends = [outcome_of(lease, pending, event, found, clock.now()) for event, found in became]
            transaction.set_rollback(True)
        return [
            findings.told(original_id, event.event_id, end, self._cause(event, found))
            for original_id, (event, found), end in zip(self.original_ids, became, ends, strict=True)
        ]

    def _apply(self, lease: Lease, results: dict[int, Results]) -> None:
        for part in self.pending.parts(self.pending.events):
            apply_wishes(lease, self.pending.wishes(part), results, clock.now())

    def _apply_one_by_one(self, lease: Lease, results: dict[int, Results]) -> None:
        for event in self.pending.events:
            try:
                with transaction.atomic():
                    apply_wishes(lease, self.pending.wishes([event]), results, clock.now())
            except (DatabaseError, *database.DATA_ERRORS) as failure:
                if not database.is_data_error(failure):
                    raise
                results[event.sequence] = Results()
                version = self.pending.versions[event.sequence]
                self.pending.outcomes[event.sequence] = refused_outcome(lease, event, version, failure, clock.now())

    def _cause(self, event: Queued, results: Results) -> Cause | None:
        """Why it would have to wait; None where it would end."""
        if event.sequence in self.pending.outcomes:
            return None
        return cause_to_wait(event, self.pending.mappings[event.sequence], results)


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
