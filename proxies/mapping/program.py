"""What the child runs: the expression of a plan is compiled once, then one document after another is mapped."""

from __future__ import annotations

from typing import Any

import msgspec
import orjson

from hub import strict_json
from hub.events.shaping.plan import Failure, FailureKind
from hub.jsonata.bounds import find_excess
from hub.jsonata.engine import Context, Expression, compile_expression
from hub.jsonata.failure import ExpressionFailed, shorten
from hub.jsonata.limits import Limits
from hub.jsonata.source import starts_path_with
from hub.jsonata.undefined import UNDEFINED
from inbound.formats.json_text import read_json
from proxies.mapping.plan import Job, Mapped, Plan, encode


class Prepared:
    """A compiled plan. problem: why it cannot be used."""

    def __init__(self, plan: Plan, engine: str, expression_ms: int) -> None:
        self.plan = plan
        self.names_document = bool(plan.names_document) and starts_path_with(plan.expression, plan.names_document)
        self.problem: Failure | None = None
        self.expression: Expression | None = None
        try:
            self.expression = compile_expression(plan.expression, engine=engine, expression_ms=expression_ms)
        except ExpressionFailed as error:
            self.problem = _failure(plan.where, error, FailureKind.SYNTAX)


def prepare(plan: bytes, engine: str, limits: Limits) -> Prepared:
    """The plan, compiled."""
    return Prepared(msgspec.json.decode(plan, type=Plan), engine, limits.expression_ms)


def run(prepared: Prepared, job: bytes) -> bytes:
    """The Mapped of one Job, as JSON."""
    if prepared.expression is None:
        return encode(Mapped(failure=prepared.problem))
    wanted = msgspec.json.decode(job, type=Job)
    try:
        return encode(Mapped(_text(prepared.expression.evaluate(_context(prepared, wanted)))))
    except ExpressionFailed as error:
        kind = FailureKind.TIMEOUT if error.is_timeout else FailureKind.EVALUATION
        return encode(Mapped(failure=_failure(prepared.plan.where, error, kind)))


def _context(prepared: Prepared, job: Job) -> Context:
    document = _read(bytes(job.document))
    bound = {name: _read(bytes(text)) for name, text in job.bindings.items()}
    name = prepared.plan.names_document
    if prepared.names_document and isinstance(document, dict) and name not in document:
        document = document | {name: document}
    return Context(document, facts={"env": dict(prepared.plan.environment), "__millis": job.millis}, variables=bound)


def _read(text: bytes) -> Any:  # Any: a JSON value
    """Numbers of more digits than a double has become text, as in the payloads of events."""
    return read_json(text).root if text[:1] in {b"{", b"["} else strict_json.parse(text)


def _text(value: Any) -> str:  # Any: a JSON value or UNDEFINED
    if value is UNDEFINED:
        return ""
    try:
        encoded = orjson.dumps(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise ExpressionFailed(shorten(f"the result cannot be written as JSON: {error}")) from None
    excess = find_excess(encoded)
    if excess:
        raise ExpressionFailed(excess)
    return encoded.decode()


def _failure(where: str, error: ExpressionFailed, kind: FailureKind) -> Failure:
    return Failure(where, error.message, error.line or 0, error.column or 0, kind, error.is_data)
