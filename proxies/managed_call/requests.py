"""prepare: the request of a call, with everything in it but who calls; nothing is sent yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import orjson

from hub.environments.references import names_in
from hub.environments.resolve import Found, lookup, resolve_all, values_of
from hub.http.headers import WITH_BODY
from hub.http.messages import Headers, Request
from hub.json_types import JSONObject
from proxies.encodings import Position, is_json_type
from proxies.managed_call.calls import ManagedCall
from proxies.managed_call.failures import of_expression
from proxies.managed_call.targets import target_of
from proxies.mapping.evaluating import evaluate
from proxies.mapping.plan import Plan
from proxies.rendering import Values, render

CONTENT_TYPE: Final = "content-type"
JSON_TYPE: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants called. payload_text is the JSON text of payload, with every digit as it was sent.

    hop counts the hubs that the request has passed before this one.
    """

    integration_id: UUID
    slug: str
    payload: JSONObject = field(repr=False)
    payload_text: bytes = field(repr=False)
    correlation_id: str
    hop: int = 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request without credentials, and the secrets in it."""

    request: Request
    secrets: frozenset[str] = field(repr=False)


def prepare(call: ManagedCall, asked: Asked, at: datetime) -> Prepared:
    """Every reference is resolved before anything is rendered, and nothing is sent where one is missing.

    Raises ConfigurationError, SecretUnavailable, RenderingRefused, UrlRefused and CallFailed; Busy and NoChild where
    no expression can be evaluated.
    """
    configuration = call.configuration
    base = resolve_all(
        [call.base_url],
        organization_id=call.organization_id,
        single_line=True,
        config_version=call.config_version,
    )
    in_url = _found(call, [configuration.path, *configuration.query_params.values()], with_secrets=False)
    in_headers = _found(call, configuration.headers.values(), with_secrets=True)
    values = Values(asked.payload, in_url.texts, refuses_missing=True)
    url = target_of(base.texts[0], configuration.path, configuration.query_params, values)
    values = Values(asked.payload, in_headers.texts, refuses_missing=True)
    headers = tuple(
        (name, render(template, Position.HEADER, values)) for name, template in configuration.headers.items()
    )
    body, headers = _body(call, asked, headers, at)
    request = Request(configuration.method, url, headers, body, hop=asked.hop + 1)
    return Prepared(request, base.secrets | in_url.secrets | in_headers.secrets)


def environment_of(call: ManagedCall) -> JSONObject:
    """What ``$env`` tells: no secret is among it."""
    return dict(values_of(call.organization_id, call.config_version))


def _found(call: ManagedCall, templates: Iterable[str], *, with_secrets: bool) -> Found:
    """URLs end up in logs, so no secret goes into one."""
    return lookup(
        names_in(templates),
        organization_id=call.organization_id,
        with_secrets=with_secrets,
        single_line=True,
        config_version=call.config_version,
    )


def _body(call: ManagedCall, asked: Asked, headers: Headers, at: datetime) -> tuple[bytes | None, Headers]:
    """The body and the headers with its type; None for a method without one, or where the mapping yields nothing."""
    if call.configuration.method not in WITH_BODY:
        return None, headers
    text = _body_text(call, asked, at)
    if not text:
        return None, headers
    declared = next((value for name, value in headers if name.lower() == CONTENT_TYPE), None)
    if declared is None:
        return text, (*headers, ("Content-Type", JSON_TYPE))
    if text.startswith(b'"') and not is_json_type(declared):
        return str(orjson.loads(text)).encode(), headers
    return text, headers


def _body_text(call: ManagedCall, asked: Asked, at: datetime) -> bytes:
    """JSON text; empty where the mapping yields nothing."""
    expression = call.configuration.request_mapping
    if not expression:
        return msgspec.json.format(asked.payload_text, indent=-1)
    plan = Plan(expression, "request_mapping", environment=environment_of(call))
    bindings = {"payload": asked.payload_text, "correlation_id": orjson.dumps(asked.correlation_id)}
    mapped = evaluate(plan, asked.payload_text, bindings=bindings, at=at)
    if mapped.failure is not None:
        raise of_expression(mapped.failure)
    return mapped.text.encode()
