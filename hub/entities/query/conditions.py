"""condition_of: the tree of a query as a clause; drivers_of: what of it an index can answer outright."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.utils.dateparse import parse_date, parse_datetime

from hub.entities.query.lexer import InvalidQuery
from hub.entities.query.scope import Scope
from hub.entities.query.sql import statements
from hub.entities.query.sql.parts import (
    ALWAYS,
    NEVER,
    Clause,
    KeyProbe,
    Path,
    Texts,
    joined,
    key_clause,
    negated,
)
from hub.entities.query.syntax import And, Equals, Node, Not, Or, Prefix, Present, Range, Term
from hub.entities.schemas import PLACEHOLDER, Schema, kind_of

MOMENTS: Final = {
    "_created_at": "entity.created_at",
    "_updated_at": "entity.updated_at",
    "_deleted_at": "entity.deleted_at",
}
LARGEST_VERSION: Final = 2**31 - 1

Driver = KeyProbe | UUID


def condition_of(node: Node, scope: Scope, organization_id: int) -> Clause:
    """The clause that holds for the entities node describes. Raises InvalidQuery."""
    if isinstance(node, And):
        return joined("AND", [condition_of(part, scope, organization_id) for part in node.parts])
    if isinstance(node, Or):
        return joined("OR", [condition_of(part, scope, organization_id) for part in node.parts])
    if isinstance(node, Not):
        return negated(joined("OR", [condition_of(node.part, scope, organization_id)]))
    if node.field is None:
        return _bare_word(node, scope)
    if node.field == "_org":
        return ALWAYS if _equals(node) == str(organization_id) else NEVER
    return _field(node.field, node, scope)


def _field(field: str, term: Term, scope: Scope) -> Clause:
    if field == "_schema":
        return _schema(term)
    if field == "_id":
        identifier = _uuid(_equals(term))
        return NEVER if identifier is None else Clause("entity.id = %s", (identifier,))
    if field == "_version":
        return _version(term)
    if field == "_title":
        return statements().text_clause(_titles(term, scope), _needle(term))
    if field in MOMENTS:
        return _moment(MOMENTS[field], term)
    probe = scope.probe(field, term.test)
    if probe is not None:
        return key_clause(probe.attribute, probe.key, is_prefix=probe.is_prefix)
    return statements().attribute_clause(tuple(field.split(".")), term.test)


def _bare_word(term: Term, scope: Scope) -> Clause:
    """A word of the title, in any case, or an identifier."""
    if isinstance(term.test, Present):
        return ALWAYS
    clauses = [statements().text_clause(_titles(term, scope), _needle(term))]
    for attribute in scope.identifiers():
        probe = scope.probe(attribute, term.test)
        if probe is not None:
            clauses.append(key_clause(probe.attribute, probe.key, is_prefix=probe.is_prefix))
    return joined("OR", clauses)


def _titles(term: Term, scope: Scope) -> Texts:
    """The paths that make the title, alternative by alternative."""
    if scope.single is None:
        if scope.schemas is not None and not scope.schemas:
            return ()
        raise InvalidQuery(term.position, "titles are searched in one schema: add, for example, AND _schema:contact")
    schema = scope.book.schema_of(scope.single)
    names = [PLACEHOLDER.findall(alternative) for alternative in schema.title_template.split("|")]
    return tuple(tuple(_title_path(schema, name) for name in alternative) for alternative in names if alternative)


def _title_path(schema: Schema, attribute: str) -> Path:
    kind = kind_of(schema, attribute)
    return (attribute, kind) if kind in {"email", "phone"} else (attribute,)


def _needle(term: Term) -> str:
    if isinstance(term.test, (Equals, Prefix)):
        return term.test.text
    raise InvalidQuery(term.position, "a title is searched by a word or a phrase")


def _equals(term: Term) -> str:
    if isinstance(term.test, Equals):
        return term.test.text
    raise InvalidQuery(term.position, f"{term.field} is compared with one value")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _schema(term: Term) -> Clause:
    if isinstance(term.test, Equals):
        return Clause("entity.schema = %s", (term.test.text,))
    if isinstance(term.test, Prefix):
        return Clause("substr(entity.schema, 1, %s) = %s", (len(term.test.text), term.test.text))
    if isinstance(term.test, Present):
        return ALWAYS
    raise InvalidQuery(term.position, "_schema is compared with a slug")


def _version(term: Term) -> Clause:
    low, high = _ends(term)
    clauses = [ALWAYS]
    for operator, end in ((">=", low), ("<=", high)):
        if end is not None:
            if not end.isascii() or not end.isdigit():
                raise InvalidQuery(term.position, "_version is compared with whole numbers")
            clauses.append(Clause(f"entity.version {operator} %s", (min(int(end), LARGEST_VERSION),)))
    return joined("AND", clauses)


def _moment(column: str, term: Term) -> Clause:
    low, high = _ends(term)
    clauses = [Clause(f"{column} IS NOT NULL")]
    if low is not None:
        clauses.append(Clause(f"{column} >= %s", (_first_moment(low, term.position),)))
    if high is not None:
        last, is_day = _last_moment(high, term.position)
        clauses.append(Clause(f"{column} {'<' if is_day else '<='} %s", (last,)))
    return joined("AND", clauses)


def _ends(term: Term) -> tuple[str | None, str | None]:
    if isinstance(term.test, Range):
        return term.test.low, term.test.high
    if isinstance(term.test, Equals):
        return term.test.text, term.test.text
    if isinstance(term.test, Present):
        return None, None
    raise InvalidQuery(term.position, f"{term.field} is compared with a value or a range")


def _first_moment(text: str, position: int) -> datetime:
    return _parsed(text, position)[0]


def _last_moment(text: str, position: int) -> tuple[datetime, bool]:
    """The moment itself, or the end of the day (True) when text is only a date."""
    moment, is_day = _parsed(text, position)
    try:
        return (moment + timedelta(days=1), True) if is_day else (moment, False)
    except OverflowError as error:
        raise InvalidQuery(position, "this date is too far away") from error


def _parsed(text: str, position: int) -> tuple[datetime, bool]:
    try:
        day = parse_date(text)
        moment = parse_datetime(text) if day is None else datetime.combine(day, time.min)
    except ValueError:
        day = moment = None
    if moment is None:
        raise InvalidQuery(position, "a moment is written 2026-01-15 or 2026-01-15T08:00:00Z")
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC), day is not None
    except OverflowError as error:
        raise InvalidQuery(position, "this date is too far away") from error


def drivers_of(node: Node, scope: Scope) -> list[Driver] | None:
    """Questions whose answers together hold every entity that node describes; None: an index cannot tell."""
    if isinstance(node, And):
        found = [drivers for part in node.parts if (drivers := drivers_of(part, scope)) is not None]
        return min(found, key=_cost) if found else None
    if isinstance(node, Or):
        each = [drivers_of(part, scope) for part in node.parts]
        known = [drivers for drivers in each if drivers is not None]
        return [driver for drivers in known for driver in drivers] if len(known) == len(each) else None
    return _term_drivers(node) if isinstance(node, Term) and node.field == "_id" else _probe_driver(node, scope)


def _cost(drivers: list[Driver]) -> tuple[bool, int]:
    """Prefixes last: what begins with a letter may be half of everything."""
    return any(isinstance(driver, KeyProbe) and driver.is_prefix for driver in drivers), len(drivers)


def _term_drivers(term: Term) -> list[Driver] | None:
    identifier = _uuid(_equals(term))
    return [] if identifier is None else [identifier]


def _probe_driver(node: Node, scope: Scope) -> list[Driver] | None:
    if not isinstance(node, Term) or node.field is None:
        return None
    probe = scope.probe(node.field, node.test)
    return None if probe is None else [probe]
