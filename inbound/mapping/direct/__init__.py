"""Direct payloads: operations that need no mapping, checked strictly and translated (mapping.md 1.12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hub.entities.schemas import Schema
from hub.json_types import JSONObject, JSONPath, JSONValue
from inbound.configuration import InboundConfiguration
from inbound.formats import Document
from inbound.mapping.direct.entities import entity_update
from inbound.mapping.direct.envelope import find_operations
from inbound.mapping.direct.problems import INVALID, Problem, Problems, Strict
from inbound.mapping.direct.readings import METER_READING, reading_update
from inbound.mapping.direct.relations import schemas_related
from inbound.mapping.event import EventRun
from inbound.mapping.oddities import make_tags_a_list, tell_unknown_schema
from inbound.mapping.result import EntityUpdate, EventMapping, Failure, ReadingUpdate

NOT_JSON = Failure(
    INVALID, "A direct payload must be JSON", "", {"errors": [Problem(INVALID, "must be JSON").as_json()]}
)


def mapped(
    document: Document,
    configuration: InboundConfiguration,
    run: EventRun,
    schemas: Mapping[str, Schema],
    is_unknown: Callable[[str], bool],
) -> EventMapping:
    """The updates and readings that the payload names, all of them or a failure that tells everything that is wrong.

    schemas: what identifiers are compared with; of one that is not among them nothing is said. is_unknown: whether
    nobody has defined a schema of that name.
    """
    problems = Problems()
    updates: list[EntityUpdate] = []
    readings: list[ReadingUpdate] = []
    for number, (raw, at) in enumerate(find_operations(document.root, problems)):
        operation = _operation(number, raw, at, configuration, run, problems)
        if isinstance(operation, EntityUpdate):
            updates.append(operation)
        elif operation is not None:
            readings.append(operation)
    if problems.found:
        return EventMapping(failure=_failure(problems.found))
    for update in updates:
        if update.mode == "upsert":
            make_tags_a_list(update.schema, update.attributes, run)
            if not run.advises:
                _tell_unknown_schemas(update, run, is_unknown)
    run.add_direct(updates, readings, schemas)
    return run.result()


def _tell_unknown_schemas(update: EntityUpdate, run: EventRun, is_unknown: Callable[[str], bool]) -> None:
    """Of the entity itself, and of those that it is related to: where they are missing, they are made, too."""
    if is_unknown(update.schema):
        tell_unknown_schema(update.schema, update.schema, run)
    for attribute, schema in schemas_related(update.attributes):
        if is_unknown(schema):
            tell_unknown_schema(update.schema, schema, run, field=attribute)


def _operation(
    number: int,
    raw: JSONObject,
    at: JSONPath,
    configuration: InboundConfiguration,
    run: EventRun,
    problems: Problems,
) -> EntityUpdate | ReadingUpdate | None:
    """The operation at its place, or None with at least one problem."""
    report = Strict()
    kind = report.word(raw.get("type"), at.key("type"), ("entity", METER_READING), default="entity")
    made: EntityUpdate | ReadingUpdate | None
    if kind == METER_READING:
        made = reading_update(number, raw, at, report, run.effect)
    else:
        made = entity_update(number, raw, at, report, run.effect)
    problems.take(report, number)
    if isinstance(made, EntityUpdate):
        problems.check_allowed(made, configuration.entities, at)
    return made


def _failure(found: Sequence[Problem]) -> Failure:
    """The first problem, with all of them as detail."""
    first = found[0]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    errors: list[JSONValue] = [problem.as_json() for problem in found]
    return Failure(first.code, f"{first.message}{more}", str(first.path), {"errors": errors})
