"""EnvironmentValue: a field whose value is configured for the organization (mapping.md section 10)."""

from __future__ import annotations

from typing import Any

from hub.json_types import JSONValue
from hub.jsonata.engine import Context
from hub.jsonata.failure import ExpressionFailed
from hub.jsonata.undefined import UNDEFINED
from inbound.configuration.lookups import EnvVarRef
from inbound.mapping.compiler import Compiler
from inbound.mapping.failures import MappingFailed
from inbound.mapping.notes import Notes, Place
from inbound.mapping.values import evaluate

NOT_FOUND = "ENV_VAR_REF_NOT_FOUND"
UNAVAILABLE = "ENV_VAR_REF_LOOKUP_FAILED"
TRANSFORM = "ENV_VAR_REF_JSONATA_FAILED"
TRANSFORM_MS = 100
"""What the expression of such a field may take (mapping.md 3.1)."""


class EnvironmentValue:
    """A field with env_var_ref."""

    def __init__(self, reference: EnvVarRef, place: Place, compiler: Compiler) -> None:
        self._reference = reference
        self._place = place
        self._environment = compiler.lookups.environment
        self._path = f"{reference.at}.jsonataExpression"
        self._expression = None
        if reference.expression:
            self._expression = compiler.compile_short(self._path, reference.expression, TRANSFORM_MS)

    def find(self, context: Context, payload: JSONValue, notes: Notes) -> Any:
        """The value or its default, transformed; UNDEFINED where there is neither. Raises MappingFailed.

        Any: a JSON value.
        """
        value = self._value(notes)
        if value is UNDEFINED or self._expression is None:
            return value
        found = evaluate(self._expression, Context(value, facts=context.facts), self._path, TRANSFORM)
        if found is UNDEFINED:
            notes.found_nothing(self._place, self._reference.expression)
        return found

    def _value(self, notes: Notes) -> Any:  # Any: a text or UNDEFINED
        reference = self._reference
        if self._environment is None and not notes.advises:
            cause = ExpressionFailed(f"the environment could not be read for {reference.key}")
            raise MappingFailed(reference.at, cause, code=UNAVAILABLE)
        found = (self._environment or {}).get(reference.key, reference.default)
        if found is not None:
            return found
        reason = "is not known here" if self._environment is None else f"has no value called {reference.key}"
        message = f"the environment {reason}; the attribute was left out"
        notes.warn(self._place.schema, message, field=self._place.attribute, code=NOT_FOUND)
        return UNDEFINED
