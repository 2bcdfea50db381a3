"""Entry: one entity entry of a configuration, compiled."""

from __future__ import annotations

from hub.jsonata import source
from hub.jsonata.engine import Expression, compile_expression
from hub.jsonata.failure import ExpressionFailed
from inbound.configuration.entities import EntityEntry
from inbound.mapping.fields import Field, MappingFailed

FACT_VARIABLES = frozenset({"$event", "$now", "$millis", "$random"})


class Compiler:
    """Compiles texts for one engine; remembers whether any of them asks for facts of the event."""

    def __init__(self, engine: str, expression_ms: int) -> None:
        self.needs_facts = False
        self._engine = engine
        self._expression_ms = expression_ms

    def compile(self, path: str, text: str) -> Expression:
        """The compiled expression that stands at path. Raises MappingFailed."""
        try:
            expression = compile_expression(text, engine=self._engine, expression_ms=self._expression_ms)
        except ExpressionFailed as error:
            raise MappingFailed(path, error) from None
        self.needs_facts = self.needs_facts or bool(FACT_VARIABLES & source.variables(text))
        return expression


class Entry:
    """An entry that is not switched off for good; neither are its fields. Raises MappingFailed."""

    def __init__(self, number: int, entry: EntityEntry, compiler: Compiler) -> None:
        self.number = number
        self.schema = entry.schema
        self.unique_ids = entry.unique_ids
        self.mode = entry.mode
        self.expression_path = f"{entry.at}.jsonataExpression"
        self.condition_path = f"{entry.at}.enabled"
        self.expression = compiler.compile(self.expression_path, entry.expression) if entry.expression else None
        is_conditional = isinstance(entry.enabled, str)
        self.condition = compiler.compile(self.condition_path, str(entry.enabled)) if is_conditional else None
        self.names_payload = bool(entry.expression) and source.starts_path_with(entry.expression, "payload")
        self.fields = [
            Field(field, entry.schema, compiler.compile) for field in entry.fields if field.enabled is not False
        ]
        self.types = {field.attribute: field.mapping.type for field in self.fields if field.mapping.type}
        self.identifier_types = {name: kind for name, kind in self.types.items() if name in entry.unique_ids}
