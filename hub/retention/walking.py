"""take_walk, oldest, free, walk_table and expire_oldest: who goes on, with which rows, and which of them are free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

from hub.ids import first_id_at
from hub.retention.kinds import Batch, Walked
from hub.retention.models import RetentionWalk

Row = TypeVar("Row", bound=Model)


def oldest(rows: QuerySet[Any], batch: Batch, *fields: str, key: str = "pk") -> list[tuple[Any, ...]]:
    """Key and fields of the next rows of the batch, by the index of the key. Any: rows of whichever table.

    Whose they are is looked at afterwards, so that a batch reads so many rows whoever owns them.
    """
    made = {f"{key}__lt": first_id_at(batch.limit)}
    if batch.after is not None:
        made[f"{key}__gt"] = batch.after
    return list(rows.filter(**made).order_by(key).values_list(key, *fields)[: batch.most])


def key_of(model: type[Model]) -> str:
    """The column that tells when a row was made: of a delivery it is not the primary key."""
    return "id" if any(field.name == "id" for field in model._meta.concrete_fields) else "pk"


def unheld(rows: QuerySet[Row]) -> QuerySet[Row]:
    """The rows, locked until the transaction ends, without those that somebody else has locked.

    What was left out is found by the next pass. SQLite has one writer, and that is us.
    """
    return rows.select_for_update(skip_locked=True) if connection.vendor == "postgresql" else rows


def free(rows: QuerySet[Any], key: str = "pk") -> list[UUID]:
    """The keys of those of the rows that nobody else holds, locked. Any: as above."""
    return list(unheld(rows).order_by("pk").values_list(key, flat=True))


def walked(batch: Batch, seen: Sequence[tuple[Any, ...]], gone: int) -> Walked:
    """What came of it, seen being what oldest returned. Any: as above."""
    return Walked(len(seen), seen[-1][0] if seen else batch.after, gone)


def walk_table(model: type[Model], moment: str, batch: Batch) -> Walked:
    """One batch of a table whose rows have an organization_id and end at that moment."""
    rows = model._default_manager.all()
    seen = oldest(rows, batch, "organization_id", moment)
    due = [pk for pk, organization_id, at in seen if batch.is_due(organization_id, at)]
    return walked(batch, seen, delete(model, free(rows.filter(pk__in=due)) if due else ()))


def expire_oldest(rows: QuerySet[Any], moment: str, limit: datetime, most: int) -> int:
    """Delete the oldest of the rows that ended at limit or before; how many went. Any: as above."""
    old = unheld(rows.filter(**{f"{moment}__lte": limit}).order_by(moment))
    return delete(rows.model, old.values_list("pk", flat=True)[:most])


def expire_made(model: type[Model], limit: datetime, most: int) -> int:
    """Delete the oldest rows whose ids tell that they were made before limit; how many went."""
    old = unheld(model._default_manager.filter(pk__lt=first_id_at(limit)).order_by("pk"))
    return delete(model, old.values_list("pk", flat=True)[:most])


def delete(model: type[Model], keys: Iterable[Any]) -> int:
    """Delete the rows with these keys, in one statement; how many went. Any: keys of whichever table."""
    wanted = list(keys)
    return model._default_manager.filter(pk__in=wanted).delete()[0] if wanted else 0


def take_walk(kind: str, days: int, at: datetime) -> RetentionWalk | None:
    """The walk, made if need be and locked until the transaction ends; None when another process is on it."""
    walks = RetentionWalk.objects.filter(kind=kind, days=days)
    if not walks.exists():
        RetentionWalk.objects.bulk_create([RetentionWalk(kind=kind, days=days, started_at=at)], ignore_conflicts=True)
    if connection.vendor == "postgresql":
        walks = walks.select_for_update(skip_locked=True)
    return walks.first()
