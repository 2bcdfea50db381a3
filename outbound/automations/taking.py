"""Context and Taken: what a step is taken with, and what it is about to do; evaluated: an expression of a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from uuid import UUID

import orjson

from hub.accounts.models import Organization
from hub.environments.resolve import values_of
from hub.errors import HubError
from hub.events.shaping.plan import EXPRESSION_FAILED, Failure, Plan, Shaped
from hub.events.shaping.pool import shape
from hub.ids import to_text
from hub.json_types import JSONObject
from outbound.automations.queries import RUN_PREFIX

_NUL = "\\u0000"


class StepFailed(HubError):
    """A step that cannot be taken, however often it is tried."""

    code = EXPRESSION_FAILED
    status = 422


@dataclass(frozen=True)
class Context:
    """document is what started the run, input what the step gets; chain ends with this automation."""

    organization: Organization
    automation_id: UUID
    automation_name: str
    run_id: UUID
    started_at: datetime
    """Of the run; what ``$now()`` tells, so that every attempt has the same answer."""
    entity_id: UUID | None
    correlation_id: str
    chain: tuple[str, ...]
    document: JSONObject
    input: JSONObject
    at: datetime
    made: tuple[UUID, ...] = ()
    """Entities that earlier steps of the run have written."""

    @property
    def execution_id(self) -> str:
        """The public id of the run."""
        return to_text(RUN_PREFIX, self.run_id)

    @cached_property
    def environment(self) -> Mapping[str, object]:
        """What expressions see as ``$env``."""
        return values_of(self.organization.pk, self.organization.config_version)

    def with_input(self, document: JSONObject) -> Context:
        """The same for the next step."""
        return replace(self, input=document)


@dataclass(frozen=True, slots=True)
class Done:
    """What a step did, and what the next one gets; None: the same."""

    result: JSONObject
    output: JSONObject | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that is decided: what it is about to do, and the function that does it, in the caller's transaction."""

    intent: JSONObject
    apply: Callable[[], Done]


def evaluated(expression: str, context: Context, where: str, *, must_be_object: bool = False) -> object:
    """What the expression yields of the step's input, a JSON value. Raises StepFailed, and Busy as the pool does."""
    plan = Plan(body=expression, must_be_object=must_be_object, environment=context.environment)
    event = orjson.dumps(context.document)
    [shaped] = shape(plan, [(orjson.dumps(context.input), context.started_at)], event=event)
    return _value(shaped, where)


def evaluated_object(expression: str, context: Context, where: str) -> JSONObject:
    """The same for an expression that has to yield an object."""
    value = evaluated(expression, context, where, must_be_object=True)
    return value if isinstance(value, dict) else {}


def _value(shaped: Shaped, where: str) -> object:
    if shaped.failure is not None:
        raise StepFailed(f"{where}: {told(shaped.failure)}")
    if _NUL in shaped.body:
        raise StepFailed(f"{where}: the result contains a NUL character, which no database takes")
    return orjson.loads(shaped.body)


def told(failure: Failure) -> str:
    """Why an expression failed, with its place."""
    place = f" (line {failure.line}, column {failure.column})" if failure.line else ""
    return f"{failure.message}{place}"
