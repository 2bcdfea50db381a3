"""seal_old_secrets: file proxies of the time when written secrets lay in clear text, and their versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from proxies.file_proxy.written_secrets import sealed_as_stored

BATCH = 200


def seal_old_secrets(*tables: type[models.Model], organizations: type[models.Model], at: datetime) -> int:
    """How many rows of use cases, or versions of them, were changed; again it changes nothing.

    tables as a migration knows them: with id, organization_id, type and configuration. To be called in a transaction:
    what somebody changes meanwhile waits, and the hub reads anew what organizations have changed.
    """
    changed = [one for table in tables for one in _seal(table, at)]
    newer = {"config_version": models.F("config_version") + 1}
    organizations._default_manager.filter(pk__in=set(changed)).update(**newer)
    return len(changed)


def _seal(table: Any, at: datetime) -> list[int]:  # Any: a model of a migration's state
    """The organization of each row that was changed."""
    changed = []
    recipes = table._default_manager.filter(type="file_proxy", configuration__isnull=False)
    keys = list(recipes.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        for row in recipes.filter(pk__in=keys[start : start + BATCH]).order_by("pk").select_for_update(no_key=True):
            found = sealed_as_stored(row.configuration, row.organization_id, row.id, at)
            if found != row.configuration:
                table._default_manager.filter(pk=row.pk).update(configuration=found)
                changed.append(row.organization_id)
    return changed
