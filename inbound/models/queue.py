"""The thin queue beside the events, and the identifier values that later events wait for."""

from __future__ import annotations

from django.db import models


class QueuedEvent(models.Model):
    """The thin queue: a row while its event waits, retries or is parked; none once it has an outcome."""

    sequence = models.BigIntegerField(primary_key=True)
    lane_id = models.BigIntegerField()
    event_id = models.UUIDField()
    body_bytes = models.IntegerField()
    next_attempt_at = models.DateTimeField(null=True)
    """Null: due now, in order. Set: waits for that moment."""
    parked = models.BooleanField(default=False)
    """True: waits behind an earlier event of the same identifiers."""
    attempts = models.IntegerField(default=0)
    retry = models.JSONField(null=True)
    """What the next attempt needs: use case version, code and sentence of the last failure; for a replay from the first
    attempt on the version that somebody chose, and whether it is to be quiet. The mapping is a pure function of
    version, body and event, so its result is not kept but had again."""

    class Meta:
        indexes = [
            models.Index(fields=["lane_id", "sequence"], name="queue_in_order"),
            models.Index(
                fields=["lane_id", "next_attempt_at"],
                name="queue_of_retries",
                condition=models.Q(next_attempt_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.sequence)


class ParkedKey(models.Model):
    """An identifier value that a waiting event holds: later events of the lane that carry it wait behind."""

    pk = models.CompositePrimaryKey("lane_id", "schema", "key", "sequence")
    lane_id = models.BigIntegerField()
    schema = models.CharField(max_length=64)
    key = models.CharField(max_length=450)
    """attribute=value, in the form of EntityKey."""
    sequence = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["sequence"], name="parked_keys_of_an_event")]

    def __str__(self) -> str:
        return f"{self.schema} {self.key}"
