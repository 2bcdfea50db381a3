"""ROOM: what was sent, deliveries, runs of automations, messages to be polled, and what is configured."""

from __future__ import annotations

from functools import partial
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hub.retention.kinds import FixedAge, Kept, RetentionKind, Room
from monitoring.counting.ages import BUCKETS_KEPT, COARSE, FINE, expire_buckets
from outbound.forgetting import walk_bodies, walk_deliveries, walk_runs
from outbound.models import (
    Acknowledgement,
    AppToken,
    Automation,
    AutomationRun,
    AutomationStep,
    Delivery,
    DeliveryAttempt,
    DeliveryBody,
    DeliveryBucket,
    DeliveryDelta,
    DeliveryInput,
    DeliveryState,
    Endpoint,
    QueuedMessage,
    RegisteredApp,
    RunState,
    SigningKey,
    Stream,
    TakenAction,
    Webhook,
    WebhookPace,
)

DELIVERIES: Final = "deliveries"
"""Acknowledgements go with them: so long an ERP that repeats itself is told that it did."""
BODIES: Final = "delivery_bodies"
FAILED_BODIES: Final = "delivery_bodies_failed"
ARRIVED: Final = (DeliveryState.SUCCEEDED, DeliveryState.SKIPPED)
HELD: Final = (RunState.SUCCEEDED, RunState.FAILED)
"""Ends of runs whose condition held."""
RUNS: Final = "automation_runs"
SKIPPED_RUNS: Final = "automation_runs_skipped"

CHOSEN: Final = (
    RetentionKind(
        key=BODIES,
        label=_("Bodies of deliveries that arrived"),
        about=_("What was sent and what was answered. Without it a delivery cannot be sent again as it was."),
        default_days=30,
        least_days=1,
        most_days=400,
        models=(DeliveryBody, DeliveryInput),
        walks=Delivery,
        walk=partial(walk_bodies, BODIES, ARRIVED),
        within=DELIVERIES,
        only=Q(state__in=ARRIVED),
    ),
    RetentionKind(
        key=FAILED_BODIES,
        label=_("Bodies of deliveries that failed"),
        about=_("The same of deliveries that may have to go out again."),
        default_days=30,
        least_days=7,
        most_days=400,
        models=(),
        walks=Delivery,
        walk=partial(walk_bodies, FAILED_BODIES, (DeliveryState.FAILED,)),
        within=DELIVERIES,
        only=Q(state=DeliveryState.FAILED),
    ),
    RetentionKind(
        key=DELIVERIES,
        label=_("Deliveries"),
        about=_("Where they went, every attempt with its answer, and acknowledgements."),
        default_days=30,
        least_days=7,
        most_days=400,
        models=(Delivery, DeliveryAttempt, Acknowledgement, TakenAction),
        walks=Delivery,
        walk=walk_deliveries,
    ),
    RetentionKind(
        key=RUNS,
        label=_("Runs of automations"),
        about=_("What triggered them, and what each step did."),
        default_days=28,
        least_days=7,
        most_days=400,
        models=(AutomationRun, AutomationStep),
        walks=AutomationRun,
        walk=partial(walk_runs, HELD),
        only=Q(state__in=HELD),
    ),
    RetentionKind(
        key=SKIPPED_RUNS,
        label=_("Runs of automations whose condition did not hold"),
        about=_("That they were triggered and had nothing to do."),
        default_days=7,
        least_days=1,
        most_days=400,
        models=(),
        walks=AutomationRun,
        walk=partial(walk_runs, (RunState.SKIPPED,)),
        within=RUNS,
        only=Q(state=RunState.SKIPPED),
    ),
)
FIXED: Final = (
    FixedAge(
        label=_("Counters of deliveries, by five minutes"),
        age=BUCKETS_KEPT[5],
        models=(DeliveryBucket,),
        expire=partial(expire_buckets, (DeliveryBucket,), FINE),
    ),
    FixedAge(
        label=_("Counters of deliveries, by hours and days"),
        age=BUCKETS_KEPT[60],
        models=(),
        expire=partial(expire_buckets, (DeliveryBucket,), COARSE),
    ),
)
KEPT: Final = (
    Kept(
        label=_("Messages to be polled"),
        how_long=_("until they are acknowledged, or as their mapping says, 1 to 90 days"),
        models=(QueuedMessage, Stream),
    ),
    Kept(
        label=_("Deliveries that are to be added to counters"),
        how_long=_("until they are added, within minutes"),
        models=(DeliveryDelta,),
    ),
    Kept(
        label=_("Webhooks, registered apps and automations with their versions"),
        how_long=_("as long as they are wanted"),
        models=(
            Webhook,
            Endpoint,
            WebhookPace,
            SigningKey,
            RegisteredApp,
            AppToken,
            Automation,
            Automation.history.model,
        ),
    ),
)
ROOM: Final = Room(_("Deliveries"), (*CHOSEN, *FIXED, *KEPT))
