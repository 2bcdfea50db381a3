"""seal_old_secrets: file proxies of the time when written secrets lay in clear text, and their versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from proxies.file_proxy.written_secrets import sealed_as_stored

BATCH = 200


def seal_old_secrets(*tables: type[models.Model], at: datetime) -> int:
    """How many rows of use cases, or versions of them, were changed; again it changes nothing.

    tables as a migration knows them: with id, organization_id, type and configuration.
    """
    return sum(_seal(table, at) for table in tables)


def _seal(table: Any, at: datetime) -> int:  # Any: a model of a migration's state
    changed = 0
    rows = table._default_manager.filter(type="file_proxy", configuration__isnull=False).order_by("pk")
    for row in rows.iterator(chunk_size=BATCH):
        found = sealed_as_stored(row.configuration, row.organization_id, row.id, at)
        if found != row.configuration:
            changed += table._default_manager.filter(pk=row.pk).update(configuration=found)
    return changed
