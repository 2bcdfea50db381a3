"""compile_expression: one of two JSONata engines behind one small protocol; runs in a child process only."""

from __future__ import annotations

import importlib
from typing import Any, Protocol

from hub.jsonata import source
from hub.jsonata.engine.context import Context
from hub.jsonata.failure import ExpressionFailed
from hub.jsonata.limits import EXPRESSION_BYTES, SIGNATURE_DEPTH

__all__ = ["ENGINES", "Context", "Expression", "compile_expression"]

ENGINES = {
    "jsonatapy": ("hub.jsonata.engine.rust", "RustExpression"),
    "jsonata-python": ("hub.jsonata.engine.python", "PythonExpression"),
}
"""Name → module and class. By name, so that a child loads the library of its own engine alone."""


class Expression(Protocol):
    """A compiled expression."""

    text: str

    def evaluate(self, context: Context) -> Any:
        """The JSON value it yields, or UNDEFINED. Raises ExpressionFailed."""


def compile_expression(text: str, *, engine: str = "jsonatapy", expression_ms: int = 2000) -> Expression:
    """Compile for one of the ENGINES. Raises ExpressionFailed with line and column where they are known."""
    _refuse_oversized(text)
    module, name = ENGINES[engine]
    compiled: Expression = getattr(importlib.import_module(module), name)(text, expression_ms)
    return compiled


def _refuse_oversized(text: str) -> None:
    if len(text.encode("utf-8", "surrogatepass")) > EXPRESSION_BYTES:
        raise ExpressionFailed(f"The expression is longer than {EXPRESSION_BYTES} bytes")
    if not text.strip():
        raise ExpressionFailed("The expression is empty", line=1, column=1)
    if source.signature_depth(text) > SIGNATURE_DEPTH:
        raise ExpressionFailed(f"A function signature is nested deeper than {SIGNATURE_DEPTH}")
