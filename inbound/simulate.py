"""simulate: what a configuration would do with a payload; nothing is stored, and nobody outside is asked."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain

import msgspec
import orjson
from django.conf import settings

from hub import clock
from hub.accounts.models import Organization
from hub.accounts.principals import Principal
from hub.api.throttling import Allowance, RateLimited, count
from hub.entities.schemas.book import book_of
from hub.errors import ErrorDetail, HubError, Invalid
from hub.json_types import JSONObject, JSONValue
from hub.jsonata.failure import TOO_SLOW
from hub.jsonata.limits import BACKGROUND, INTERACTIVE
from hub.jsonata.pool import ChildFailure, ChildPool
from hub.jsonata.pools import pool_of
from inbound.configuration import InboundConfiguration, parse_configuration
from inbound.formats import find_problem
from inbound.lookups import lookups_of
from inbound.mapping.lookups import NOTHING_KNOWN, Lookups, closed
from inbound.mapping.result import EventMapping, Facts, Failure, Job, decode_mapping, encode_job
from inbound.mapping.simulation import direct_document, simulation_document
from inbound.models import InboundEvent
from inbound.schema_advice import advice_on, advice_on_direct
from inbound.shortened import shortened_lists

MAPPING_PROGRAM = "inbound.mapping.program"
PAGE_RUNS_PER_MINUTE = 300
"""Runs of one person in the browser; a token has HUB_SIMULATION_LIMIT_PER_MINUTE for its whole organization."""
LOW_BITS = 2**52 - 1
"""The part of an event's id that $random() is made of, as when it is processed."""
LIVE_HAS_MORE = (
    f"a simulation gives an expression {INTERACTIVE.expression_ms / 1000:g} s, "
    f"a live event {BACKGROUND.expression_ms / 1000:g} s"
)
DIRECT = "DIRECT_"
"""How the codes begin that are about a direct payload itself."""


class SimulationFailed(HubError):
    """The payload, the configuration or an expression stands in the way; code as in monitoring.

    path is the place in the configuration; line and column count from 1, inside the expression or the payload, and
    are None where nobody knows them.
    """

    code = "MAPPING_EXPRESSION_FAILED"
    status = 422

    def __init__(self, failure: Failure) -> None:
        detail = failure.detail or {}
        super().__init__(failure.message, code=failure.code, details=list(_findings(failure)))
        self.path = failure.path
        self.line: int | None = detail.get("line")
        self.column: int | None = detail.get("column")


def _findings(failure: Failure) -> Iterator[ErrorDetail]:
    """The failure at its place, then what its expression was given, or everything that is wrong with the payload."""
    detail = failure.detail or {}
    errors = detail.get("errors", [])
    if failure.path and not errors:
        yield ErrorDetail(failure.path, failure.message)
    if detail.get("input"):
        yield ErrorDetail(failure.path, f"the input was {detail['input']}")
    for error in errors:
        path = f"operations[{error['operation_index']}]" if "operation_index" in error else ""
        yield ErrorDetail(path, error["message"])


def simulate(
    *, organization: Organization, configuration: JSONValue, body: bytes, form: str, facts: Facts
) -> JSONObject:
    """What would be written for an organization, as api.md 13.3 shows it. form is json or xml.

    Its schemas, environment and portals are known, and what it has stored is looked at for warnings. No transaction
    may be open.

    Raises SimulationFailed; Busy and NoChild where no mapping process is to be had.
    """
    parsed = _parsed(configuration)
    lookups = lookups_of(organization=organization)
    named = lookups.for_slugs({entry.schema for entry in parsed.entities})
    mapping = _mapped(configuration, Job(body, form, facts), named)
    if mapping.failure is not None:
        raise SimulationFailed(mapping.failure)
    warnings = chain(advice_on(parsed, lookups.schemas), shortened_lists(organization, mapping.updates))
    return _with_warnings(simulation_document(mapping, parsed), warnings)


