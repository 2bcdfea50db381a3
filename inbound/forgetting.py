"""expire_deduplication_keys and expire_members: what goes in another way than row by row."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef

from hub import database
from hub.retention.walking import delete, unheld
from inbound.models import DeduplicationKey, Lane, LaneMember
from integrations.models import UseCase


def expire_deduplication_keys(limit: datetime, most: int) -> int:
    """Delete the oldest that were accepted before limit; how many went. In one statement: as many come as events."""
    is_postgresql = connection.vendor == "postgresql"
    mark, skip = ("%s", "FOR UPDATE SKIP LOCKED") if is_postgresql else ("?", "")
    table, key = DeduplicationKey._meta.db_table, "integration_id, deduplication_id"
    oldest = f"SELECT {key} FROM {table} WHERE accepted_at < {mark} ORDER BY accepted_at LIMIT {most} {skip}"  # noqa: S608 -- constants
    # Materialized: a plan that chose anew for each row would delete more than so many.
    chosen = f"WITH oldest AS MATERIALIZED ({oldest}) SELECT {key} FROM oldest"  # noqa: S608 -- constants
    return database.execute(f"DELETE FROM {table} WHERE ({key}) IN ({chosen})", [limit])  # noqa: S608 -- constants


def expire_members(limit: datetime, most: int) -> int:
    """Who was in lanes that are gone, once the use case is gone, too; limit says nothing here. How many went."""
    lives = Exists(UseCase.objects.filter(pk=OuterRef("use_case_id")))
    is_there = Exists(Lane.objects.filter(integration_id=OuterRef("integration_id"), name=OuterRef("name")))
    gone = unheld(LaneMember.objects.filter(~lives, ~is_there).order_by("pk"))
    return delete(LaneMember, gone.values_list("pk", flat=True)[:most])
