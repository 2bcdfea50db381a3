"""execute: a managed call from the payload to its mapped answer, step by step (proxies-and-security.md 4.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import orjson

from hub import clock
from hub.accounts.models import Organization
from hub.database import no_transaction_is_open
from hub.environments.trust.policies import usual_policy
from hub.http.addresses import EgressPolicy
from hub.http.kept import send_kept
from hub.http.messages import MANAGED_CALL, Answer, Budget, Request
from hub.json_types import JSONPath
from proxies.authentication import Credentials, Owner, Send, credentials_of, forget_token
from proxies.managed_call.answers import document_of, headers_text
from proxies.managed_call.calls import ManagedCall
from proxies.managed_call.failures import of_expression
from proxies.managed_call.requests import Asked, Prepared, environment_of, prepare
from proxies.mapping.evaluating import evaluate
from proxies.mapping.plan import Plan
from proxies.routing import route_of
from proxies.waiting import waiting_for_upstream

UNAUTHORIZED: Final = 401
WHOLE_S: Final = 30.0
"""For all requests of a call together: a token, the call, another token, the call again."""
AUTH_AT: Final = JSONPath("connector_config.auth")
BODY_NAME: Final = "data"
"""Expressions may call the body so, as the guides do."""


@dataclass(slots=True)
class Course:
    """How far a call has come, for whoever tells of it, also where it fails; secrets are what redact has to mask."""

    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    sent: Request | None = field(default=None, repr=False)
    answer: Answer | None = field(default=None, repr=False)
    result: bytes = field(default=b"", repr=False)
    """JSON text."""


def execute(call: ManagedCall, asked: Asked, *, at: datetime, course: Course) -> bytes:
    """The mapped answer as JSON text. No transaction may be open.

    Raises TooManyWaiting, Busy and NoChild where there is no room for it now, and HubError of every step that can fail
    (failures.of_any). A token that is refused is replaced once, and the request repeated: the only repetition.
    """
    no_transaction_is_open()
    with waiting_for_upstream():
        prepared = prepare(call, asked, at)
        course.secrets = prepared.secrets
        answer = _exchanged(call, prepared, course)
        body = document_of(answer, course.secrets)
        course.result = _mapped(call, asked, answer, body, at)
    return course.result


def _exchanged(call: ManagedCall, prepared: Prepared, course: Course) -> Answer:
    send = _sender(call)
    answer, credentials = _sent(call, prepared, course, send)
    if answer.status == UNAUTHORIZED and forget_token(credentials):
        answer, _ = _sent(call, prepared, course, send)
    return answer


def _sent(call: ManagedCall, prepared: Prepared, course: Course, send: Send) -> tuple[Answer, Credentials]:
    credentials = _credentials(call, prepared.request, send)
    course.secrets |= credentials.secrets
    own = {name.lower() for name, _ in prepared.request.headers}
    added = tuple((name, value) for name, value in credentials.headers if name.lower() not in own)
    course.sent = replace(prepared.request, headers=(*prepared.request.headers, *added))
    course.answer = send(course.sent, _budget(call))
    return course.answer, credentials


def _credentials(call: ManagedCall, request: Request, send: Send) -> Credentials:
    """None of its own where the operation sets Authorization itself."""
    if any(name.lower() == "authorization" for name, _ in request.headers):
        return Credentials()
    route = call.configuration.secure_proxy_slug or ""
    owner = Owner(call.organization_id, call.integration_id, route, call.config_version)
    return credentials_of(call.auth, owner=owner, at=AUTH_AT, send=send)


def _sender(call: ManagedCall) -> Callable[[Request, Budget], Answer]:
    policy = _policy(call)
    until = clock.monotonic() + WHOLE_S

    def send(request: Request, budget: Budget) -> Answer:
        left = replace(budget, total_s=min(budget.total_s, max(0.0, until - clock.monotonic())))
        return send_kept(request, organization_id=call.organization_id, policy=policy, budget=left)

    return send


def _policy(call: ManagedCall) -> EgressPolicy:
    """Never directly where a secure proxy is named. Raises what route_of raises."""
    slug = call.configuration.secure_proxy_slug
    if not slug:
        return usual_policy(call.organization_id, call.config_version)
    organization = Organization(id=call.organization_id)
    return route_of(
        organization=organization, integration_id=call.integration_id, slug=slug, config_version=call.config_version
    )


def _budget(call: ManagedCall) -> Budget:
    timeout_ms = call.configuration.timeout_ms
    return MANAGED_CALL if timeout_ms is None else replace(MANAGED_CALL, total_s=timeout_ms / 1000)


def _mapped(call: ManagedCall, asked: Asked, answer: Answer, body: bytes, at: datetime) -> bytes:
    """Null where the mapping yields nothing."""
    expression = call.configuration.response_mapping
    if not expression:
        return body
    plan = Plan(expression, "response_mapping", BODY_NAME, environment_of(call))
    bindings = {
        BODY_NAME: body,
        "status": orjson.dumps(answer.status),
        "headers": headers_text(answer),
        "payload": asked.payload_text,
        "correlation_id": orjson.dumps(asked.correlation_id),
    }
    mapped = evaluate(plan, body, bindings=bindings, at=at)
    if mapped.failure is not None:
        raise of_expression(mapped.failure)
    return mapped.text.encode() or b"null"
