"""check_expressions: compiles the expressions of a configuration in a child process before it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings

from hub import database
from hub.errors import ErrorDetail
from hub.json_types import JSONPath
from hub.jsonata.compile import Finding, checking_pool, compile_expressions
from hub.jsonata.pool import ChildPool


def check_expressions(expressions: Sequence[tuple[JSONPath, str]]) -> list[ErrorDetail]:
    """One finding, with line and column where they are known, for each expression that does not compile.

    Must not be called within a transaction: it waits for a child process. Raises Busy when none is free.
    """
    if not expressions:
        return []
    database.no_transaction_is_open()
    return [ErrorDetail(found.path, _sentence(found)) for found in compile_expressions(_pool(), expressions)]


def end_child() -> None:
    """For a process that will check nothing more for long; the next check starts a new child."""
    _pool().close()


@lru_cache(maxsize=1)
def _pool() -> ChildPool:
    return checking_pool(engine=settings.HUB_JSONATA_ENGINE)


def _sentence(found: Finding) -> str:
    place = f" (line {found.line}, column {found.column})" if found.line is not None else ""
    return f"does not compile: {found.message}{place}"
