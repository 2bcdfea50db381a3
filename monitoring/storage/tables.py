"""read_tables: how large the tables of each kind are, for whoever runs the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from hub import database
from hub.ids import first_id_at, millis_of
from hub.retention.kinds import Entry, RetentionKind, rooms
from hub.retention.models import RetentionWalk
from hub.retention.walking import key_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOST_COUNTED: Final = 10_000
"""Rows that the next run may look at are counted no further."""
LARGEST_WALKED: Final = 256 * 1000 * 1000
"""Bytes of a SQLite file up to which its pages are counted by table: that reads all of them."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a walk has before it: when the oldest row was made, and how many rows the next runs look at, at the default
    age, counted up to MOST_COUNTED."""

    oldest_at: datetime | None
    due: int

    @property
    def is_more(self) -> bool:
        """Whether due stands for more."""
        return self.due >= MOST_COUNTED


@dataclass(frozen=True, slots=True)
class Group:
    """The tables that are kept alike. bytes and rows are None where the database does not tell; rows are its own
    estimate, of a kind that of the table that a walk looks at. waiting is None where no walk goes."""

    label: _StrPromise
    bytes: int | None
    rows: int | None
    waiting: Waiting | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the hub: its groups, and what they come to. bytes and rows are None where one of them is not told;
    rows are those of all its tables."""

    label: _StrPromise
    bytes: int | None
    rows: int | None
    groups: list[Group]


@dataclass(frozen=True, slots=True)
class Tables:
    """The whole database and its parts, in the order of rooms."""

    total: int | None
    parts: list[Part]
    is_whole_file_only: bool
    """The database tells its own size, not those of tables."""
    has_unknown_rows: bool
    """It has never looked at how many rows some of the tables have."""

    @property
    def other(self) -> int | None:
        """What lies in no table of the hub: the database's own."""
        known = [part.bytes for part in self.parts]
        return None if self.total is None or None in known else self.total - sum(one or 0 for one in known)


def read_tables(at: datetime) -> Tables:
    """No query goes through a table: sizes come from the file system, rows from the planner's statistics. What the
    database refuses to tell is not known; nothing is raised."""
    sizes, rows = _sizes(), _estimates()
    walks = {(walk.kind, walk.days): walk for walk in RetentionWalk.objects.all()}
    parts = []
    for room in rooms():
        held = [entry for entry in room.entries if entry.models]
        models = tuple(model for entry in held for model in entry.models)
        groups = [_group(entry, sizes, rows, _waiting(entry, walks, at)) for entry in held]
        parts.append(Part(room.label, _sum(sizes, models), _sum(rows, models), groups))
    is_unknown = connection.vendor == "postgresql" and any(part.rows is None for part in parts)
    return Tables(_total(), parts, is_whole_file_only=not sizes, has_unknown_rows=is_unknown)


def _group(entry: Entry, sizes: Mapping[str, int], rows: Mapping[str, int], waiting: Waiting | None) -> Group:
    walked = (entry.walks,) if isinstance(entry, RetentionKind) else entry.models
    return Group(entry.label, _sum(sizes, entry.models), _sum(rows, walked), waiting)


def _sum(figures: Mapping[str, int], models: tuple[type[Model], ...]) -> int | None:
    tables = {model._meta.db_table for model in models}
    return sum(figures[table] for table in tables) if tables <= figures.keys() else None


def _sizes() -> dict[str, int]:
    """Table → bytes with its indexes and what lies beside it; empty where the database cannot say."""
    if connection.vendor == "postgresql":
        return _numbers(
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class "
            "WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"
        )
    if (_total() or 0) > LARGEST_WALKED:
        return {}
    return _numbers("SELECT s.tbl_name, SUM(d.pgsize) FROM dbstat d JOIN sqlite_schema s ON s.name = d.name GROUP BY 1")


def _estimates() -> dict[str, int]:
    """Table → rows as the planner believes; one that was never analyzed is missing."""
    if connection.vendor != "postgresql":
        return {}
    return _numbers(
        "SELECT relname, reltuples::bigint FROM pg_class "
        "WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace AND reltuples >= 0"
    )


def _total() -> int | None:
    if connection.vendor == "postgresql":
        return _numbers("SELECT 'all', pg_database_size(current_database())").get("all")
    if not Path(str(connection.settings_dict["NAME"])).is_file():
        return None
    # The file alone is smaller while the last transactions lie beside it.
    return _numbers("SELECT 'all', page_count * page_size FROM pragma_page_count(), pragma_page_size()").get("all")


def _numbers(sql: str) -> dict[str, int]:
    """Name → number; empty where the database does not let us know, or takes too long. What runs around it goes on."""
    try:
        with transaction.atomic():
            return {str(name): int(number) for name, number in database.rows(sql)}
    except DatabaseError:
        return {}


def _oldest(model: type[Model]) -> datetime | None:
    key = key_of(model)
    first = model._default_manager.order_by(key).values_list(key, flat=True).first()
    return datetime.fromtimestamp(millis_of(first) / 1000, UTC) if first else None


def _waiting(entry: Entry, walks: Mapping[tuple[str, int], RetentionWalk], at: datetime) -> Waiting | None:
    if not isinstance(entry, RetentionKind):
        return None
    return Waiting(_oldest(entry.walks), _due(entry, walks.get((entry.key, entry.default_days)), at))


def _due(kind: RetentionKind, walk: RetentionWalk | None, at: datetime) -> int:
    key = key_of(kind.walks)
    rows = kind.walks._default_manager.filter(**{f"{key}__lt": first_id_at(at - timedelta(days=kind.default_days))})
    if walk is not None and walk.after is not None:
        rows = rows.filter(**{f"{key}__gt": walk.after})
    return rows.order_by().values(key)[:MOST_COUNTED].count()
