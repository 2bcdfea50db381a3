"""KeptAnswer: the first answer to a POST that came with an Idempotency-Key."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import TenantQuerySet


class KeptAnswer(models.Model):
    """One key of one caller. Until the request has ended, whoever holds the lease works on it."""

    organization_id = models.BigIntegerField()
    actor = models.CharField(max_length=80)
    """Type and id of the caller: a token's key says nothing to another token."""
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField(max_length=32)
    """SHA-256 of what was asked: method, path and body."""
    lease = models.UUIDField()
    leased_until = models.DateTimeField()
    created_at = models.DateTimeField()
    is_complete = models.BooleanField(default=False)
    """The request was carried out and answered."""
    sealed = models.TextField(null=True)
    """Status, headers and body, under the organization's data key: some answers show a secret once. None of a complete
    one: it was too large to be kept."""

    objects = TenantQuerySet["KeptAnswer"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "actor", "key"], name="one_answer_per_idempotency_key")
        ]
        indexes = [models.Index(fields=["created_at"], name="kept_answers_by_age")]

    def __str__(self) -> str:
        return f"{self.key} of {self.actor}"
