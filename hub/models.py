"""WorkerHeartbeat: the last sign of life of each background worker."""

from __future__ import annotations

from django.db import models


class WorkerHeartbeat(models.Model):
    """One worker process under its name; written every few seconds, read by /readyz."""

    name = models.CharField(primary_key=True, max_length=255)
    process_id = models.IntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"
