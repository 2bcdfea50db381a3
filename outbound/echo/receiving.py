"""receive: a request to the echo receiver is checked, remembered, and answered as its plan says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson

from hub.accounts.models import Organization
from hub.environments.masking import mask_header
from hub.environments.redaction import MASK
from hub.environments.resolve import SecretUnavailable
from hub.errors import NotFound
from hub.ids import new_id
from outbound.delivering.requests import ACK_HEADER
from outbound.echo.forms import signed_part
from outbound.echo.memory import LONGEST_PAUSE_MS, MOST_BODY, Arrived, Plan, next_plan, remember
from outbound.models import Webhook
from outbound.signature_check import Checked, Received, check_signature
from outbound.signing import ID, SIGNATURE, TIMESTAMP
from outbound.webhooks.headers import sounds_secret

NAME: Final = re.compile(r"[a-z0-9-]{1,60}")
PATH: Final = "/echo/"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as it came; headers by their names in lower case."""

    name: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class EchoReply:
    """What to answer, after which pause."""

    status: int
    retry_after_s: int
    pause_ms: int


def echo_webhooks(organization: Organization) -> dict[str, Webhook]:
    """The webhooks of an organization that point to the echo receiver, by the end of their address."""
    rows = Webhook.objects.of(organization).filter(configuration__url__icontains=PATH).order_by("created_at", "id")
    return {name: row for row in rows if (name := name_of(row))}


def name_of(webhook: Webhook) -> str:
    """The end of the address of a webhook that points to the echo receiver; empty for any other."""
    url = webhook.configuration.get("url")
    _, found, name = url.partition(PATH) if isinstance(url, str) else ("", "", "")
    return name if found and NAME.fullmatch(name) else ""


def receive(incoming: Incoming, at: datetime) -> EchoReply:
    """Raises NotFound where no webhook points to that address."""
    pointing = Webhook.objects.filter(configuration__url__endswith=f"{PATH}{incoming.name}")
    webhook = pointing.order_by("-created_at", "id").select_related("organization").first()
    if webhook is None or not NAME.fullmatch(incoming.name):
        raise NotFound("No webhook points to this address.")
    plan = next_plan(incoming.name)
    reply = _reply(plan)
    remember(
        incoming.name,
        Arrived(
            id=new_id(),
            at=at,
            method=incoming.method,
            target=incoming.target,
            headers=tuple((name, _shown(name, value)) for name, value in incoming.headers.items()),
            body=incoming.body[:MOST_BODY],
            is_cut=len(incoming.body) > MOST_BODY,
            checked=_checked(webhook, incoming, at),
            answered=reply.status,
            ack_id=_ack_id(incoming),
        ),
    )
    return reply


def _reply(plan: Plan) -> EchoReply:
    pause_ms = min(plan.pause_ms, LONGEST_PAUSE_MS)
    if not plan.failures:
        return EchoReply(200, 0, pause_ms)
    return EchoReply(plan.status, plan.retry_after_s, pause_ms)


def _checked(webhook: Webhook, incoming: Incoming, at: datetime) -> Checked | None:
    if incoming.method == "OPTIONS":
        return None  # a trial of the connection carries no event
    headers = incoming.headers
    signed = signed_part(headers, incoming.body)
    received = Received(headers.get(ID, ""), headers.get(TIMESTAMP, ""), signed, headers.get(SIGNATURE, ""))
    try:
        return check_signature(webhook=webhook, received=received, at=at)
    except SecretUnavailable:
        return None


def _shown(name: str, value: str) -> str:
    return MASK if sounds_secret(name) else mask_header(name, value)


def _ack_id(incoming: Incoming) -> UUID | None:
    text = incoming.headers.get(ACK_HEADER, "") or _in_body(incoming.body)
    try:
        return UUID(text)
    except ValueError:
        return None


def _in_body(body: bytes) -> str:
    try:
        parsed = orjson.loads(body) if body else None
    except orjson.JSONDecodeError:
        return ""
    return str(parsed.get("_ack_id", "")) if isinstance(parsed, dict) else ""
