"""Delivery, one event on its way to one receiver; its body, made once; its attempts."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models.functions import Coalesce

from hub.accounts.models import TenantQuerySet

DELIVERY_PREFIX: Final = "dlv_"
"""Of the public id of a delivery."""


class DeliveryState(models.TextChoices):
    """Where a delivery stands; the first three are on their way, the others at their end.

    One that waits while its receiver is paused or its circuit is open is shown as held: nothing is written for that.
    """

    PLANNED = "planned"
    """Its filter and its body are still to be worked out."""
    WAITING = "waiting"
    SENDING = "sending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"


UNFINISHED = (DeliveryState.PLANNED, DeliveryState.WAITING, DeliveryState.SENDING)


class Delivery(models.Model):
    """One event, or a file of it, for one mapping, or for a webhook that listens by itself; planned with the event."""

    sequence = models.BigAutoField(primary_key=True)
    """In the order in which the events of an entity were published."""
    id = models.UUIDField(unique=True)
    message_id = models.UUIDField()
    """What receivers tell repeats by: the same for every attempt, and for a verbatim resend."""
    organization_id = models.BigIntegerField()
    integration_id = models.UUIDField(null=True)
    use_case_id = models.UUIDField(null=True)
    use_case_version = models.IntegerField(null=True)
    mapping_id = models.UUIDField(null=True)
    webhook_id = models.CharField(max_length=32)
    """Of an upload the id of outbound/uploads/receivers.py that stands for the use case."""
    part = models.IntegerField(default=0, db_default=0)
    """Which file of the event it uploads, counted from 1; 0: all of what there is."""
    core_event_id = models.UUIDField(null=True)
    event_name = models.CharField(max_length=120)
    correlation_id = models.CharField(max_length=255)
    ack_id = models.UUIDField(null=True)
    """None where nobody waits for an acknowledgement."""
    order_key = models.UUIDField(null=True)
    """Deliveries of one mapping with the same key go one after the other."""
    order_sequence = models.BigIntegerField(null=True)
    """Of a resend the sequence of the delivery of which it is the first, second, … resend, in whose place among those
    with the key it stands; None: its own sequence is its place."""
    holds_order = models.BooleanField(default=False)
    """True for one that failed for good and still holds back those behind it."""
    state = models.CharField(max_length=12, choices=DeliveryState.choices)
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    leased_by = models.CharField(max_length=200, blank=True)
    """The process that sends it, by its name in hub/processes.py."""
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    status_code = models.IntegerField(null=True)
    """Of the last answer."""
    code = models.CharField(max_length=64, blank=True)
    message = models.CharField(max_length=2000, blank=True)
    replayed_from = models.UUIDField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    """Why somebody had it sent again."""
    is_test = models.BooleanField(default=False)
    """It goes out once, before others, whatever holds those but the limits, and counts nowhere."""

    objects = TenantQuerySet["Delivery"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["core_event_id", "mapping_id", "part"],
                condition=models.Q(replayed_from=None) & ~models.Q(mapping_id=None),
                name="one_delivery_per_mapping_and_file",
            ),
            models.UniqueConstraint(
                fields=["core_event_id", "webhook_id"],
                condition=models.Q(replayed_from=None, mapping_id=None) & ~models.Q(core_event_id=None),
                name="one_delivery_per_listener",
            ),
        ]
        indexes = [
            models.Index(fields=["sequence"], name="deliveries_to_prepare", condition=models.Q(state="planned")),
            models.Index(
                fields=["webhook_id", "next_attempt_at", "sequence"],
                name="deliveries_that_are_due",
                condition=models.Q(state="waiting"),
            ),
            models.Index(fields=["leased_until"], name="deliveries_in_flight", condition=models.Q(state="sending")),
            models.Index(
                fields=["webhook_id", "order_key", "sequence"],
                name="deliveries_in_their_order",
                condition=models.Q(order_key__isnull=False)
                & (models.Q(state__in=["planned", "waiting", "sending"]) | models.Q(holds_order=True)),
            ),
            models.Index(
                "webhook_id",
                "order_key",
                Coalesce("order_sequence", "sequence"),
                "sequence",
                name="deliveries_in_their_places",
                condition=models.Q(order_key__isnull=False)
                & (models.Q(state__in=["planned", "waiting", "sending"]) | models.Q(holds_order=True)),
            ),
            models.Index(
                fields=["sequence"],
                name="test_deliveries_that_wait",
                condition=models.Q(state="waiting", is_test=True),
            ),
            models.Index(fields=["organization_id", "created_at", "id"], name="deliveries_by_date"),
            models.Index(
                fields=["organization_id", "correlation_id", "created_at", "id"], name="deliveries_by_correlation"
            ),
            models.Index(
                fields=["organization_id", "event_name", "created_at", "id"], name="deliveries_of_an_event_name"
            ),
            models.Index(fields=["webhook_id", "created_at", "id"], name="deliveries_of_a_webhook"),
            models.Index(fields=["core_event_id"], name="deliveries_of_an_event"),
            models.Index(
                fields=["organization_id", "created_at", "id"],
                name="deliveries_on_their_way",
                condition=models.Q(state__in=["planned", "waiting", "sending"]),
            ),
            models.Index(
                fields=["organization_id", "state", "created_at", "id"],
                name="deliveries_not_made",
                condition=models.Q(state__in=["failed", "skipped"]),
            ),
            models.Index(
                fields=["use_case_id", "created_at", "id"],
                name="deliveries_of_a_use_case",
                condition=models.Q(use_case_id__isnull=False),
            ),
            models.Index(
                fields=["ack_id"],
                name="deliveries_to_acknowledge",
                condition=models.Q(ack_id__isnull=False),
            ),
            models.Index(
                fields=["replayed_from"],
                name="deliveries_sent_again",
                condition=models.Q(replayed_from__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_name} {self.state}"

    @property
    def place(self) -> int:
        """Where it stands among those with its order_key: those before it have smaller ones, or a smaller sequence."""
        return self.sequence if self.order_sequence is None else self.order_sequence


class DeliveryBody(models.Model):
    """What is sent, worked out before the first attempt and kept for all of them."""

    delivery_id = models.UUIDField(primary_key=True)
    body = models.BinaryField()
    """JSON in UTF-8; of a GET the object whose members become query parameters."""
    request = models.JSONField(default=dict)
    """method, url and headers as templates: references to the environment are filled in for each attempt anew."""

    def __str__(self) -> str:
        return str(self.delivery_id)


class DeliveryInput(models.Model):
    """What a delivery is made of that no core event stands behind: what somebody sent along with the order."""

    delivery_id = models.UUIDField(primary_key=True)
    payload = models.JSONField()
    occurred_at = models.DateTimeField()
    hop = models.SmallIntegerField(null=True)
    """How many hubs and flows led to the order, see hub/hops.py; null for none."""

    def __str__(self) -> str:
        return str(self.delivery_id)


class DeliveryAttempt(models.Model):
    """One request that was sent, or could not be; secrets masked."""

    id = models.UUIDField(primary_key=True)
    organization_id = models.BigIntegerField()
    delivery_id = models.UUIDField()
    number = models.IntegerField()
    at = models.DateTimeField()
    duration_ms = models.IntegerField()
    status_code = models.IntegerField(null=True)
    code = models.CharField(max_length=64, blank=True)
    error = models.CharField(max_length=2000, blank=True)
    url = models.CharField(max_length=8192, blank=True)
    request_headers = models.JSONField(default=list)
    response_headers = models.JSONField(default=list)
    response_body = models.TextField(blank=True)
    is_cut = models.BooleanField(default=False)
    """Whether the answer was longer than what is kept."""
    timings = models.JSONField(default=dict)
    steps = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    """Of an upload: each request with step, method, url, status, duration_ms and bytes."""

    objects = TenantQuerySet["DeliveryAttempt"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["delivery_id", "number"], name="attempts_of_a_delivery")]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.delivery_id}"
