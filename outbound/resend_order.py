"""order_keys: among what resends of one entity go, where its deliveries go one after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from django.db.models import Q

from outbound.models import Delivery
from outbound.models.deliveries import UNFINISHED

BESIDE: Final = UUID("0d6a5a3e-5b0c-4b58-9f0e-7a1f5d1c7e42")
"""Namespace of the keys of resends that pass what waits under the key of their entity."""
Lane = tuple[str, UUID | None, UUID]
"""webhook, mapping, order_key"""


class _Waiting(NamedTuple):
    """A delivery that those behind it wait for."""

    id: UUID
    place: int
    holds_order: bool


def order_keys(originals: Sequence[Delivery]) -> Mapping[UUID, UUID]:
    """Original → the order_key of its resend; what has no order is missing. All are of one organization; one query.

    Resends keep the key, and stand in the place of their original: before every later change that still waits, also
    one that was published between two chunks of a resend of many, and behind every earlier one. So an older state
    never waits for a newer one, and resends arrive in the order of the changes, whoever asks for them when. A change
    that is on the wire by then, or has arrived, is overtaken by no resend: whoever resends an older one wants that.

    Only where that would put one behind a failure that holds others back do they go under a key of their own, one
    after the other as well: an act of a person may not wait for a failure that nobody looks at.
    """
    keyed = {one.id: _lane(one, one.order_key) for one in originals if one.order_key is not None}
    waiting = _waiting_in(originals[0].organization_id, list(keyed.values())) if keyed else {}
    own = {one.id for one in originals}
    rows = [(one, keyed[one.id]) for one in originals if one.id in keyed]
    return {one.id: beside(lane[2]) if _goes_beside(one, lane, waiting, own) else lane[2] for one, lane in rows}


def beside(key: UUID) -> UUID:
    """The key of resends that do not wait for what has that one."""
    return uuid5(BESIDE, key.hex)


def _goes_beside(original: Delivery, lane: Lane, waiting: Mapping[Lane, Sequence[_Waiting]], own: set[UUID]) -> bool:
    """Also after an earlier resend that did and is still on its way."""
    if (lane[0], lane[1], beside(lane[2])) in waiting:
        return True
    before = (one for one in waiting.get(lane, ()) if one.place <= original.place)
    return any(one.holds_order and one.id not in own for one in before)


def _waiting_in(organization_id: int, lanes: Sequence[Lane]) -> Mapping[Lane, Sequence[_Waiting]]:
    """By lane, among them those beside."""
    found: dict[Lane, list[_Waiting]] = defaultdict(list)
    keys = {key for _, _, lane_key in lanes for key in (lane_key, beside(lane_key))}
    rows = Delivery.objects.filter(
        Q(state__in=UNFINISHED) | Q(holds_order=True),
        organization_id=organization_id,
        webhook_id__in={webhook_id for webhook_id, *_ in lanes},
        order_key__in=keys,
    )
    for row in rows.only("id", "sequence", "order_sequence", "webhook_id", "mapping_id", "order_key", "holds_order"):
        if row.order_key is not None:
            found[_lane(row, row.order_key)].append(_Waiting(row.id, row.place, row.holds_order))
    return found


def _lane(delivery: Delivery, key: UUID) -> Lane:
    return delivery.webhook_id, delivery.mapping_id, key
