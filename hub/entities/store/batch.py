"""From drafts to rows: entities, keys that come and go, changes; and the same changes for listeners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from uuid import UUID

import orjson

from hub.entities.change_kinds import ChangeKind
from hub.entities.history import SNAPSHOT_EVERY, difference, shortened
from hub.entities.links import keys_in
from hub.entities.operations import EntityChanged
from hub.entities.sql.rows import Batch, ChangeRow, EntityRow, KeyRow
from hub.entities.store.drafts import Change, Draft
from hub.ids import new_id, new_ids
from hub.json_encoding import json_bytes
from hub.json_types import JSONObject


def batch_of(*, organization_id: int, at: datetime, drafts: Sequence[Draft]) -> Batch:
    """The rows of drafts that changed, which come sorted by id; each table in the order of its key."""
    gone, new = _key_rows(drafts)
    kept = [draft for draft in drafts if not draft.is_purged]
    entities = [
        EntityRow(draft.id, draft.schema, json_bytes(draft.attributes), draft.version, draft.is_new, draft.is_deleted)
        for draft in kept
    ]
    tombstones = [_tombstone(draft) for draft in drafts if draft.is_purged]
    return Batch(organization_id, at, entities, sorted(gone), sorted(new), _change_rows(kept), tombstones)


def _key_rows(drafts: Iterable[Draft]) -> tuple[list[KeyRow], list[KeyRow]]:
    """Keys that a draft had when it was read and has no more, and those that it has only now."""
    gone: list[KeyRow] = []
    new: list[KeyRow] = []
    for draft in drafts:
        schema, entity_id, stored = draft.schema, draft.id, draft.stored
        for attribute, keys in draft.keys.items():
            old_keys = () if draft.is_new else keys_in(stored, attribute)
            gone += [KeyRow(schema, attribute, key, entity_id) for key in old_keys if key not in keys]
            new += [KeyRow(schema, attribute, key, entity_id) for key in keys if key not in old_keys]
    return gone, new


def _change_rows(drafts: Sequence[Draft]) -> list[ChangeRow]:
    ids = iter(new_ids(sum(len(draft.changes) for draft in drafts)))
    return [
        _change_row(next(ids), draft, change, after, is_deleted)
        for draft in drafts
        for change, after, is_deleted in states_after(draft)
    ]


def states_after(draft: Draft) -> Iterator[tuple[Change, JSONObject, bool]]:
    """Each change with the state it left behind; the last one left the draft as it is."""
    if len(draft.changes) > 1:
        for change, following in pairwise(draft.changes):
            yield change, following.before or {}, following.was_deleted
    yield draft.changes[-1], draft.attributes, draft.is_deleted


def _change_row(change_id: UUID, draft: Draft, change: Change, after: JSONObject, is_deleted: bool) -> ChangeRow:
    has_snapshot = change.before is None or change.version % SNAPSHOT_EVERY == 0
    is_final = after is draft.attributes
    changes = b"{}"
    if change.before is not None and change.names:
        changes = json_bytes(shortened(difference(change.before, after, change.names)))
    return ChangeRow(
        change_id,
        draft.id,
        draft.schema,
        change.version,
        kind_of(change, is_deleted),
        changes,
        json_bytes(after) if has_snapshot and not is_final else None,
        has_snapshot and is_final,
        change.event_id,
        change.origin_id,
        change.source,
    )


def _tombstone(draft: Draft) -> ChangeRow:
    """The one row that stays of a purged entity: when, by whom, and nothing of what it was."""
    last = draft.changes[-1]
    who = (last.event_id, last.origin_id, last.source)
    return ChangeRow(new_id(), draft.id, draft.schema, last.version, ChangeKind.PURGED, b"{}", None, False, *who)


def kind_of(change: Change, is_deleted: bool) -> ChangeKind:
    """What the event did, seen as a whole."""
    if is_deleted:
        return ChangeKind.DELETED
    if change.before is None:
        return ChangeKind.CREATED
    if change.was_deleted:
        return ChangeKind.RESTORED
    return ChangeKind(change.kind) if change.kind else ChangeKind.UPDATED


def told(batch: Batch, drafts: Iterable[Draft]) -> list[EntityChanged]:
    """The batch's changes as listeners get them; of a purged entity only that it is gone."""
    changed = iter(batch.changes)
    tombstones = {row.entity_id: row for row in batch.tombstones}
    return [
        _told(batch, row, change, after)
        for draft in drafts
        for row, change, after in _steps(draft, changed, tombstones.get(draft.id))
    ]


def _steps(
    draft: Draft, changed: Iterator[ChangeRow], tombstone: ChangeRow | None
) -> Iterator[tuple[ChangeRow, Change, JSONObject]]:
    """Rows of one draft, each with its change and the state after it."""
    if tombstone is not None:
        yield tombstone, draft.changes[-1], {}
        return
    for change, after, _ in states_after(draft):
        yield next(changed), change, after


def _told(batch: Batch, row: ChangeRow, change: Change, after: JSONObject) -> EntityChanged:
    return EntityChanged(
        change_id=row.id,
        organization_id=batch.organization_id,
        entity_id=row.entity_id,
        schema=row.schema,
        version=row.version,
        at=batch.at,
        operation=row.operation,
        before=change.before,
        after=after,
        changes=orjson.loads(row.changes),
        event_id=row.event_id,
        source=row.source,
        correlation_id=change.correlation_id,
    )
