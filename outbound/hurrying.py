"""retry_now and probe_now: what would go out later goes out at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from hub import background
from hub.accounts.audit import Act, Actor
from hub.accounts.audit import record as record_audit
from hub.accounts.models import Organization
from hub.errors import Conflict, NotFound
from outbound.endings import DELIVER
from outbound.models import Delivery, DeliveryState, Endpoint
from outbound.webhooks.queries import get_webhook


class NotWaiting(Conflict):
    """It is being sent right now, or has ended."""

    code = "DELIVERY_NOT_WAITING"


@transaction.atomic
def retry_now(*, organization: Organization, delivery_id: UUID, actor: Actor, at: datetime) -> None:
    """The next attempt of a delivery that waits is due now; the number of its attempts stays as it is.

    What holds its receiver back holds it back nonetheless. Raises NotFound, NotWaiting.
    """
    rows = Delivery.objects.of(organization).filter(id=delivery_id)
    if not rows.exists():
        raise NotFound("There is no such delivery.")
    if not rows.filter(state=DeliveryState.WAITING).update(next_attempt_at=at):
        raise NotWaiting("The delivery does not wait for another attempt.")
    act = Act("delivery.retry_now", "delivery", str(delivery_id), {})
    record_audit(organization=organization, actor=actor, act=act, at=at)
    background.after_commit(DELIVER)


@transaction.atomic
def probe_now(*, organization: Organization, webhook_id: str, actor: Actor, at: datetime) -> bool:
    """The next probe of a receiver whose circuit is open is due now; False where the circuit is not open.

    Raises WebhookNotFound.
    """
    webhook = get_webhook(organization=organization, webhook_id=webhook_id)
    waiting = Endpoint.objects.of(organization).filter(pk=webhook.pk, circuit=Endpoint.Circuit.OPEN)
    if not waiting.update(probe_at=at):
        return False
    record_audit(organization=organization, actor=actor, act=Act("webhook.probe", "webhook", webhook.pk, {}), at=at)
    background.after_commit(DELIVER)
    return True
