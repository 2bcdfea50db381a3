"""CompiledScope: what an event says about the entities that may go, and what is kept (mapping.md section 6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from hub.json_types import JSONValue
from hub.jsonata.engine import Context
from inbound.configuration.scopes import Scope
from inbound.mapping.compiler import Compiler
from inbound.mapping.identifiers import Identifiers
from inbound.mapping.notes import Notes
from inbound.mapping.result import EntityUpdate, PruneScope


class CompiledScope:
    """The scope of a pruning entry; it sees the payload, never an item."""

    def __init__(self, scope: Scope, mode: str, unique_ids: Sequence[str], compiler: Compiler) -> None:
        self._scope = scope
        self._unique_ids = unique_ids
        self._deletion = mode.rpartition("-")[2]
        self._terms = Identifiers(scope.terms, compiler.compile)

    def prune(
        self, *, entry: int, schema: str, updates: Sequence[EntityUpdate], root: Context, payload: JSONValue
    ) -> PruneScope:
        """What may go when updates are all that the entry makes of the event. Raises MappingFailed."""
        found = self._terms.find(root, payload)
        return PruneScope(
            entry=entry,
            schema=schema,
            deletion=self._deletion,
            kind=self._scope.kind,
            anchor_schema=self._scope.schema,
            terms=found.texts,
            types=self._terms.types,
            missing=found.missing,
            keep=[update.identifiers for update in updates if not update.missing],
            is_complete=not any(update.missing for update in updates),
            shown=found.shown,
            named_by=self._unique_ids,
        )


def merged(prunes: Sequence[PruneScope], notes: Notes) -> list[PruneScope]:
    """Entries with the same scope keep each other's items (mapping.md 6.7); scopes that agree in all become one."""
    scopes: dict[tuple[Any, ...], list[PruneScope]] = {}
    for prune in prunes:
        scopes.setdefault(_scope_of(prune), []).append(prune)
    result: list[PruneScope] = []
    for same in scopes.values():
        if len(same) == 1:
            result.append(same[0])
            continue
        notes.warn(same[0].schema, _told(sorted({one.entry for one in same})))
        result += _joined(same)
    return result


def _scope_of(prune: PruneScope) -> tuple[Any, ...]:
    """What makes two scopes the same; one that is not resolved is like no other."""
    alone = prune.entry if prune.missing else None
    return prune.schema, prune.kind, prune.anchor_schema, tuple(sorted(prune.terms.items())), alone


def _told(entries: Iterable[int]) -> str:
    names = " and ".join(f"entities[{entry}]" for entry in entries)
    return f"{names} prune the same scope; each keeps what the others name"


def _joined(same: Sequence[PruneScope]) -> list[PruneScope]:
    """One scope for each way to delete, with the items of all."""
    keep = [identifiers for prune in same for identifiers in prune.keep]
    is_complete = all(prune.is_complete for prune in same)
    by_deletion = {prune.deletion: prune for prune in reversed(same)}
    return [
        msgspec.structs.replace(prune, keep=keep, is_complete=is_complete)
        for prune in same
        if by_deletion[prune.deletion] is prune
    ]
