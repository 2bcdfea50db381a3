"""Sort orders and the place where the next page goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.dateparse import parse_datetime

from hub.entities.query.sql import statements
from hub.entities.query.sql.parts import NEVER, Clause, Found, SortKey, joined
from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONValue

MOST_SORTS: Final = 3
LONGEST_ATTRIBUTE: Final = 128
COLUMNS: Final = {
    "_id": "entity.id",
    "_schema": "entity.schema",
    "_version": "entity.version",
    "_created_at": "entity.created_at",
    "_updated_at": "entity.updated_at",
}


@dataclass(frozen=True, slots=True)
class Sort:
    """One attribute (or path, or system member) to sort by."""

    field: str
    is_descending: bool


NEWEST_FIRST: Final = (Sort("_updated_at", is_descending=True),)


def parse_sort(raw: JSONValue) -> tuple[Sort, ...]:
    """``attribute``, ``attribute:asc`` or ``attribute:desc``, or a list of up to three; NEWEST_FIRST for none."""
    if raw is None or raw == []:
        return NEWEST_FIRST
    lines = raw if isinstance(raw, list) else [raw]
    if len(lines) > MOST_SORTS:
        raise _wrong("sort", f"names at most {MOST_SORTS} attributes")
    return tuple(_parse_line(line) for line in lines)


def _parse_line(line: JSONValue) -> Sort:
    field, _, direction = line.rpartition(":") if isinstance(line, str) and ":" in line else (line, "", "asc")
    if not isinstance(field, str) or not 0 < len(field) <= LONGEST_ATTRIBUTE or direction not in {"asc", "desc"}:
        raise _wrong("sort", "is written attribute, attribute:asc or attribute:desc")
    if field in {"_title", "_tags", "_org"}:
        raise _wrong("sort", f"{field} cannot be sorted by")
    return Sort(field, direction == "desc")


def sort_keys(sorts: Sequence[Sort]) -> list[SortKey]:
    """The expressions of sorts, and at last the id in the direction of the last one: the order is total."""
    return [*map(_sort_key, sorts), SortKey(Clause("entity.id"), sorts[-1].is_descending)]


def _sort_key(sort: Sort) -> SortKey:
    if sort.field in COLUMNS:
        return SortKey(Clause(COLUMNS[sort.field]), sort.is_descending)
    expression = statements().attribute_key(tuple(sort.field.split(".")))
    return SortKey(expression, sort.is_descending, is_attribute=True)


def sort_end(sorts: Sequence[Sort], last: Found) -> list[JSONValue]:
    """What search_after of the next page is: the values that the last row was sorted by, and its id."""
    entity = last.entity
    columns: dict[str, JSONValue] = {
        "_id": str(entity.pk),
        "_schema": entity.schema,
        "_version": entity.version,
        "_created_at": entity.created_at.isoformat(),
        "_updated_at": entity.updated_at.isoformat(),
    }
    attributes = iter(last.sorted_by)
    values = [columns[sort.field] if sort.field in columns else next(attributes) for sort in sorts]
    return [*values, str(entity.pk)]


def after_clause(sorts: Sequence[Sort], raw: JSONValue) -> Clause:
    """Holds for rows behind the place that sort_end told. Raises Invalid for anything else."""
    keys = sort_keys(sorts)
    if not isinstance(raw, list) or len(raw) != len(keys):
        raise _wrong("search_after", "send back sort_end of the page before, with the same sort")
    fields = [*(sort.field for sort in sorts), "_id"]
    clause = NEVER
    for key, field, value in reversed(list(zip(keys, fields, raw, strict=True))):
        clause = _behind(key, field, value, clause)
    return clause if keys[0].is_attribute else joined("AND", [_not_before(keys[0], fields[0], raw[0]), clause])


def _not_before(key: SortKey, field: str, value: JSONValue) -> Clause:
    """Level with value in the first key or behind it: says nothing new, but is what an index can begin at."""
    bound = _bound(field, value)
    operator = "<=" if key.is_descending else ">="
    return Clause(f"{key.expression.sql} {operator} {bound.sql}", key.expression.parameters + bound.parameters)


def _behind(key: SortKey, field: str, value: JSONValue, otherwise: Clause) -> Clause:
    """Behind value in this key, or level with it and then behind in the keys that follow."""
    expression = Clause(f"({key.expression.sql})", key.expression.parameters)
    is_null = Clause(f"{expression.sql} IS NULL", expression.parameters)
    if value is None and key.is_attribute:
        return joined("AND", [is_null, otherwise])
    bound = _bound(field, value)
    further = _compared(expression, "<" if key.is_descending else ">", bound)
    level = joined("AND", [_compared(expression, "=", bound), otherwise])
    return joined("OR", [further, level, *([is_null] if key.is_attribute else [])])


def _compared(expression: Clause, operator: str, bound: Clause) -> Clause:
    """False, not NULL, where the expression is NULL."""
    sql = f"coalesce({expression.sql} {operator} {bound.sql}, 1 = 0)"
    return Clause(sql, expression.parameters + bound.parameters)


def _bound(field: str, value: JSONValue) -> Clause:
    if field in {"_created_at", "_updated_at"}:
        return Clause("%s", (_moment(value),))
    if field == "_id":
        return Clause("%s", (_uuid(value),))
    if field == "_schema" and isinstance(value, str):
        return Clause("%s", (value,))
    if field == "_version" and isinstance(value, int):
        return Clause("%s", (value,))
    if field in COLUMNS or isinstance(value, (list, dict)):
        raise _wrong("search_after", "send back sort_end of the page before, with the same sort")
    return statements().bound(value)


def _moment(value: JSONValue) -> datetime:
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _wrong("search_after", "its moment must have an offset")
    return moment


def _uuid(value: JSONValue) -> UUID:
    try:
        return UUID(value if isinstance(value, str) else "")
    except ValueError as error:
        raise _wrong("search_after", "its last value must be an id") from error


def _wrong(path: str, message: str) -> Invalid:
    return Invalid(f"{path}: {message}", details=[ErrorDetail(path, message)])
