"""A child's program that compiles expressions when a configuration is saved: the same engine, nothing evaluated."""

from __future__ import annotations

import msgspec

from hub.jsonata.engine import compile_expression
from hub.jsonata.failure import ExpressionFailed
from hub.jsonata.limits import Limits


class Finding(msgspec.Struct, array_like=True, frozen=True):
    """What is wrong with one expression."""

    message: str
    line: int | None
    column: int | None


def prepare(plan: bytes, engine: str, limits: Limits) -> str:
    """Nothing but the engine's name."""
    return engine


def run(engine: str, job: bytes) -> bytes:
    """The Finding about the expression that the job is, or null."""
    try:
        compile_expression(job.decode(), engine=engine)
    except ExpressionFailed as error:
        return msgspec.msgpack.encode(Finding(error.message, error.line, error.column))
    return msgspec.msgpack.encode(None)
