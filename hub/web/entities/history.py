"""The history of an entity: a page of its changes, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.entities.models import Entity, EntityChange
from hub.entities.past.reverting import is_about_changesets_only
from hub.entities.past.undone import undone_by
from hub.entities.read import history_of
from hub.web.entities.authors import Origin, origins_of
from hub.web.entities.changes import attribute_differences_of
from hub.web.entities.moments import version_from
from hub.web.entities.naming import Named, Naming
from hub.web.entities.sentences import sentences_of

HISTORY_PAGE = 25
GLYPHS = {"restored": "success", "deleted": "disabled", "parked": "waiting", "dismissed": "disabled"}
"""Operation → status, where it is not success."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: what was done, by whom, because of which event; sentences tell what became of changesets."""

    change: EntityChange
    origin: Origin
    glyph: str
    differences: Sequence[Named]
    sentences: tuple[str, ...] = ()
    undone: EntityChange | None = None
    """The change that this one undoes, where it is still kept."""

    @property
    def below_undone(self) -> int:
        """Where the history has to go on for the undone change to stand first on its page."""
        return (self.change.undoes_version or 0) + 1

    @property
    def can_undo(self) -> bool:
        """Whether undoing it means something: nothing is left of a purged entity, changesets are decided about."""
        return self.change.operation != EntityChange.Operation.PURGED and not is_about_changesets_only(self.change)


@dataclass(frozen=True, slots=True)
class History:
    """One page. older is the version below which the next one goes on, None on the last."""

    entries: Sequence[Entry]
    older: int | None
    is_later: bool


def history_page(naming: Naming, entity: Entity, *, before: str) -> History:
    """Changes below the version that before names, newest first; all of them for a text that names none."""
    below = version_from(before)
    changes = history_of(
        organization=naming.organization, entity_id=entity.pk, limit=HISTORY_PAGE + 1, before_version=below
    )
    shown = changes[:HISTORY_PAGE]
    older = shown[-1].version if len(changes) > HISTORY_PAGE else None
    return History(entries_of(naming, shown), older, below is not None)


def entries_of(naming: Naming, changes: Sequence[EntityChange]) -> list[Entry]:
    """The changes with the names of whoever made them, and of whom they related the entity to."""
    origins = origins_of(naming.organization, changes)
    named = naming.named_groups([list(attribute_differences_of(change)) for change in changes])
    undone = undone_by(naming.organization, changes)
    return [
        _entry(change, origins[change.pk], differences, undone.get(change.pk))
        for change, differences in zip(changes, named, strict=True)
    ]


def _entry(change: EntityChange, origin: Origin, differences: Sequence[Named], undone: EntityChange | None) -> Entry:
    glyph = GLYPHS.get(change.operation, "success")
    return Entry(change, origin, glyph, differences, tuple(sentences_of(change)), undone)
