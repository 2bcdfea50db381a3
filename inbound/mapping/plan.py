"""MappingPlan: a use case version compiled once; map_event(plan, document, facts) is pure."""

from __future__ import annotations

import orjson

from hub.errors import Invalid
from hub.json_types import JSONObject, JSONValue
from inbound.configuration import InboundConfiguration, parse_configuration
from inbound.formats import Document
from inbound.mapping.entries import Compiler, Entry
from inbound.mapping.event import EventRun
from inbound.mapping.fields import MappingFailed
from inbound.mapping.result import EventMapping, Facts, Failure


class MappingPlan:
    """What a version does with an event. failure says why it can do nothing at all."""

    def __init__(self, configuration: JSONValue, engine: str, expression_ms: int) -> None:
        self.entries: list[Entry] = []
        self.failure: Failure | None = None
        self.needs_facts = False
        self.ignores_event_type = False
        try:
            self._compile(parse_configuration(configuration), Compiler(engine, expression_ms))
        except Invalid as error:
            path = str(error.details[0].path) if error.details else ""
            self.failure = Failure("USE_CASE_MISSING_CONFIG", error.message, path)
        except MappingFailed as error:
            self.failure = expression_failure(error)

    def _compile(self, configuration: InboundConfiguration, compiler: Compiler) -> None:
        self.failure = _unusable(configuration)
        if self.failure is not None:
            return
        self.ignores_event_type = configuration.ignores_event_type
        self.entries = [
            Entry(number, entry, compiler)
            for number, entry in enumerate(configuration.entities)
            if entry.enabled is not False
        ]
        self.needs_facts = compiler.needs_facts


def _unusable(configuration: InboundConfiguration) -> Failure | None:
    if configuration.is_empty:
        return Failure("USE_CASE_MISSING_CONFIG", "The configuration maps no entities and no readings")
    if configuration.unsupported:
        path, feature = configuration.unsupported[0]
        return Failure("FEATURE_NOT_SUPPORTED", f"{feature} at {path} is not applied by this version", str(path))
    return None


def expression_failure(error: MappingFailed) -> Failure:
    """The failure of an event whose expression failed: message, place in the configuration, line and column."""
    cause = error.cause
    detail: JSONObject = {"line": cause.line, "column": cause.column} if cause.line else {}
    place = f" (line {cause.line}, column {cause.column})" if cause.line else ""
    return Failure("MAPPING_EXPRESSION_FAILED", f"{error.path}: {cause.message}{place}", error.path, detail or None)


def map_event(plan: MappingPlan, document: Document, facts: Facts) -> EventMapping:
    """The updates that the event means, in configuration order, then item order. Never raises for bad data."""
    if plan.failure is not None:
        return EventMapping(failure=plan.failure)
    run = EventRun(document, facts, needs_facts=plan.needs_facts, ignores_event_type=plan.ignores_event_type)
    try:
        for entry in plan.entries:
            run.map_entry(entry)
    except MappingFailed as error:
        return EventMapping(failure=expression_failure(error))
    run.finish()
    return EventMapping(run.updates, run.warnings)


def plan_of(configuration: bytes, engine: str, expression_ms: int) -> MappingPlan:
    """The plan of a stored configuration."""
    return MappingPlan(orjson.loads(configuration), engine, expression_ms)
