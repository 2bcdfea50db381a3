"""read_waiting: the prunes that wait for a decision, longest first; monitoring shows them on its first page."""

from __future__ import annotations

from hub.accounts.models import Organization
from inbound.models import HeldPrune
from inbound.prunes.nouns import counted
from inbound.prunes.query import waiting_count
from monitoring import held_prunes


def read_waiting(*, organization: Organization, most: int) -> held_prunes.HeldPrunes:
    """What waits now, with two queries."""
    waiting = HeldPrune.objects.of(organization).filter(state=HeldPrune.State.WAITING)
    oldest = tuple(_told(prune, organization) for prune in waiting.order_by("held_at", "id")[:most])
    return held_prunes.HeldPrunes(oldest, waiting_count(organization=organization))


def _told(prune: HeldPrune, organization: Organization) -> held_prunes.HeldPrune:
    records = counted(prune, organization, prune.member_count)
    return held_prunes.HeldPrune(prune.pk, prune.use_case_id, records, prune.held_at)
