"""run_again, run_at_once: events of several integrations replayed, by a job or while somebody waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from hub import database
from hub.accounts.models import Organization
from hub.ids import to_text
from hub.json_types import JSONObject
from inbound.events import EVENT_PREFIX
from inbound.models import InboundEvent
from inbound.receive.arrivals import Sender
from inbound.receive.store import told_in_our_words
from inbound.replay import NO_ORDERS, ReplayResult, replay_events
from inbound.replays.options import Options
from inbound.replays.verdicts import Verdict, verdicts_of


@dataclass(frozen=True, slots=True)
class RunAtOnce:
    """results: of the events that ran. left_out: event id → why it did not."""

    results: Sequence[ReplayResult]
    left_out: Mapping[UUID, Verdict]


def options_at_once(*, seen: int, skips_stale: bool = False) -> Options:
    """How events run that somebody has chosen one by one: repeats, too, but for what others have replayed since the
    sequence seen."""
    return Options(skips_stale=skips_stale, ignores_deduplication=True, repeats=True, seen=seen)


def take_replaying_turn(organization_id: int) -> None:
    """Replays of one organization take turns, so that no two decide about the same event at once."""
    database.take_turn(f"replays of {organization_id}")


def run_again(
    sender: Sender, events: Sequence[InboundEvent], at: datetime, orders: Mapping[UUID, JSONObject] = NO_ORDERS
) -> dict[UUID, ReplayResult]:
    """Event → what became of it; one call per integration: each has its own use cases. Raises ConfigurationMoved."""
    by_integration: dict[UUID, list[InboundEvent]] = {}
    for event in events:
        by_integration.setdefault(event.integration_id, []).append(event)
    became: dict[UUID, ReplayResult] = {}
    for integration_id, group in by_integration.items():
        results = replay_events(
            sender=sender,
            integration_id=integration_id,
            event_ids=[to_text(EVENT_PREFIX, event.pk) for event in group],
            at=at,
            orders=orders,
        )
        became |= {event.pk: result for event, result in zip(group, results, strict=True)}
    return became


def run_at_once(
    *, organization: Organization, sender: Sender, events: Sequence[InboundEvent], options: Options, at: datetime
) -> RunAtOnce:
    """Run those that no verdict leaves out, as options_at_once has them.

    So two people who ask for the same events run each once. Raises ConfigurationMoved; then nothing ran. Raises
    NotStored while the database is away, and RowsRefused.
    """
    with told_in_our_words():
        return database.retrying(partial(_run_at_once, organization, sender, events, options, at))


@transaction.atomic
def _run_at_once(
    organization: Organization, sender: Sender, events: Sequence[InboundEvent], options: Options, at: datetime
) -> RunAtOnce:
    take_replaying_turn(organization.pk)
    left_out = verdicts_of(organization=organization, events=events, options=options).left_out
    became = run_again(sender, [event for event in events if event.pk not in left_out], at)
    return RunAtOnce(list(became.values()), left_out)
