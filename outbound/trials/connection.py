"""try_connection: how far one comes on the way to a webhook's receiver, step by step, without delivering anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from hub import clock
from hub.accounts.models import Organization
from hub.database import no_transaction_is_open
from hub.environments.redaction import redact
from hub.environments.resolve import SecretUnavailable
from hub.errors import Invalid
from hub.http.client import send
from hub.http.failures import HttpFailure
from hub.http.messages import CONNECTION_TEST, Answer, Request
from hub.http.oauth import Token, TokenFailure
from hub.http.reaching import Reached, reach
from hub.http.sockets import Stage
from outbound.delivering.authorizing import fetch
from outbound.delivering.requests import TOKEN_FAILED, Outgoing
from outbound.models import Webhook
from outbound.trials.requests import HARMLESS, INCOMPLETE, request_of
from outbound.trials.steps import Step, StepName, StepStatus, failed, ok, skipped
from outbound.webhooks.authentication import ApiKey, Basic, secret_name_of
from outbound.webhooks.queries import get_webhook

REFUSING: Final = frozenset({401, 403})
GONE: Final = 410
NOT_IMPLEMENTED: Final = 501
_STEP_OF: Final[Mapping[Stage, StepName]] = {
    Stage.ADDRESS: StepName.ADDRESS,
    Stage.NAME: StepName.DNS,
    Stage.CONNECT: StepName.CONNECT,
    Stage.SECURE: StepName.TLS,
}
_NOTHING_TO_DO: Final = {
    StepName.DNS: "The address is a number: there is nothing to look up.",
    StepName.TLS: "Plain http, which whoever runs the hub has allowed for this host.",
}


@dataclass(frozen=True, slots=True)
class ConnectionTrial:
    """Every step, in its order. status_code: what the receiver answered, None where it did not."""

    steps: tuple[Step, ...]
    status_code: int | None = None

    @property
    def is_ok(self) -> bool:
        """Whether no step failed."""
        return all(step.status is not StepStatus.FAILED for step in self.steps)


def try_connection(*, organization: Organization, webhook_id: str, at: datetime) -> ConnectionTrial:
    """Look up the receiver's name, connect, agree on TLS, fetch a token, and ask with OPTIONS: nothing is delivered.

    Works for a webhook that is disabled, paused or incomplete, too. Under the same address policy as deliveries. Takes
    up to some 30 s; must not be called within a transaction. Raises WebhookNotFound. No step holds a secret.
    """
    webhook = get_webhook(organization=organization, webhook_id=webhook_id)
    no_transaction_is_open()
    try:
        outgoing = request_of(webhook, at)
    except (Invalid, SecretUnavailable) as problem:
        return ConnectionTrial(tuple(_all_after(failed(StepName.ADDRESS, 0.0, problem.message, problem.code))))
    return _Trial(webhook, outgoing).run()


class _Trial:
    def __init__(self, webhook: Webhook, outgoing: Outgoing) -> None:
        self._webhook = webhook
        self._outgoing = outgoing
        self._policy = outgoing.policy
        self._status_code: int | None = None

    def run(self) -> ConnectionTrial:
        """Until a step fails; no message holds a secret."""
        steps = list(self._steps())
        clean = (replace(step, message=redact(step.message, self._outgoing.secrets)) for step in _all_after(*steps))
        return ConnectionTrial(tuple(clean), self._status_code)

    def _steps(self) -> Iterator[Step]:
        reached = reach(self._outgoing.request.url, policy=self._policy, budget=CONNECTION_TEST)
        yield from _steps_of(reached)
        if reached.failure is not None:
            return
        authentication, token = self._authenticate()
        yield authentication
        if authentication.status is not StepStatus.FAILED:
            yield self._ask(token)

    def _authenticate(self) -> tuple[Step, Token | None]:
        name, one = StepName.AUTHENTICATION, self._outgoing.parcel.receiver.configuration.authentication
        secret = secret_name_of(one)
        if secret is not None and secret not in self._webhook.sealed_secrets:
            return failed(name, 0.0, f"The secret is not set: enter {secret}.", INCOMPLETE), None
        if isinstance(one, ApiKey):
            return ok(name, 0.0, f"The key goes along in the header {one.key_name}."), None
        if isinstance(one, Basic):
            return ok(name, 0.0, "User name and password go along."), None
        if self._outgoing.token is None:
            return skipped(name, "Nothing but the signature says who calls."), None
        return self._fetch(self._outgoing.token)

    def _fetch(self, order: Request) -> tuple[Step, Token | None]:
        started = clock.monotonic()
        try:
            token = fetch(order, self._policy)
        except TokenFailure as failure:
            return failed(StepName.AUTHENTICATION, _since(started), failure.message, TOKEN_FAILED), None
        return ok(StepName.AUTHENTICATION, _since(started), "The token server gave a token."), token

    def _ask(self, token: Token | None) -> Step:
        request, started = self._outgoing.request, clock.monotonic()
        if token is not None:
            request = replace(request, headers=(*request.headers, ("Authorization", f"Bearer {token.text}")))
        try:
            answer = send(request, policy=self._policy, budget=CONNECTION_TEST)
        except HttpFailure as failure:
            return failed(StepName.HTTP, _since(started), failure.message, failure.code)
        self._status_code = answer.status
        return _judged(answer)


def _steps_of(reached: Reached) -> Iterator[Step]:
    """Of the stages that were begun, and those in between that there was no need for."""
    for stage, name in _STEP_OF.items():
        took_ms = reached.took_ms.get(stage)
        if stage == reached.last and reached.failure is not None:
            yield failed(name, took_ms or 0.0, reached.failure.message, reached.failure.code)
            return
        yield skipped(name, _NOTHING_TO_DO[name]) if took_ms is None else ok(name, took_ms, _said(name, reached))


def _said(name: StepName, reached: Reached) -> str:
    return {
        StepName.ADDRESS: "The address is complete, and the hub may call it.",
        StepName.DNS: "The name leads to an address.",
        StepName.CONNECT: f"Connected to {reached.address}." if reached.address else "Connected.",
        StepName.TLS: "The connection is encrypted, and the certificate is valid.",
    }[name]


def _judged(answer: Answer) -> Step:
    """What the answer to a request without an event says. Many receivers know no OPTIONS: that is no failure."""
    took_ms, status = answer.timings.total_ms - answer.timings.dns_ms - answer.timings.connect_ms, answer.status
    code = f"HTTP_{status}"
    if status in REFUSING:
        why = f"The receiver answered {status}: it does not take the credentials, or knows no {HARMLESS}."
        return failed(StepName.HTTP, took_ms, why, code)
    if status == GONE:
        why = "The receiver answered 410: it wants nothing any more. A delivery answered so switches the webhook off."
        return failed(StepName.HTTP, took_ms, why, code)
    if status >= 500 and status != NOT_IMPLEMENTED:
        return failed(StepName.HTTP, took_ms, f"The receiver answered {status}: it has a problem of its own.", code)
    if 300 <= status < 400:
        why = (
            f"The receiver answered {status} and points elsewhere, where the hub does not follow. Correct the address."
        )
        return failed(StepName.HTTP, took_ms, why, code)
    if status >= 400:
        return ok(StepName.HTTP, took_ms, f"The receiver answered {status} to {HARMLESS}; a test delivery shows more.")
    return ok(StepName.HTTP, took_ms, f"The receiver answered {status}.")


def _all_after(*steps: Step) -> Iterator[Step]:
    """The steps, and those that were not reached."""
    yield from steps
    done = {step.name for step in steps}
    yield from (skipped(name) for name in StepName if name not in done)


def _since(started: float) -> float:
    return (clock.monotonic() - started) * 1000
