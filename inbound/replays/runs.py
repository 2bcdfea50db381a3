"""newest_runs: the newest replay of each of some events, and how it has ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from hub.accounts.models import Organization
from inbound.models import InboundEvent, InboundOutcome


@dataclass(frozen=True, slots=True)
class Run:
    """The newest replay of an event; status is empty while it is on its way."""

    event_id: UUID
    status: str
    sequence: int


def newest_runs(organization: Organization, ids: Sequence[UUID]) -> Mapping[UUID, Run]:
    """By event; one that was never replayed is left out. Two queries at most."""
    replays = InboundEvent.objects.of(organization).filter(replay_of__in=ids)
    in_order = sorted(replays.values_list("sequence", "replay_of", "pk"))
    newest = {original: (replay, sequence) for sequence, original, replay in in_order if original}
    ended = InboundOutcome.objects.filter(pk__in=[replay for replay, _ in newest.values()])
    statuses = dict(ended.values_list("pk", "status"))
    return {
        original: Run(replay, statuses.get(replay, ""), sequence) for original, (replay, sequence) in newest.items()
    }
