"""Gauges of what leaves: open circuits, poll queues, events that nobody has acknowledged; alerts read them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from hub.accounts.models import Organization
from integrations.models import Integration
from monitoring import counters
from monitoring.counting.windows import EVER
from monitoring.gauges import CIRCUIT_OPEN, POLL_AGE, POLL_QUEUE_AGE, UNACKNOWLEDGED_AGE, Gauge, minutes_since
from monitoring.tallies import Counter, read_counters, tally_by
from monitoring.time_ranges import HOUR, TimeRange
from outbound import acknowledging
from outbound.models import Acknowledgement, Delivery
from outbound.queue.overview import overview_of
from outbound.webhooks.troubled import troubled

OLDEST_LOOKED_AT: Final = 1_000
"""Events without an acknowledgement, the oldest first."""
LOOKED_BACK: Final = TimeRange("35d", _("Last 35 days"), timedelta(days=35), HOUR)
"""No rule waits longer."""
TIMED_OUT: Final = acknowledging.ENDINGS[acknowledging.TIMED_OUT]
ANSWERED: Final = {*acknowledging.ENDINGS.values()} - {TIMED_OUT}
"""An ERP that could not process an event has told so."""


def open_circuits(*, organization: Organization, at: datetime) -> Iterator[Gauge]:
    """One for each receiver whose circuit is open and that nobody has paused; as many queries as troubled."""
    for one in troubled(organization):
        if one.endpoint is not None and one.paused_at is None:
            yield Gauge(CIRCUIT_OPEN, f"receiver:{one.webhook_id}", one.name, 1)


def poll_queues(*, organization: Organization, at: datetime) -> Iterator[Gauge]:
    """Of every stream how long ago it was polled, and how old its oldest message is; as many queries as overview_of."""
    for view in overview_of(organization, at):
        key, name = view.integration.pk, view.integration.name
        if view.last_poll_at:
            yield Gauge(POLL_AGE, f"stream:{key}", name, minutes_since(view.last_poll_at, at), key)
        if view.oldest_at:
            yield Gauge(POLL_QUEUE_AGE, f"stream:{key}", name, minutes_since(view.oldest_at, at), key)


def unacknowledged(*, organization: Organization, at: datetime) -> Iterator[Gauge]:
    """For each integration how long ago the oldest event was delivered of those that it has answered by nothing since,
    neither this one nor a later one; it counts on when its deadline has passed.

    Four queries, and one for each integration whose last deadline was missed.
    """
    endings = read_counters(
        organization=organization, time_range=LOOKED_BACK, at=at, directions=[counters.ACKNOWLEDGEMENTS]
    )
    answered = _last_of(endings, ANSWERED)
    since = _pending_since(organization, answered, at)
    for key, missed_at in _last_of(endings, (TIMED_OUT,)).items():
        moment = (
            _missed_since(organization, key, answered.get(key, EVER)) if missed_at > answered.get(key, EVER) else None
        )
        if moment is not None:
            since[key] = min(moment, since.get(key, moment))
    names = dict(Integration.objects.of(organization).filter(pk__in=list(since)).values_list("pk", "name"))
    for key, moment in since.items():
        if key in names:
            yield Gauge(UNACKNOWLEDGED_AGE, f"integration:{key}", names[key], minutes_since(moment, at), key)


def _last_of(endings: Sequence[Counter], statuses: Collection[str]) -> dict[UUID, datetime]:
    """Integration → when the last acknowledgement ended that way."""
    tallies = tally_by([row for row in endings if row.status in statuses], "integration_id")
    return {key: one.last_at for key, one in tallies.items() if key is not None and one.last_at is not None}


def _pending_since(organization: Organization, answered: Mapping[UUID, datetime], at: datetime) -> dict[UUID, datetime]:
    """Integration → when the oldest event was delivered whose time is still running."""
    waiting = Acknowledgement.objects.of(organization).filter(
        state=Acknowledgement.State.PENDING, delivered_at__isnull=False, created_at__lte=at
    )
    oldest = dict(waiting.order_by("due_at").values_list("pk", "delivered_at")[:OLDEST_LOOKED_AT])
    deliveries = Delivery.objects.of(organization).filter(ack_id__in=list(oldest), integration_id__isnull=False)
    since: dict[UUID, datetime] = {}
    for ack_id, integration_id in deliveries.order_by().values_list("ack_id", "integration_id"):
        moment = oldest.get(ack_id) if ack_id else None
        if moment is not None and integration_id is not None and moment > answered.get(integration_id, EVER):
            since[integration_id] = min(moment, since.get(integration_id, moment))
    return since


def _missed_since(organization: Organization, integration_id: UUID, after: datetime) -> datetime | None:
    """When the first event was delivered of those made after that moment whose deadline has passed; by their index."""
    mine = Delivery.objects.of(organization).filter(ack_id=OuterRef("pk"), integration_id=integration_id)
    missed = Acknowledgement.objects.of(organization).filter(
        Exists(mine), state=Acknowledgement.State.TIMED_OUT, created_at__gt=after, delivered_at__isnull=False
    )
    return missed.order_by("created_at").values_list("delivered_at", flat=True).first()
