"""walk_wholes: what has very many parts goes with them, a batch of parts at a time, the whole last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model

from hub.retention.kinds import Batch, Walked
from hub.retention.walking import delete, free, oldest, walked


@dataclass(frozen=True, slots=True)
class Wholes:
    """A table, the moment at which its rows end, and the table of their parts with the names of its two key columns."""

    model: type[Model]
    moment: str
    parts: type[Model]
    whole: str
    part: str


def walk_wholes(tables: Wholes, batch: Batch) -> Walked:
    """One batch. A killed run, and the next one, find the whole whose parts are not all gone again."""
    rows = tables.model._default_manager.all()
    seen = oldest(rows, batch, "organization_id", tables.moment)
    due = [pk for pk, organization_id, at in seen if batch.is_due(organization_id, at)]
    keys = free(rows.filter(pk__in=due)) if due else []
    parts = tables.parts._default_manager.filter(**{f"{tables.whole}__in": keys}).order_by(tables.whole, tables.part)
    found = list(parts.values_list(tables.whole, tables.part)[: batch.most]) if keys else []
    if len(found) < batch.most:
        _delete_parts(tables, keys)
        return walked(batch, seen, len(found) + delete(tables.model, keys))
    unfinished, last_part = found[-1]
    emptied = [key for key in keys if key < unfinished]
    _delete_parts(tables, emptied)
    parts.filter(**{tables.whole: unfinished, f"{tables.part}__lte": last_part}).delete()
    passed = [pk for pk, *_ in seen if pk < unfinished]
    # As if the batch were full: there is more to do at once.
    return Walked(batch.most, passed[-1] if passed else batch.after, len(found) + delete(tables.model, emptied))


def _delete_parts(tables: Wholes, keys: Sequence[UUID]) -> None:
    if keys:
        wanted: dict[str, Any] = {f"{tables.whole}__in": keys}  # Any: what a filter takes
        tables.parts._default_manager.filter(**wanted).delete()
