"""Compiler: texts of a configuration become expressions of one engine; what they ask for is remembered."""

from __future__ import annotations

from collections import OrderedDict

from hub.jsonata import source
from hub.jsonata.engine import Expression, compile_expression
from hub.jsonata.failure import ExpressionFailed
from inbound.mapping.failures import MappingFailed
from inbound.mapping.lookups import NOTHING_KNOWN, Lookups

FACT_VARIABLES = frozenset({"$event", "$env", "$now", "$millis", "$random"})
MOST_COMPUTED = 256
"""Expressions kept that come out of other expressions: normally a handful, but data may make ever new ones."""


class Compiler:
    """Compiles for one engine. needs_facts and needs_environment tell whether any text asks for them."""

    def __init__(self, engine: str, expression_ms: int, lookups: Lookups = NOTHING_KNOWN) -> None:
        self.needs_facts = False
        self.needs_environment = False
        self.lookups = lookups
        self._engine = engine
        self._expression_ms = expression_ms
        self._computed: OrderedDict[str, Expression] = OrderedDict()

    def compile(self, path: str, text: str) -> Expression:
        """The compiled expression that stands at path. Raises MappingFailed."""
        expression = self._compiled(path, text, self._expression_ms)
        variables = source.variables(text)
        self.needs_facts = self.needs_facts or bool(FACT_VARIABLES & variables)
        self.needs_environment = self.needs_environment or "$env" in variables
        return expression

    def compile_short(self, path: str, text: str, milliseconds: int) -> Expression:
        """The same with a tighter time of its own."""
        self.compile(path, text)
        return self._compiled(path, text, min(milliseconds, self._expression_ms))

    def compile_computed(self, path: str, text: str) -> Expression:
        """An expression that another one made while an event is mapped. Raises MappingFailed."""
        known = self._computed.get(text)
        if known is None:
            known = self._computed[text] = self._compiled(path, text, self._expression_ms)
            if len(self._computed) > MOST_COMPUTED:
                self._computed.popitem(last=False)
        return known

    def _compiled(self, path: str, text: str, milliseconds: int) -> Expression:
        try:
            return compile_expression(text, engine=self._engine, expression_ms=milliseconds)
        except ExpressionFailed as error:
            raise MappingFailed(path, error) from None
