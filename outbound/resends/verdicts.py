"""verdicts_of: which chosen deliveries do not go out again, and why; the same for a preview and for the act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from hub.accounts.models import Organization
from hub.ids import to_text
from outbound.models import DELIVERY_PREFIX, Delivery, DeliveryState
from outbound.models.deliveries import UNFINISHED
from outbound.resend_sources import Sources, sources_of, why_not
from outbound.resends.options import Options


class Reason(StrEnum):
    """Why a delivery is left out."""

    NOT_FOUND = "DELIVERY_NOT_FOUND"
    STILL_ON_ITS_WAY = "DELIVERY_STILL_ON_ITS_WAY"
    RESEND_UNDER_WAY = "RESEND_UNDER_WAY"
    SENT_AGAIN = "ALREADY_SENT_AGAIN"
    NEWER_FAILED = "NEWER_RESEND_FAILED"
    NO_SOURCE = "NO_ORIGINAL_SOURCE"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why not, and one sentence about the delivery."""

    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class _Resend:
    id: UUID
    sequence: int
    state: str


NOT_FOUND = Verdict(Reason.NOT_FOUND, "There is no such delivery")


def verdicts_of(
    *, organization: Organization, deliveries: Sequence[Delivery], options: Options
) -> Mapping[UUID, Verdict]:
    """Delivery → why it is left out; those that go out are not in it. Six queries at most, whatever the number."""
    newest = _newest_resends(organization, [one.id for one in deliveries])
    sources = sources_of(deliveries)
    found = ((one.id, _verdict(one, newest.get(one.id), sources, options)) for one in deliveries)
    return {delivery_id: verdict for delivery_id, verdict in found if verdict is not None}


def _newest_resends(organization: Organization, ids: Sequence[UUID]) -> Mapping[UUID, _Resend]:
    rows = Delivery.objects.of(organization).filter(replayed_from__in=ids).order_by("sequence")
    listed = rows.values_list("replayed_from", "id", "sequence", "state")
    return {original: _Resend(key, sequence, state) for original, key, sequence, state in listed if original}


def _verdict(delivery: Delivery, newest: _Resend | None, sources: Sources, options: Options) -> Verdict | None:
    if delivery.state in UNFINISHED:
        return Verdict(Reason.STILL_ON_ITS_WAY, "It has not ended yet")
    if newest is not None and (verdict := _since(newest, options)) is not None:
        return verdict
    reason = why_not(delivery, sources, is_anew=options.is_anew)
    return Verdict(Reason.NO_SOURCE, reason) if reason else None


def _since(newest: _Resend, options: Options) -> Verdict | None:
    named = to_text(DELIVERY_PREFIX, newest.id)
    if newest.state in UNFINISHED:
        return Verdict(Reason.RESEND_UNDER_WAY, f"{named} was made of it and has not ended yet")
    if options.repeats and newest.sequence <= options.seen:
        return None
    if newest.state == DeliveryState.FAILED:
        return Verdict(Reason.NEWER_FAILED, f"{named} was made of it and failed; send that one again")
    return Verdict(Reason.SENT_AGAIN, f"{named} was made of it already")
