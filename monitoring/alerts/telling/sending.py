"""send: one message through one channel; the answer, or why not."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import datetime
from typing import Final

import orjson
from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from hub.database import no_transaction_is_open
from hub.environments.redaction import redact
from hub.environments.resolve import ConfigurationError, SecretUnavailable
from hub.environments.trust.policies import usual_policy
from hub.errors import HubError
from hub.http.client import send as send_request
from hub.http.failures import FailureKind, HttpFailure
from hub.http.messages import KIB, Budget, Request
from hub.http.url import parse as parse_url
from monitoring.alerts.channels import Kind, address_of, recipients, secret_of
from monitoring.alerts.telling.messages import Message, mail_text, slack_body, teams_body, webhook_body
from monitoring.models import AlertChannel

PATIENCE_S: Final = 10.0
"""A chat answers at once or is tried again."""
BUDGET: Final = Budget(connect_s=5, total_s=PATIENCE_S, request_bytes=256 * KIB, read_bytes=64 * KIB, kept_bytes=KIB)
TOO_MANY: Final = 429
SHOWN_OF_ANSWER: Final = 200
"""Characters of a refusal that the page of the channel shows."""


class NotSent(HubError):
    """The channel did not take the message. is_final: trying again changes nothing."""

    code = "ALERT_NOT_SENT"
    status = 502

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        super().__init__(message[:500])
        self.is_final = is_final


def send(channel: AlertChannel, message: Message, at: datetime, *, patience_s: float = PATIENCE_S) -> str:
    """What the other side answered, in words. Raises NotSent, also where no answer has come after so many seconds.
    Must not be called within a transaction."""
    no_transaction_is_open()
    try:
        address = address_of(channel)
    except (SecretUnavailable, ConfigurationError) as error:
        raise NotSent(f"The address cannot be read: {error}") from error
    if channel.kind == Kind.MAIL:
        return send_mail(recipients(address), message, patience_s=patience_s)
    return _post(channel, address, message, at, patience_s)


def send_mail(addresses: list[str], message: Message, *, patience_s: float = PATIENCE_S) -> str:
    """One mail to all of them. Raises NotSent, where there is no mail server for good, and where it says nothing for so
    many seconds."""
    if not settings.HUB_SENDS_MAIL:
        raise NotSent("This hub has no mail server; HUB_EMAIL_URL names one.", is_final=True)
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "hub"
    mail = EmailMessage(
        subject=message.heading,
        body=mail_text(message),
        to=addresses,
        headers={"Message-ID": f"<{message.id}@{host}>", "Auto-Submitted": "auto-generated"},
        connection=get_connection(timeout=patience_s),
    )
    try:
        mail.send()
    except OSError as error:  # smtplib's own failures are some, too
        if TimeoutError in {type(error), type(error.__context__)}:  # smtplib wraps one of its own around some
            raise NotSent(_unanswered("The mail server", patience_s)) from error
        raise _mail_failure(error) from error
    return f"The mail server took it for {', '.join(addresses)}."


def _mail_failure(error: OSError) -> NotSent:
    """A server that answers says why; 5xx is its last word."""
    code, answer = getattr(error, "smtp_code", None), getattr(error, "smtp_error", b"")
    if code is not None:
        said = answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
        return NotSent(f"The mail server answered {code} {said}.", is_final=500 <= code < 600)
    if refused := getattr(error, "recipients", None):
        return NotSent(f"The mail server refused {', '.join(refused)}.", is_final=True)
    return NotSent(f"The mail server cannot be reached: {type(error).__name__}.")


def _unanswered(who: str, patience_s: float) -> str:
    return f"{who} gave no answer within {patience_s:g} s."


def _post(channel: AlertChannel, address: str, message: Message, at: datetime, patience_s: float) -> str:
    body = orjson.dumps(_BODIES[channel.kind](message))
    headers = [("Content-Type", "application/json")]
    if channel.kind == Kind.WEBHOOK:
        headers += _signed(channel, message, body, at)
    budget = replace(BUDGET, connect_s=min(BUDGET.connect_s, patience_s), total_s=patience_s)
    try:
        request = Request("POST", parse_url(address), tuple(headers), body)
        policy = usual_policy(channel.organization_id)
        answer = send_request(request, policy=policy, budget=budget, forbid_in_transaction=no_transaction_is_open)
    except HttpFailure as error:
        raise NotSent(_why(error, request, budget), is_final=not error.is_transient) from error
    if 200 <= answer.status < 300:
        return f"{request.url.host} answered {answer.status}."
    told = " ".join(answer.body.decode(errors="replace").split())[:SHOWN_OF_ANSWER]
    told = redact(told, {address})
    is_final = answer.status < 500 and answer.status not in (408, TOO_MANY)
    raise NotSent(f"{request.url.host} answered {answer.status}: {told}".rstrip(": ") + ".", is_final=is_final)


def _why(error: HttpFailure, request: Request, budget: Budget) -> str:
    if error.kind is not FailureKind.TIMEOUT:
        return error.message
    # Where the network has a code of its own for it, no connection came about.
    return _unanswered(request.url.host, budget.connect_s if error.network_code else budget.total_s)


_BODIES: Final = {Kind.WEBHOOK.value: webhook_body, Kind.SLACK.value: slack_body, Kind.TEAMS.value: teams_body}


def _signed(channel: AlertChannel, message: Message, body: bytes, at: datetime) -> list[tuple[str, str]]:
    """As Standard Webhooks prescribes: whoever gets the same id again already has it."""
    message_id, moment = str(message.id), str(int(at.timestamp()))
    try:
        key = secret_of(channel)
    except SecretUnavailable as error:
        raise NotSent(f"The signing secret cannot be read: {error}") from error
    content = b".".join((message_id.encode(), moment.encode(), body))
    signature = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return [("webhook-id", message_id), ("webhook-timestamp", moment), ("webhook-signature", f"v1,{signature}")]
