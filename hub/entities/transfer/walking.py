"""walk: every entity that a query describes, page by page, in constant memory and with no long statement.

The walk goes forward by (updated_at, id), each page as of its own moment. An entity only ever moves forward in that
order, and until its change is committed it is seen where it was; so whatever existed when the walk began is met,
however late a change becomes visible. This is why the walk need not stop two seconds before the present, as readers
must who come back with a cursor: what is made after its beginning is left out. An entity that is changed while the
walk is on may be met twice, the newer state later.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db.models import Q

from hub.accounts.models import Organization
from hub.entities.models import Entity
from hub.entities.query.search import selection_of, time_limited
from hub.entities.query.sorting import Sort, after_clause, sort_keys
from hub.entities.query.sql import statements
from hub.entities.query.sql.parts import ALWAYS, Clause, Selection, joined
from hub.entities.query.syntax import Node
from hub.entities.read import Position

PAGE: Final = 1_000
"""Entities that one statement looks at: what it takes does not depend on how few of them the query describes."""
OLDEST_FIRST: Final = (Sort("_updated_at", is_descending=False),)


def walk(*, organization: Organization, node: Node, include_deleted: bool, at: datetime) -> Iterator[list[Entity]]:
    """Pages of up to PAGE entities that were there at that moment and match; a page may be empty.

    Raises InvalidQuery and TooBroad before the first page.
    """
    with time_limited():
        selection = selection_of(organization, node, include_deleted=include_deleted)
    if selection is None:
        return
    existing = Clause("entity.created_at <= %s", (at,))
    selection = selection._replace(condition=joined("AND", [selection.condition, existing]))
    yield from _by_change(organization, selection) if selection.ids is None else _by_id(selection)


def _by_id(selection: Selection) -> Iterator[list[Entity]]:
    """What an index has found already, at most search.MOST_CANDIDATES ids."""
    ids = sorted(selection.ids or ())
    for start in range(0, len(ids), PAGE):
        yield _read(selection._replace(ids=ids[start : start + PAGE]), ALWAYS)


def _by_change(organization: Organization, selection: Selection) -> Iterator[list[Entity]]:
    """The whole schema, window by window; the condition is asked only inside of each."""
    place: Position | None = None
    while True:
        end = _end_of_window(organization, selection.schema or "", place)
        found = _read(selection, joined("AND", [_behind(place), _up_to(end)]))
        yield found
        if len(found) == PAGE:
            place = Position(found[-1].updated_at, found[-1].pk)
        elif end is None:
            return
        else:
            place = end


def _end_of_window(organization: Organization, schema: str, place: Position | None) -> Position | None:
    """Where the next PAGE entities of the schema end, whatever they hold; None when there are fewer."""
    entities = Entity.objects.of(organization).filter(schema=schema)
    if place is not None:
        same_moment = Q(updated_at=place.updated_at, id__gt=place.entity_id)
        entities = entities.filter(
            Q(updated_at__gte=place.updated_at), Q(updated_at__gt=place.updated_at) | same_moment
        )
    last = entities.order_by("updated_at", "id").values_list("updated_at", "pk")[PAGE - 1 : PAGE]
    return next((Position(*row) for row in last), None)


def _behind(place: Position | None) -> Clause:
    if place is None:
        return ALWAYS
    return after_clause(OLDEST_FIRST, [place.updated_at.isoformat(), str(place.entity_id)])


def _up_to(end: Position | None) -> Clause:
    """Not behind end: an index can stop there."""
    if end is None:
        return ALWAYS
    before = Clause("entity.updated_at < %s", (end.updated_at,))
    level = Clause("(entity.updated_at = %s AND entity.id <= %s)", (end.updated_at, end.entity_id))
    return joined("AND", [Clause("entity.updated_at <= %s", (end.updated_at,)), joined("OR", [before, level])])


def _read(selection: Selection, where: Clause) -> list[Entity]:
    here = selection._replace(condition=joined("AND", [selection.condition, where]))
    with time_limited():
        rows = statements().page(here, sort_keys(OLDEST_FIRST), PAGE, 0)
    return [row.entity for row in rows]
