"""resend: a delivery that has ended goes out once more, as a new one (outbound.md section 10, engine rule 4.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from hub import background
from hub.accounts.audit import Act, Actor
from hub.accounts.audit import record as record_audit
from hub.accounts.models import Organization
from hub.errors import Conflict, HubError, NotFound
from hub.events.renewing import renew
from hub.ids import new_ids
from hub.retention.purged import purged_among
from integrations.models import UseCase
from outbound.bodies import find_bodies, kept_among
from outbound.endings import DELIVER
from outbound.models import Acknowledgement, Delivery, DeliveryBody, DeliveryInput, DeliveryState
from outbound.models.deliveries import UNFINISHED
from outbound.resend_order import order_keys
from outbound.resend_sources import Sources, kept_events, why_not
from outbound.subscriptions import PREPARE

MOST_AT_ONCE: Final = 100


class NotEnded(Conflict):
    """A delivery that is still on its way needs no other one."""

    code = "DELIVERY_NOT_ENDED"


class NothingToSend(HubError):
    """What would be sent again was never made, or is gone."""

    code = "NO_ORIGINAL_SOURCE"
    status = 422


@dataclass(frozen=True, slots=True)
class Resending:
    """Who wants it, and why. is_anew: the body is made again, by the mapping as it is now, under a new message id; an
    event that was malformed is worked out again first."""

    actor: Actor
    reason: str = ""
    is_anew: bool = False


def must_be_anew(organization: Organization, delivery_ids: Sequence[UUID]) -> bool:
    """Whether of every one that has ended no body was made or is kept, so that none can go out as it was.

    One query, two more where some have ended.
    """
    rows = Delivery.objects.of(organization).filter(id__in=delivery_ids).exclude(state__in=UNFINISHED)
    ended = list(rows.values_list("id", flat=True))
    return bool(ended) and not kept_among(ended)


@transaction.atomic
def resend(
    *, organization: Organization, delivery_ids: Sequence[UUID], order: Resending, at: datetime
) -> list[Delivery]:
    """New deliveries for those that have ended, in the order of delivery_ids, each once; the old ones stay as they are.

    Verbatim, a receiver that has the message already recognizes its id. Where the event is still not acknowledged, the
    time for that begins anew. Those of one entity keep their order where its deliveries do. Raises NotFound, NotEnded,
    NothingToSend; then nothing is sent.
    """
    wanted = list(dict.fromkeys(delivery_ids))
    rows = Delivery.objects.of(organization).select_for_update(no_key=True).filter(id__in=wanted)
    found = {row.id: row for row in rows.order_by("sequence")}
    originals = [_ended(found.get(one)) for one in wanted]
    bodies = find_bodies(wanted)
    inputs = {row.delivery_id: row for row in DeliveryInput.objects.filter(pk__in=wanted)}
    missing = [one for one in wanted if one not in bodies]
    sources = Sources(bodies.keys(), inputs.keys(), kept_events(originals), purged_among(missing))
    _check_sources(originals, sources, is_anew=order.is_anew)
    if order.is_anew:
        renew(organization, {one.core_event_id for one in originals if one.core_event_id is not None})
    made = copies_of(organization, originals, order, at)
    keys = order_keys(originals)
    for new in made:
        new.order_key = keys.get(new.replayed_from) if new.replayed_from else None
    Delivery.objects.bulk_create(made)
    if not order.is_anew:
        DeliveryBody.objects.bulk_create([_body_of(new, bodies) for new in made])
    DeliveryInput.objects.bulk_create([_input_of(new, inputs) for new in made if new.replayed_from in inputs])
    _expect_again(originals)
    _record(organization, made, order, at)
    background.after_commit(PREPARE if order.is_anew else DELIVER)
    return made


def _ended(row: Delivery | None) -> Delivery:
    if row is None:
        raise NotFound("There is no such delivery.")
    if row.state in UNFINISHED:
        raise NotEnded("The delivery is still on its way; it can be sent again once it has ended.")
    return row


def _check_sources(originals: Sequence[Delivery], sources: Sources, *, is_anew: bool) -> None:
    for original in originals:
        if reason := why_not(original, sources, is_anew=is_anew):
            raise NothingToSend(reason)


def copies_of(
    organization: Organization, originals: Sequence[Delivery], order: Resending, at: datetime
) -> list[Delivery]:
    """The new deliveries, in the order of the originals; nothing is stored. Anew they are of the live version."""
    versions = dict(UseCase.objects.of(organization).values_list("pk", "version")) if order.is_anew else {}
    return [
        _copy(original, one, order, versions.get(original.use_case_id) if original.use_case_id else None, at)
        for original, one in zip(originals, new_ids(len(originals)), strict=True)
    ]


def _copy(original: Delivery, new_id: UUID, order: Resending, version: int | None, at: datetime) -> Delivery:
    return Delivery(
        id=new_id,
        message_id=new_id if order.is_anew else original.message_id,
        organization_id=original.organization_id,
        integration_id=original.integration_id,
        use_case_id=original.use_case_id,
        use_case_version=version or original.use_case_version,
        mapping_id=original.mapping_id,
        webhook_id=original.webhook_id,
        part=original.part,
        order_sequence=original.place if original.order_key is not None else None,
        core_event_id=original.core_event_id,
        event_name=original.event_name,
        correlation_id=original.correlation_id,
        ack_id=original.ack_id,
        state=DeliveryState.PLANNED if order.is_anew else DeliveryState.WAITING,
        next_attempt_at=None if order.is_anew else at,
        created_at=at,
        replayed_from=original.id,
        reason=order.reason,
        is_test=original.is_test,
    )


def _body_of(new: Delivery, bodies: dict[UUID, DeliveryBody]) -> DeliveryBody:
    original = bodies[new.replayed_from or new.id]
    return DeliveryBody(delivery_id=new.id, body=bytes(original.body), request=original.request)


def _input_of(new: Delivery, inputs: dict[UUID, DeliveryInput]) -> DeliveryInput:
    original = inputs[new.replayed_from or new.id]
    return DeliveryInput(
        delivery_id=new.id, payload=original.payload, occurred_at=original.occurred_at, hop=original.hop
    )


def _expect_again(originals: Sequence[Delivery]) -> None:
    """Whoever has not acknowledged gets the whole time once more, from the delivery that succeeds next."""
    Delivery.objects.filter(pk__in=[one.pk for one in originals], holds_order=True).update(holds_order=False)
    ack_ids = [one.ack_id for one in originals if one.ack_id is not None]
    Acknowledgement.objects.filter(pk__in=ack_ids).exclude(state=Acknowledgement.State.ACKNOWLEDGED).update(
        state=Acknowledgement.State.PENDING, delivered_at=None, due_at=None, closed_at=None, message=""
    )


def _record(organization: Organization, made: Sequence[Delivery], order: Resending, at: datetime) -> None:
    for new in made:
        act = Act(
            "delivery.resend",
            "delivery",
            str(new.replayed_from),
            {"new_delivery": str(new.id), "reason": order.reason, "made_anew": order.is_anew},
        )
        record_audit(organization=organization, actor=order.actor, act=act, at=at)
