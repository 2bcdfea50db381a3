"""walk_bodies, walk_deliveries and walk_runs: how a batch of each goes, with all that belongs to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef

from hub.retention.kinds import Batch, Walked
from hub.retention.models import PackedPayload, PurgedPayload
from hub.retention.purged import note_purged
from hub.retention.walking import delete, free, oldest, walked
from outbound.bodies import kept_among
from outbound.models import (
    Acknowledgement,
    AutomationRun,
    AutomationStep,
    Delivery,
    DeliveryAttempt,
    DeliveryBody,
    DeliveryInput,
    DeliveryState,
    RunState,
    TakenAction,
)

ENDED: Sequence[DeliveryState] = (DeliveryState.SUCCEEDED, DeliveryState.FAILED, DeliveryState.SKIPPED)


def walk_bodies(key: str, states: Collection[DeliveryState], batch: Batch) -> Walked:
    """What was sent, what it was made of and what was answered, of deliveries that have ended.

    That there was an attempt, with its headers, stays. What came with the order goes from those, too, that no body was
    ever made of: nothing is noted of them, as nothing that was sent is gone.
    """
    seen = oldest(Delivery.objects.all(), batch, "organization_id", "finished_at", "state", key="id")
    due = [one for one, organization_id, at, state in seen if state in states and batch.is_due(organization_id, at)]
    sent = set(kept_among(due)) if due else set()
    keys = _free([*sent, *_inputs_among(due)]) if due else []
    note_purged([one for one in keys if one in sent], key, batch)
    delete(DeliveryInput, keys)
    if keys:
        answered = DeliveryAttempt.objects.filter(delivery_id__in=keys).exclude(response_body="")
        answered.update(response_body="")
    return walked(batch, seen, delete(DeliveryBody, keys) + delete(PackedPayload, keys))


def _inputs_among(ids: Sequence[UUID]) -> list[UUID]:
    return list(DeliveryInput.objects.filter(pk__in=ids).values_list("pk", flat=True))


def walk_deliveries(batch: Batch) -> Walked:
    """By their ids, which tell when they were made. What still waits stays, however old."""
    seen = oldest(Delivery.objects.all(), batch, "organization_id", "finished_at", "state", key="id")
    keys = _free(
        [one for one, organization_id, at, state in seen if state in ENDED and batch.is_due(organization_id, at)]
    )
    ack_ids = [one for one in Delivery.objects.filter(id__in=keys).values_list("ack_id", flat=True) if one]
    for model in (DeliveryAttempt, DeliveryBody, DeliveryInput, TakenAction) if keys else ():
        model._default_manager.filter(delivery_id__in=keys).delete()
    for note in (PackedPayload, PurgedPayload):
        delete(note, keys)
    gone = Delivery.objects.filter(id__in=keys).delete()[0] if keys else 0
    _delete_acknowledgements(ack_ids)
    return walked(batch, seen, gone)


def walk_runs(states: Collection[RunState], batch: Batch) -> Walked:
    """Runs of automations that ended in one of these states, with their steps."""
    seen = oldest(AutomationRun.objects.all(), batch, "organization_id", "finished_at", "state", key="id")
    due = [one for one, organization_id, at, state in seen if state in states and batch.is_due(organization_id, at)]
    keys = free(AutomationRun.objects.filter(id__in=due), key="id") if due else []
    if keys:
        AutomationStep.objects.filter(run_id__in=keys).delete()
    return walked(batch, seen, AutomationRun.objects.filter(id__in=keys).delete()[0] if keys else 0)


def _free(ids: Sequence[UUID]) -> list[UUID]:
    """Those that nobody sends again or acknowledges at this moment, locked."""
    return free(Delivery.objects.filter(id__in=ids), key="id") if ids else []


def _delete_acknowledgements(ack_ids: Sequence[UUID]) -> None:
    """Those of which no delivery is left."""
    still_there = Exists(Delivery.objects.filter(ack_id=OuterRef("ack_id")))
    Acknowledgement.objects.filter(~still_there, ack_id__in=ack_ids).delete()
