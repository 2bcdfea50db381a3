"""shape: events go to the child with their plan, what it made of them comes back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from hub.events.shaping.plan import (
    BODY_FAILED,
    Failure,
    FailureKind,
    Job,
    Plan,
    Shaped,
    decode_shaped,
    encode_job,
    encode_plan,
)
from hub.jsonata.limits import BACKGROUND, Limits
from hub.jsonata.pool import ChildFailure, ChildPool
from hub.jsonata.pools import pool_of

PROGRAM = "hub.events.shaping.program"


def shaping_pool(limits: Limits = BACKGROUND) -> ChildPool:
    """The children of this process that shape events within these limits."""
    return pool_of(PROGRAM, limits)


def shape(
    plan: Plan,
    events: Sequence[tuple[bytes, datetime]],
    *,
    event: bytes = b"null",
    limits: Limits = BACKGROUND,
) -> list[Shaped]:
    """What the plan makes of each event, given as JSON text with its moment, in order.

    event is the JSON text that ``$event`` tells for all of them; null: each for itself. limits are INTERACTIVE where
    a caller sends the expressions along. A plan without expressions costs no trip. Raises Busy and NoChild as the pool
    does.
    """
    if not events:
        return []
    if not (plan.fields or plan.filter or plan.body or plan.tests):
        return [Shaped() for _ in events]
    encoded = encode_plan(replace(plan, environment=dict(plan.environment)))
    jobs = [encode_job(Job(msgspec.Raw(text), int(at.timestamp() * 1000), msgspec.Raw(event))) for text, at in events]
    answers = shaping_pool(limits).run(hashlib.sha256(encoded).hexdigest(), encoded, jobs)
    return [_shaped(answer) for answer in answers]


def _shaped(answer: bytes | ChildFailure) -> Shaped:
    if isinstance(answer, ChildFailure):
        kind = FailureKind.TIMEOUT if answer.is_resource_limit else FailureKind.EVALUATION
        return Shaped(failure=Failure(BODY_FAILED, answer.message, kind=kind))
    return decode_shaped(answer)
