"""Stream, an integration's order of messages and who holds its head; QueuedMessage, one event to be polled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.db import models

from hub.accounts.models import TenantQuerySet
from hub.ids import uuid_of

ID_BYTES = 16


class Stream(models.Model):
    """One row per integration that was ever polled. Whoever hands out or takes back messages locks it, enqueueing
    never does (engine rule 4.5)."""

    integration_id = models.UUIDField(primary_key=True)
    organization_id = models.BigIntegerField()
    handed_position = models.BigIntegerField(null=True)
    """Position and id of the last message in stream order that was ever handed out: what lies before comes late."""
    handed_id = models.UUIDField(null=True)
    lease_token = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    leased = models.BinaryField(default=b"")
    """Ids of the leased messages in stream order, 16 bytes each. Kept here and not on the messages: a lease is then one
    row to write, and the order of acknowledgements is known without reading any message."""
    blocked_id = models.UUIDField(null=True)
    """The message at the head that halts the stream."""
    last_poll_at = models.DateTimeField(null=True)
    last_ack_at = models.DateTimeField(null=True)

    objects = TenantQuerySet["Stream"].as_manager()

    def __str__(self) -> str:
        return str(self.integration_id)

    def is_leased(self, at: datetime) -> bool:
        """Whether a batch is in flight."""
        return self.lease_token is not None and self.leased_until is not None and self.leased_until > at

    def leased_ids(self) -> list[UUID]:
        """The messages in flight, in stream order."""
        whole = bytes(self.leased)
        starts = range(0, len(whole), ID_BYTES)
        return [uuid_of(int.from_bytes(whole[start : start + ID_BYTES])) for start in starts]

    def lease(self, token: UUID, until: datetime, ids: Iterable[UUID]) -> None:
        """Note a lease; keep_stream writes it."""
        self.lease_token, self.leased_until = token, until
        self.keep_leased(ids)

    def keep_leased(self, ids: Iterable[UUID]) -> None:
        """Note what is left of the lease, which ends with the last of them; keep_stream writes it."""
        self.leased = b"".join(identifier.bytes for identifier in ids)
        if not self.leased:
            self.lease_token = self.leased_until = None


class MessageQuerySet(TenantQuerySet["QueuedMessage"]):
    """Messages of streams; what has expired is never among those asked for by state."""

    def queued(self, integration_id: UUID, at: datetime) -> Self:
        """Those that wait or are leased, in stream order."""
        waiting = self.filter(integration_id=integration_id, state=MessageState.QUEUED, expires_at__gt=at)
        return waiting.order_by("position", "id")

    def dead(self, integration_id: UUID, at: datetime) -> Self:
        """The dead letters, oldest first."""
        letters = self.filter(integration_id=integration_id, state=MessageState.DEAD, expires_at__gt=at)
        return letters.order_by("dead_lettered_at", "id")

    def without_payload(self) -> Self:
        """Leaves the bytes in the database."""
        return self.defer("payload", "raw_payload")


class MessageState(models.TextChoices):
    """Where a message stands; an acknowledged one is gone."""

    QUEUED = "queued"
    DEAD = "dead"


class QueuedMessage(models.Model):
    """One event for one use case whose ERP fetches what it wants to know (outbound.md section 13)."""

    id = models.UUIDField(primary_key=True)
    organization_id = models.BigIntegerField()
    integration_id = models.UUIDField()
    use_case_id = models.UUIDField()
    use_case_version = models.IntegerField(null=True)
    """By which it was planned, or mapped anew; None where it was queued before versions were noted."""
    mapping_id = models.UUIDField(null=True)
    event_id = models.UUIDField()
    event_name = models.CharField(max_length=120)
    correlation_id = models.CharField(max_length=255)
    occurred_at = models.DateTimeField()
    position = models.BigIntegerField()
    """Microseconds since 1970; the id decides between equal ones. When the event happened, but for what came late and
    what was redriven: those have the moment at which they went to the tail."""
    payload = models.BinaryField(null=True)
    """JSON in UTF-8, what the mapping made of the event; None where nothing maps it or the mapping failed."""
    raw_payload = models.BinaryField()
    """JSON in UTF-8, the event itself."""
    payload_bytes = models.IntegerField()
    """Length of what is delivered."""
    mapping_version = models.CharField(max_length=16, blank=True)
    mapping_failure = models.CharField(max_length=2000, blank=True)
    """Why it was not mapped. Such a message is never delivered."""
    retention_days = models.IntegerField()
    enqueued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    """Leases that lapsed; one that is in flight is counted once it has lapsed."""
    state = models.CharField(max_length=8, choices=MessageState.choices, default=MessageState.QUEUED)
    dead_lettered_at = models.DateTimeField(null=True)
    dead_reason = models.CharField(max_length=32, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event_id", "use_case_id"], name="one_message_per_event")]
        indexes = [
            models.Index(
                fields=["integration_id", "position", "id"],
                name="messages_in_order",
                condition=models.Q(state="queued"),
            ),
            models.Index(
                fields=["integration_id", "dead_lettered_at", "id"],
                name="dead_letters_in_order",
                condition=models.Q(state="dead"),
            ),
            models.Index(fields=["expires_at"], name="messages_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.event_name} {self.state}"

    @property
    def is_failed(self) -> bool:
        """Whether it could not be mapped."""
        return bool(self.mapping_failure)

    def delivered(self) -> bytes:
        """What a poll hands out."""
        return bytes(self.raw_payload if self.payload is None else self.payload)

    def retention(self) -> timedelta:
        """How long it is kept from when it was enqueued, dead-lettered or redriven."""
        return timedelta(days=self.retention_days)
