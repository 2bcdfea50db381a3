"""fanned_out: a planned delivery whose files go out one by one becomes as many deliveries, once and for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from hub.ids import new_ids
from outbound.models import Delivery, DeliveryState
from outbound.payloads.ready import Ready
from outbound.uploads.splitting import for_part


def fanned_out(going: Sequence[Ready], at: datetime) -> list[Ready]:
    """Each delivery that goes on, and after it those of the other files of its event, which are stored.

    In the transaction that has moved the planned ones on: whoever loses it to another worker makes none.
    """
    found = [one for ready in going for one in _siblings(ready, at)]
    moved = [one for one in going if one.parts and one.delivery.part != one.parts[0]]
    for one in moved:
        one.delivery.part = one.parts[0]
    Delivery.objects.bulk_update([one.delivery for one in moved], ["part"])
    Delivery.objects.bulk_create([one.delivery for one in found])
    return [*going, *found]


def _siblings(ready: Ready, at: datetime) -> Iterator[Ready]:
    others = ready.parts[1:]
    for part, new_id in zip(others, new_ids(len(others)), strict=True):
        yield ready._replace(delivery=_copy(ready.delivery, new_id, part, at), request=for_part(ready.request, part))


def _copy(planned: Delivery, new_id: UUID, part: int, at: datetime) -> Delivery:
    return Delivery(
        id=new_id,
        message_id=new_id,
        organization_id=planned.organization_id,
        integration_id=planned.integration_id,
        use_case_id=planned.use_case_id,
        use_case_version=planned.use_case_version,
        mapping_id=planned.mapping_id,
        webhook_id=planned.webhook_id,
        part=part,
        core_event_id=planned.core_event_id,
        event_name=planned.event_name,
        correlation_id=planned.correlation_id,
        ack_id=planned.ack_id,
        order_key=planned.order_key,
        order_sequence=planned.order_sequence,
        state=DeliveryState.WAITING,
        next_attempt_at=at,
        created_at=planned.created_at,
        replayed_from=planned.replayed_from,
        reason=planned.reason,
        is_test=planned.is_test,
    )
