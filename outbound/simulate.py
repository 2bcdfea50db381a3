"""simulate: what the expression of a mapping makes of an event; nothing is stored, queued or sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from hub.accounts.models import Organization
from hub.environments.resolve import values_of
from hub.events.shaping.plan import BINDINGS, Failure, FailureKind, Plan
from hub.events.shaping.pool import shape
from hub.jsonata.bindings import find_unbound
from hub.jsonata.limits import EXPRESSION_BYTES, INTERACTIVE
from inbound.simulate import LIVE_HAS_MORE
from outbound.configuration import POLL_EXPRESSION_CHARACTERS
from outbound.queue.remapping import mapping_version


class Target(StrEnum):
    """What the mapping is for; the delivery type decides how long its expression may be and what it may yield."""

    POLL = "poll"
    WEBHOOK = "webhook"
    FILE_PROXY = "file_proxy"
    """It has no expression of its own: its recipe is tried, see outbound/uploads/simulating.py."""


TOO_LONG: Final = "expression_too_long"
UNKNOWN_BINDING: Final = "unknown_binding"
CODES: Final = (*(str(kind) for kind in FailureKind), UNKNOWN_BINDING, TOO_LONG)
"""Why a mapping is not valid (outbound.md 13.7)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a mapping is not valid. line and column count from 1 and are 0 where nobody knows them."""

    code: str
    message: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Simulated:
    """output is JSON text, empty where there is a problem; version is empty without an expression."""

    version: str
    output: bytes = b""
    problem: Problem | None = None


def simulate(
    *, organization: Organization, expression: str, target: Target, document: bytes, at: datetime
) -> Simulated:
    """What is delivered in the place of the document, which is JSON text; without an expression, the document itself.

    at is what ``$now()`` tells. No transaction may be open. Raises Busy and NoChild where no child is to be had.
    """
    version = mapping_version(expression)
    if not version:
        return Simulated(version, document)
    problem = _too_long(expression, target)
    if problem is not None:
        return Simulated(version, problem=problem)
    environment = values_of(organization.pk, organization.config_version)
    plan = Plan(body=expression, must_be_object=target is Target.POLL, environment=environment)
    [shaped] = shape(plan, [(document, at)], limits=INTERACTIVE)
    problem = _problem(expression, shaped.failure)
    return Simulated(version, shaped.body.encode() if problem is None else b"", problem)


def _too_long(expression: str, target: Target) -> Problem | None:
    if target is Target.POLL and len(expression) > POLL_EXPRESSION_CHARACTERS:
        return Problem(
            TOO_LONG, f"An expression of a poll delivery has at most {POLL_EXPRESSION_CHARACTERS} characters."
        )
    if len(expression.encode()) > EXPRESSION_BYTES:
        return Problem(TOO_LONG, f"An expression has at most {EXPRESSION_BYTES} bytes.")
    return None


def _problem(expression: str, failure: Failure | None) -> Problem | None:
    """What is no expression at all is told first; then a name that nobody binds, which explains most that fails."""
    if failure is None or failure.kind is not FailureKind.SYNTAX:
        unbound = find_unbound(expression, BINDINGS)
        if unbound is not None:
            message = f"{unbound.name} is not known in outbound expressions."
            return Problem(UNKNOWN_BINDING, message, unbound.line, unbound.column)
    if failure is None:
        return None
    message = f"{failure.message} ({LIVE_HAS_MORE})" if failure.kind is FailureKind.TIMEOUT else failure.message
    return Problem(str(failure.kind), message, failure.line, failure.column)
