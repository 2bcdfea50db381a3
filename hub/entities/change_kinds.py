"""ChangeKind: what a change did to its entity, seen as a whole."""

from __future__ import annotations

from django.db import models


class ChangeKind(models.TextChoices):
    """The words of history and API."""

    CREATED = "created"
    UPDATED = "updated"
    PARKED = "parked"
    """At least one value waits as a changeset since; other attributes may have been written."""
    APPLIED = "applied"
    """A parked value was written because somebody said so."""
    CONFIRMED = "confirmed"
    """A parked value ended because the same one was written; other attributes may have been written, too."""
    DISMISSED = "dismissed"
    """A parked value was given up."""
    DELETED = "deleted"
    RESTORED = "restored"
    PURGED = "purged"
    """All other rows of the entity are gone."""