def simulate_direct(
    *, organization: Organization, configuration: JSONValue, body: bytes, form: str, facts: Facts
) -> JSONObject:
    """Whether a payload that names operations itself would be taken, and what it would do (mapping.md 1.12).

    configuration is that of a direct use case. Raises SimulationFailed where the payload is no JSON at all or the
    configuration is no good; Busy and NoChild as above.
    """
    parsed = _parsed(configuration)
    mapping = _mapped(configuration, Job(body, form, facts), NOTHING_KNOWN)
    document = direct_document(mapping)
    if mapping.failure is not None:
        if not mapping.failure.code.startswith(DIRECT):
            raise SimulationFailed(mapping.failure)
        return document
    advice = advice_on_direct(parsed, mapping.updates, book_of(organization).schemas)
    return _with_warnings(document, chain(advice, shortened_lists(organization, mapping.updates)))


def _with_warnings(document: JSONObject, more: Iterable[JSONValue]) -> JSONObject:
    told = document.get("warnings")
    warnings: list[JSONValue] = [*(told if isinstance(told, list) else []), *more]
    return document | {"warnings": warnings} if warnings else document


def facts_of(event: InboundEvent) -> Facts:
    """What an expression knew of a stored event when it was processed, and would in its replay."""
    return Facts(
        event_type=event.event_type,
        event_name=event.event_name,
        use_case_slug=event.use_case_slug,
        timestamp=event.sent_at.isoformat() if event.sent_at else "",
        correlation_id=event.correlation_id,
        millis=int(event.received_at.timestamp() * 1000),
        random=(event.origin_id.int & LOW_BITS) / (LOW_BITS + 1),
        advise=True,
    )


def fresh_facts(*, event_type: str = "", event_name: str = "", use_case_slug: str = "") -> Facts:
    """What an expression would know of an event that arrived at this moment."""
    at = clock.now()
    return Facts(
        event_type=event_type,
        event_name=event_name,
        use_case_slug=use_case_slug,
        timestamp=at.isoformat(),
        millis=int(at.timestamp() * 1000),
        random=random.random(),  # noqa: S311 -- what $random() answers, no secret
        advise=True,
    )


def count_run(principal: Principal, at: datetime) -> Allowance | None:
    """Count one run of the caller. Raises RateLimited."""
    if principal.user_id is not None:
        key, limit = f"simulation:user:{principal.user_id}", PAGE_RUNS_PER_MINUTE
    else:
        key, limit = f"simulation:{principal.organization_id}", settings.HUB_SIMULATION_LIMIT_PER_MINUTE
    allowance = count(key, limit, at)
    if allowance is not None and allowance.is_spent:
        raise RateLimited(f"More than {limit} simulations in one minute.", allowance)
    return allowance


def simulation_pool() -> ChildPool:
    """The children that simulations of this process run in; their limits are the strict ones."""
    return pool_of(MAPPING_PROGRAM, INTERACTIVE)


def _parsed(configuration: JSONValue) -> InboundConfiguration:
    try:
        return parse_configuration(configuration)
    except Invalid as error:
        failure = SimulationFailed(Failure("USE_CASE_MISSING_CONFIG", error.message))
        failure.details = error.details
        failure.path = error.details[0].path if error.details else ""
        raise failure from error


def _mapped(configuration: JSONValue, job: Job, lookups: Lookups) -> EventMapping:
    problem = find_problem(job.body, job.format)
    if problem is not None:
        raise SimulationFailed(Failure("MALFORMED_PAYLOAD", problem))
    plan = _as_bytes(closed(configuration, lookups))
    [answer] = simulation_pool().run(hashlib.sha256(plan).hexdigest(), plan, [encode_job(job)])
    if isinstance(answer, ChildFailure):
        message = f"{answer.message} ({LIVE_HAS_MORE})" if answer.is_resource_limit else answer.message
        raise SimulationFailed(Failure("MAPPING_EXPRESSION_FAILED", message))
    mapping = decode_mapping(answer)
    if mapping.failure is not None and f"{TOO_SLOW}:" in mapping.failure.message:
        raise SimulationFailed(
            msgspec.structs.replace(mapping.failure, message=f"{mapping.failure.message} ({LIVE_HAS_MORE})")
        )
    return mapping


def _as_bytes(configuration: JSONValue) -> bytes:
    try:
        return orjson.dumps(configuration)
    except TypeError:  # an integer beyond 64 bits, which the fast encoder does not write
        return json.dumps(configuration).encode()
