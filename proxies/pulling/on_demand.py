"""on_core_events: somebody needs one record now, so that one is read; planned in the transaction of the event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from hub import background, clock
from hub.environments.remembered import Remembered
from hub.events.publishing import Published
from hub.ids import new_ids
from integrations.models import UseCase
from proxies.managed_call.pull import ON_DEMAND_EVENTS
from proxies.models import PullKind, PullRun
from proxies.pulling.planning import RUN, pull_of, run_of
from proxies.pulling.schedules import Scheduled, scheduled

REMEMBERED_S: Final = 60.0


def heard_events(organization_id: int, config_version: int) -> frozenset[str]:
    """One of CORE_EVENT_AUDIENCES: the names of the events that a schedule of the organization answers to."""
    return frozenset(_listeners.of(organization_id, config_version))


def forget_all() -> None:
    """Read everything anew."""
    _listeners.forget_all()


def on_core_events(published: Sequence[Published], config_version: int) -> None:
    """A subscriber of CORE_EVENT_SUBSCRIBERS: plan a run for each use case that answers; one statement.

    An entity that is being read is not read twice at a time. Test events read nothing.
    """
    asked = [one for one in published if one.name in ON_DEMAND_EVENTS and not one.is_test]
    if not asked:
        return
    listeners = _listeners.of(asked[0].organization_id, config_version)
    at = clock.now()
    runs = [_run(one, listener, at) for one in asked for listener in listeners.get(one.name, ())]
    for run, run_id in zip(runs, new_ids(len(runs)), strict=True):
        run.id = run_id
    if runs:
        PullRun.objects.bulk_create(runs, ignore_conflicts=True)
        background.after_commit(RUN)


def _run(event: Published, listener: Scheduled, at: datetime) -> PullRun:
    run = run_of(pull_of(listener, at), PullKind.ON_DEMAND, at)
    run.core_event_id, run.subject_id = event.id, event.entity_id
    return run


def _read(organization_id: int) -> Mapping[str, Sequence[Scheduled]]:
    found: dict[str, list[Scheduled]] = {}
    use_cases = UseCase.objects.filter(organization_id=organization_id, enabled=True)
    for one in scheduled(use_cases.order_by("created_at", "id")):
        for name in one.pull.on_demand.events if one.pull.on_demand else ():
            found.setdefault(name, []).append(one)
    return found


_listeners = Remembered(_read, REMEMBERED_S)
