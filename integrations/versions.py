"""The only door to django-simple-history: what a version records, and the versions of a use case."""

from __future__ import annotations

from typing import Any

from django.db import models
from hub.ids import new_id
from simple_history.models import HistoricalRecords


class HistoryFacts(models.Model):
    """Who made a version: filled from the attributes that integrations.operations sets before the one save()."""

    actor_type = models.CharField(max_length=16, default="system")
    actor_id = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        abstract = True


def recorded_history(*, bases: list[type[models.Model]]) -> Any:  # Any: the library ships no types
    """A history table without foreign-key constraints; its user column is ours: actor type and id (see HistoryFacts)."""
    return HistoricalRecords(bases=bases, history_user_id_field=models.BigIntegerField(null=True), history_id_field=models.UUIDField(default=new_id))
