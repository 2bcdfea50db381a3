"""What the child runs: the expressions of a plan are compiled once, then one event after another is shaped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import orjson

from hub.events.shaping.plan import Failure, FailureKind, Job, Plan, Shaped
from hub.jsonata.bounds import find_excess
from hub.jsonata.engine import Context, Expression, compile_expression
from hub.jsonata.failure import ExpressionFailed, shorten
from hub.jsonata.limits import Limits
from hub.jsonata.undefined import UNDEFINED

FILTER, BODY, TEST = "filter", "body", "condition"
_SCALARS = (str, int, float, bool)
_encode_shaped = msgspec.json.Encoder().encode


class Prepared:
    """A compiled plan. problem: why none of it can be used."""

    def __init__(self, plan: Plan, engine: str, expression_ms: int) -> None:
        self.plan = plan
        self.problem: Failure | None = None
        self.fields = {name: self._compile(name, text, engine, expression_ms) for name, text in plan.fields.items()}
        self.filter = self._compile(FILTER, plan.filter, engine, expression_ms)
        self.body = self._compile(BODY, plan.body, engine, expression_ms)
        self.tests = [self._compile(TEST, text, engine, expression_ms) for text in plan.tests]

    def _compile(self, where: str, text: str, engine: str, expression_ms: int) -> Expression | None:
        if not text.strip():
            return None
        try:
            return compile_expression(text, engine=engine, expression_ms=expression_ms)
        except ExpressionFailed as error:
            self.problem = self.problem or _failure(where, error, FailureKind.SYNTAX)
            return None


def prepare(plan: bytes, engine: str, limits: Limits) -> Prepared:
    """The plan, compiled."""
    return Prepared(msgspec.json.decode(plan, type=Plan), engine, limits.expression_ms)


def run(prepared: Prepared, job: bytes) -> bytes:
    """The Shaped of one Job, as JSON."""
    if prepared.problem is not None:
        return _encode_shaped(Shaped(matches=prepared.problem.where != FILTER, failure=prepared.problem))
    wanted = msgspec.json.decode(job, type=Job)
    document = orjson.loads(bytes(wanted.document))
    event = orjson.loads(bytes(wanted.event))
    facts = {"env": dict(prepared.plan.environment), "__millis": wanted.millis, "event": event or document}
    return _encode_shaped(_shaped(prepared, document, facts))


def _shaped(prepared: Prepared, document: Any, facts: Mapping[str, Any]) -> Shaped:  # Any: JSON values
    context = Context(document, facts=facts)
    try:
        fields = {name: _value(one, context, name) for name, one in prepared.fields.items() if one is not None}
    except _Failed as failed:
        return Shaped(failure=failed.failure)
    known = {name: value for name, value in fields.items() if value is not UNDEFINED}
    try:
        if prepared.filter is not None and not _is_truthy(_value(prepared.filter, context, FILTER)):
            return Shaped(matches=False, fields=known)
    except _Failed as failed:
        return Shaped(matches=False, fields=known, note=failed.failure)
    answers = [_answer(test, context) for test in prepared.tests]
    try:
        return Shaped(fields=known, body=_body(prepared, context), answers=answers)
    except _Failed as failed:
        return Shaped(fields=known, failure=failed.failure)


def _answer(test: Expression | None, context: Context) -> bool:
    try:
        return test is not None and _is_truthy(_value(test, context, TEST))
    except _Failed:
        return False


def _body(prepared: Prepared, context: Context) -> str:
    if prepared.body is None:
        return ""
    value = _value(prepared.body, context, BODY)
    plan = prepared.plan
    if value is UNDEFINED:
        raise _unfit("the expression yields nothing; it must yield what is to be sent")
    if (plan.must_be_object or plan.must_be_flat) and not isinstance(value, dict):
        raise _unfit(f"the expression yields {_kind(value)}; an object is needed")
    if plan.must_be_flat:
        _refuse_nested(value)
    return _text(value)


def _refuse_nested(value: Mapping[str, Any]) -> None:  # Any: JSON values
    """A query has names with texts, numbers and truth values, and lists of them."""
    for name, member in value.items():
        items = member if isinstance(member, list) else [member]
        if any(item is not None and not isinstance(item, _SCALARS) for item in items):
            raise _unfit(f"{name[:80]} is nested; a query parameter is a value or a list of values")


def _text(value: Any) -> str:  # Any: a JSON value
    try:
        encoded = orjson.dumps(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise _unfit(shorten(f"the result cannot be written as JSON: {error}")) from None
    excess = find_excess(encoded)
    if excess:
        raise _unfit(excess)
    return encoded.decode()


class _Failed(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def _unfit(message: str) -> _Failed:
    """What an expression yields is nothing that can be sent."""
    return _Failed(Failure(BODY, message, kind=FailureKind.OUTPUT))


def _value(expression: Expression, context: Context, where: str) -> Any:  # Any: a JSON value or UNDEFINED
    try:
        return expression.evaluate(context)
    except ExpressionFailed as error:
        kind = FailureKind.TIMEOUT if error.is_timeout else FailureKind.EVALUATION
        raise _Failed(_failure(where, error, kind)) from None


def _failure(where: str, error: ExpressionFailed, kind: FailureKind) -> Failure:
    return Failure(where, error.message, error.line or 0, error.column or 0, kind, error.is_data)


def _is_truthy(value: Any) -> bool:
    """As $boolean says: empty texts, lists, objects, 0 and nothing are false. Any: a JSON value or UNDEFINED."""
    if value is UNDEFINED or value is None:
        return False
    if isinstance(value, list):
        return any(map(_is_truthy, value))
    return bool(value)


def _kind(value: Any) -> str:  # Any: a JSON value
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "a truth value"
    return "null" if value is None else "a text" if isinstance(value, str) else "a number"
