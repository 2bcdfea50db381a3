"""run_again, run_at_once: events of several integrations replayed, by a job or while somebody waits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from hub import database
from hub.ids import to_text
from hub.json_types import JSONObject
from inbound.events import EVENT_PREFIX
from inbound.models import InboundEvent, InboundOutcome
from inbound.receive.arrivals import Sender
from inbound.receive.store import told_in_our_words
from inbound.replay import NO_ORDERS, ReplayResult, replay_events


@dataclass(frozen=True, slots=True)
class RunAtOnce:
    """results: of the events that ran. meanwhile: those that somebody else has replayed, so that they did not."""

    results: Sequence[ReplayResult]
    meanwhile: Collection[UUID]


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


def run_at_once(*, sender: Sender, events: Sequence[InboundEvent], seen: int, at: datetime) -> RunAtOnce:
    """Run those of which no replay is on its way, and none has come since the sequence that the person has seen.

    So two people who ask for the same events run each once. Raises ConfigurationMoved; then nothing ran. Raises
    NotStored while the database is away, and RowsRefused.
    """
    with told_in_our_words():
        return database.retrying(partial(_run_at_once, sender, events, seen, at))


@transaction.atomic
def _run_at_once(sender: Sender, events: Sequence[InboundEvent], seen: int, at: datetime) -> RunAtOnce:
    take_replaying_turn(sender.organization_id)
    meanwhile = _replayed_meanwhile(sender.organization_id, [event.pk for event in events], seen)
    became = run_again(sender, [event for event in events if event.pk not in meanwhile], at)
    return RunAtOnce(list(became.values()), meanwhile)


def _replayed_meanwhile(organization_id: int, ids: Sequence[UUID], seen: int) -> set[UUID]:
    rows = InboundEvent.objects.filter(organization_id=organization_id, replay_of__in=ids)
    replays = list(rows.values_list("pk", "replay_of", "sequence"))
    ended = set(InboundOutcome.objects.filter(pk__in=[key for key, *_ in replays]).values_list("pk", flat=True))
    return {original for key, original, sequence in replays if original and (sequence > seen or key not in ended)}
