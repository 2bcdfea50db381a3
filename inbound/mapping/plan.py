"""MappingPlan: a use case version compiled once; map_event(plan, document, facts) is pure."""

from __future__ import annotations

import orjson

from hub.errors import Invalid
from hub.json_types import JSONValue
from hub.jsonata.engine.context import NO_FACTS
from inbound.configuration import InboundConfiguration, parse_configuration
from inbound.formats import Document
from inbound.mapping import direct
from inbound.mapping.compiler import Compiler
from inbound.mapping.entries import Entry, ReadingEntry
from inbound.mapping.environment import UNAVAILABLE
from inbound.mapping.event import EventRun
from inbound.mapping.failures import MappingFailed, failure_of
from inbound.mapping.items import variables_of
from inbound.mapping.lookups import NOTHING_KNOWN, Lookups, opened
from inbound.mapping.result import EventMapping, Facts, Failure

NO_ENVIRONMENT = Failure(UNAVAILABLE, "The environment could not be read, and an expression asks for $env")


class MappingPlan:
    """What a version does with an event. failure says why it can do nothing at all.

    configuration is None when it cannot be parsed.
    """

    def __init__(
        self, configuration: JSONValue, engine: str, expression_ms: int, lookups: Lookups = NOTHING_KNOWN
    ) -> None:
        self.entries: list[Entry] = []
        self.readings: list[ReadingEntry] = []
        self.configuration: InboundConfiguration | None = None
        self.failure: Failure | None = None
        self.needs_facts = False
        self.ignores_event_type = False
        self.lacks_environment = False
        self.environment = lookups.environment
        self.schemas = lookups.schemas
        self.is_unknown = lookups.is_unknown
        try:
            self.configuration = parse_configuration(configuration)
        except Invalid as error:
            path = str(error.details[0].path) if error.details else ""
            self.failure = Failure("USE_CASE_MISSING_CONFIG", error.message, path)
        else:
            self._prepare(self.configuration, Compiler(engine, expression_ms, lookups))

    @property
    def is_direct(self) -> bool:
        """True when payloads say themselves what to write."""
        return self.configuration is not None and self.configuration.is_direct

    def _prepare(self, configuration: InboundConfiguration, compiler: Compiler) -> None:
        if configuration.is_empty:
            self.failure = Failure("USE_CASE_MISSING_CONFIG", "The configuration maps no entities and no readings")
        self.ignores_event_type = configuration.ignores_event_type
        if configuration.is_direct:
            return
        try:
            self._compile(configuration, compiler)
        except MappingFailed as error:
            self.failure = failure_of(error, configuration)

    def _compile(self, configuration: InboundConfiguration, compiler: Compiler) -> None:
        self.entries = [
            Entry(number, entry, compiler)
            for number, entry in enumerate(configuration.entities)
            if entry.enabled is not False
        ]
        self.readings = [
            ReadingEntry(number, entry, compiler)
            for number, entry in enumerate(configuration.readings)
            if entry.enabled is not False
        ]
        self.needs_facts = compiler.needs_facts
        self.lacks_environment = compiler.needs_environment and compiler.lookups.environment is None


def map_event(plan: MappingPlan, document: Document, facts: Facts) -> EventMapping:
    """What the event means, in configuration order, then item order. Never raises for bad data."""
    configuration = plan.configuration
    if plan.failure is not None or configuration is None:
        return EventMapping(failure=plan.failure)
    variables = variables_of(facts, plan.environment) if plan.needs_facts else NO_FACTS
    run = EventRun(document, facts, variables=variables, ignores_event_type=plan.ignores_event_type)
    if configuration.is_direct:
        return direct.mapped(document, configuration, run, plan.schemas, plan.is_unknown)
    if plan.lacks_environment:
        if not facts.advise:
            return EventMapping(failure=NO_ENVIRONMENT)
        run.warn("", "the environment is not known here; $env is empty")
    try:
        for entry in plan.entries:
            run.map_entry(entry)
        for reading in plan.readings:
            run.map_reading(reading)
    except MappingFailed as error:
        return EventMapping(failure=failure_of(error, configuration))
    return run.result()


def plan_of(plan: bytes, engine: str, expression_ms: int) -> MappingPlan:
    """The plan of a stored configuration, with or without facts to look up."""
    configuration, lookups = opened(orjson.loads(plan))
    return MappingPlan(configuration, engine, expression_ms, lookups)
