"""Webhook, where deliveries go; Endpoint, how it has been doing; WebhookPace, how fast; SigningKey, to sign with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import models

from hub.accounts.models import Organization, TenantQuerySet
from hub.json_encoding import timestamp

QUERY_METHODS: Final = frozenset({"GET", "DELETE", "HEAD", "OPTIONS"})
"""Methods without a body: what would be in it goes into the query of the URL (outbound.md 6.6)."""


UNHEALTHY_LOSSES: Final = 10
"""Deliveries in a row that failed for good, before a receiver counts as unhealthy."""
UNHEALTHY_SPAN: Final = timedelta(hours=24)
"""So long at least lie between the first and the last of them."""


class FormerSecret(NamedTuple):
    """A signing secret that was renewed, sealed, and the moment up to which it signs beside the present one."""

    sealed: str
    until: datetime


class Webhook(models.Model):
    """A receiver: what it listens to, its address, how the hub authenticates there, how bodies are shaped.

    configuration is the whole of it in the shape of the API, without secrets; the columns beside it are what queries
    ask for.
    """

    id = models.CharField(primary_key=True, max_length=32)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    event_name = models.CharField(max_length=120)
    enabled = models.BooleanField(default=True)
    configuration = models.JSONField(default=dict)
    version = models.IntegerField(default=1)
    """Grows with every write; what an ETag shows."""
    sealed_secrets = models.JSONField(default=dict)
    """Name of a credential → its value, sealed for this webhook and name."""
    sealed_signing_secret = models.TextField()
    sealed_former_secret = models.TextField(blank=True)
    """The one before the present one; it signs until former_until, so that receivers can change over."""
    former_until = models.DateTimeField(null=True)
    earlier_secrets = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    """Those before that one which still signed at the last renewal, the newest first: sealed, and until when."""
    paused_at = models.DateTimeField(null=True)
    """While it is set, deliveries are held, none is dropped."""
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = TenantQuerySet["Webhook"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "created_at", "id"], name="webhooks_in_order")]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"

    def switch(self, *, enabled: bool) -> None:
        """Say whether it is on, in the column and in the document; unsaved."""
        self.enabled = enabled
        self.configuration = self.configuration | {"enabled": enabled}

    def former_secrets(self, at: datetime) -> list[FormerSecret]:
        """Those that sign beside the present one at that moment, the newest first."""
        earlier = [FormerSecret(one["sealed"], datetime.fromisoformat(one["until"])) for one in self.earlier_secrets]
        newest = [FormerSecret(self.sealed_former_secret, self.former_until)] if self.former_until else []
        return [one for one in (*newest, *earlier) if at < one.until]

    def set_former_secrets(self, formers: Sequence[FormerSecret]) -> None:
        """Make these, the newest first, the ones that sign beside the present one; unsaved."""
        newest = formers[0] if formers else None
        self.sealed_former_secret = newest.sealed if newest else ""
        self.former_until = newest.until if newest else None
        self.earlier_secrets = [{"sealed": one.sealed, "until": timestamp(one.until)} for one in formers[1:]]


class Endpoint(models.Model):
    """How a webhook's receiver has been doing; changed by one conditional update per batch (engine rule 4.4)."""

    class Circuit(models.TextChoices):
        CLOSED = "closed"
        OPEN = "open"
        """Deliveries are held; a probe goes out now and then."""

    webhook_id = models.CharField(primary_key=True, max_length=32)
    organization_id = models.BigIntegerField()
    circuit = models.CharField(max_length=8, choices=Circuit.choices, default=Circuit.CLOSED)
    failures = models.IntegerField(default=0)
    """In a row."""
    failing_since = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    probe_at = models.DateTimeField(null=True)
    """When the next probe is due while the circuit is open."""
    openings = models.IntegerField(default=0)
    """In a row: each makes the pause before the next probe longer."""
    lost = models.IntegerField(default=0, db_default=0)
    """Deliveries in a row that failed for good."""
    losing_since = models.DateTimeField(null=True)
    """When the first of them did."""
    lost_at = models.DateTimeField(null=True)
    """When the last of them did."""

    objects = TenantQuerySet["Endpoint"].as_manager()

    def __str__(self) -> str:
        return f"{self.webhook_id}: {self.circuit}"

    @property
    def is_unhealthy(self) -> bool:
        """Whether nothing has got through for long, by number and by time (outbound.md section 9)."""
        if self.losing_since is None or self.lost_at is None:
            return False
        return self.lost >= UNHEALTHY_LOSSES and self.lost_at - self.losing_since >= UNHEALTHY_SPAN


class WebhookPace(models.Model):
    """How far ahead the requests of a webhook are that may send only so many a minute; others have no row."""

    webhook_id = models.CharField(primary_key=True, max_length=32)
    organization_id = models.BigIntegerField()
    free_at = models.DateTimeField()
    """When the next one would be due if they went out evenly."""

    objects = TenantQuerySet["WebhookPace"].as_manager()

    def __str__(self) -> str:
        return f"{self.webhook_id}: {self.free_at}"


class SigningKey(models.Model):
    """An organization's Ed25519 key pair; the private half sealed."""

    organization = models.OneToOneField(Organization, models.CASCADE, primary_key=True, related_name="+")
    public_key = models.TextField()
    """PEM, SubjectPublicKeyInfo."""
    sealed_private_key = models.TextField()
    created_at = models.DateTimeField()

    objects = TenantQuerySet["SigningKey"].as_manager()

    def __str__(self) -> str:
        return f"signing key of {self.organization_id}"
