"""A child's program: compiles one expression per job with the engine that will evaluate it, and evaluates nothing."""

from __future__ import annotations

import orjson

from hub.jsonata.engine import compile_expression
from hub.jsonata.failure import ExpressionFailed
from hub.jsonata.limits import Limits


def prepare(plan: bytes, engine: str, limits: Limits) -> str:
    """Nothing but the engine's name."""
    return engine


def run(engine: str, job: bytes) -> bytes:
    """[message, line, column] of what is wrong with the expression that the job is, or null."""
    try:
        compile_expression(job.decode(), engine=engine)
    except ExpressionFailed as error:
        return orjson.dumps([error.message, error.line, error.column])
    return orjson.dumps(None)
