"""A child's program that compiles expressions when a configuration is saved; nothing is evaluated."""

from __future__ import annotations

import msgspec

from hub.jsonata.engine import compile_expression
from hub.jsonata.failure import ExpressionFailed
from hub.jsonata.limits import Limits


class Verdict(msgspec.Struct, array_like=True, frozen=True):
    """What is wrong with one expression; an empty message: nothing."""

    message: str = ""
    line: int | None = None
    column: int | None = None


_encode = msgspec.json.Encoder().encode


def prepare(plan: bytes, engine: str, limits: Limits) -> str:
    """Nothing but the engine's name."""
    return engine


def run(engine: str, job: bytes) -> bytes:
    """The Verdict about the expression that the job is."""
    try:
        compile_expression(job.decode(), engine=engine)
    except ExpressionFailed as error:
        return _encode(Verdict(error.message, error.line, error.column))
    return _encode(Verdict())
