"""search: the entities that a query describes, found through an index or within one schema and a time limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import OperationalError

from hub import database
from hub.accounts.models import Organization
from hub.entities.models import Entity
from hub.entities.query.conditions import Driver, condition_of, drivers_of
from hub.entities.query.scope import Scope, schemas_of
from hub.entities.query.sorting import NEWEST_FIRST, Sort, after_clause, sort_end, sort_keys
from hub.entities.query.sql import statements
from hub.entities.query.sql.parts import Clause, Found, KeyProbe, Selection, joined
from hub.entities.query.syntax import Node
from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONValue

MOST_CANDIDATES: Final = 10_000
"""Entities that an index may answer with before the rest of the query is left to a scan of the schema."""
COUNTED_UP_TO: Final = 10_000
"""hits ends here; so does from."""
TIME_LIMIT_S: Final = 3.0

ALIVE: Final = Clause("entity.deleted_at IS NULL")


class TooBroad(Invalid):
    """A query that no index can answer and that is not limited enough to be answered without one."""

    code = "QUERY_TOO_BROAD"

    def __init__(self, advice: str) -> None:
        super().__init__(f"This query would read too many entities: {advice}.", details=[ErrorDetail("q", advice)])


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What to look for. start counts rows to skip; after is sort_end of the page before, or None."""

    node: Node
    size: int = 10
    start: int = 0
    after: JSONValue = None
    sorts: Sequence[Sort] = NEWEST_FIRST
    include_deleted: bool = False


@dataclass(frozen=True, slots=True)
class SearchResult:
    """hits counts all matches, no further than COUNTED_UP_TO. sort_end is None where there is no next page."""

    hits: int
    entities: list[Entity]
    sort_end: list[JSONValue] | None


def search(
    *, organization: Organization, request: SearchRequest, may_view: Callable[[str | None], bool]
) -> SearchResult | None:
    """The page that request describes, in its order, as of now: a search after a write sees it.

    may_view answers for a schema, or for all of them (None); None is returned when it refuses one that the query
    reaches. Raises InvalidQuery and TooBroad with advice.
    """
    if not may_search(request.node, may_view):
        return None
    with time_limited():
        selection = selection_of(organization, request.node, include_deleted=request.include_deleted)
        return SearchResult(0, [], None) if selection is None else _run(request, selection)


def may_search(node: Node, may_view: Callable[[str | None], bool]) -> bool:
    """Whether may_view allows every schema that node reaches."""
    schemas = schemas_of(node)
    return schemas == frozenset() or all(may_view(schema) for schema in (schemas or {None}))


@contextmanager
def time_limited() -> Iterator[None]:
    """Statements of a search inside end after TIME_LIMIT_S, as TooBroad."""
    try:
        with statements().time_limit(TIME_LIMIT_S):
            yield
    except OperationalError as error:
        if database.is_cancelled(error):
            raise TooBroad("it took too long; add an identifier, or a shorter range") from error
        raise


def selection_of(organization: Organization, node: Node, *, include_deleted: bool) -> Selection | None:
    """Where to look, to be asked and used inside time_limited(); None when an index says that there is nothing.

    Raises InvalidQuery, and TooBroad where neither an index nor a single schema bounds the query.
    """
    scope = Scope.read(organization, schemas_of(node))
    condition = condition_of(node, scope, organization.pk)
    if not include_deleted:
        condition = joined("AND", [condition, ALIVE])
    ids = _candidates(organization.pk, drivers_of(node, scope))
    if ids == [] or scope.schemas == frozenset():
        return None
    if ids is None and scope.single is None:
        raise TooBroad("limit it to one schema, for example by AND _schema:contact, or name an identifier")
    return Selection(organization.pk, scope.single, ids, condition)


def _candidates(organization_id: int, drivers: Sequence[Driver] | None) -> list[UUID] | None:
    """The ids an index answers with; None when it cannot, or with too many to go through."""
    if drivers is None:
        return None
    found: dict[UUID, None] = {}
    for driver in drivers:
        if isinstance(driver, KeyProbe):
            found |= dict.fromkeys(statements().with_key(organization_id, driver, MOST_CANDIDATES + 1))
        else:
            found[driver] = None
        if len(found) > MOST_CANDIDATES:
            return None
    return list(found)


def _run(request: SearchRequest, selection: Selection) -> SearchResult:
    order = sort_keys(request.sorts)
    here = selection
    if request.after is not None:
        behind = after_clause(request.sorts, request.after)
        here = selection._replace(condition=joined("AND", [selection.condition, behind]))
    rows = statements().page(here, order, request.size, request.start) if request.size else []
    return SearchResult(_hits(request, selection, rows), [row.entity for row in rows], _end(request, rows))


def _hits(request: SearchRequest, selection: Selection, rows: Sequence[Found]) -> int:
    if request.after is None and request.start == 0 and len(rows) < request.size:
        return len(rows)
    return statements().count(selection, COUNTED_UP_TO)


def _end(request: SearchRequest, rows: Sequence[Found]) -> list[JSONValue] | None:
    return sort_end(request.sorts, rows[-1]) if rows and len(rows) == request.size else None
