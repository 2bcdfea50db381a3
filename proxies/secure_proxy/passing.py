"""pass_on: a request goes through the secure proxy that the caller names, and monitoring hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from hub import clock
from hub.accounts.audit import Act, Actor
from hub.accounts.audit import record as record_act
from hub.accounts.models import Organization
from hub.api.throttling import count
from hub.environments.trust.policies import usual_policy
from hub.errors import HubError
from integrations.models import UseCase
from monitoring.codes import Category, Level, get_code
from monitoring.record import MESSAGE_CHARACTERS, SECURE_PROXY, Span, record
from proxies.secure_proxy.forwarding import Forwarded, forward
from proxies.secure_proxy.modes import egress_of
from proxies.secure_proxy.policies import SSRF_BLOCKED, policy_of
from proxies.secure_proxy.queries import find_named, open_configuration_of
from proxies.secure_proxy.request import ProxyRequest

FIRST_FAILURE: Final = 400
AUDITED_PER_MINUTE: Final = 1
"""Refusals of one secure proxy that the audit trail keeps."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What belongs to a request and is not sent: whose it is, how many hubs it has passed, and what it is part of."""

    organization: Organization
    actor: Actor
    hop: int
    correlation_id: str
    at: datetime


def pass_on(wanted: ProxyRequest, passage: Passage) -> Forwarded:
    """The answer of the target.

    Raises UseCaseNotFound, SecureProxyDisabled, ModeUnavailable, and what forward raises. Must not be called within a
    transaction.
    """
    use_case = find_named(
        organization=passage.organization,
        integration_id=wanted.integration_id,
        use_case_id=wanted.use_case_id,
        slug=wanted.slug,
    )
    started = clock.monotonic()
    try:
        configuration = open_configuration_of(use_case)
        usual = usual_policy(passage.organization.pk, passage.organization.config_version)
        policy = policy_of(configuration, egress_of(configuration.vpc_mode), usual=usual)
        forwarded = forward(wanted, policy=policy, hop=passage.hop)
    except HubError as failure:
        if failure.code == SSRF_BLOCKED:
            _audit(use_case, wanted, passage)
        known = get_code(failure.code)
        _tell(use_case, wanted, passage, _Ending(failure.code, known.level, known.category, failure.message), started)
        raise
    _tell(use_case, wanted, passage, _ending_of(forwarded.status), started)
    return forwarded


def _audit(use_case: UseCase, wanted: ProxyRequest, passage: Passage) -> None:
    """Somebody asked for a place that nobody may reach. Once a minute: the trail is no log of attempts."""
    allowance = count(f"blocked:{use_case.pk}", AUDITED_PER_MINUTE, passage.at)
    if allowance is not None and allowance.is_spent:
        return
    act = Act("secure_proxy.blocked", "use_case", str(use_case.pk), {"host": wanted.url.host}, result="refused")
    record_act(organization=passage.organization, actor=passage.actor, act=act, at=passage.at)


@dataclass(frozen=True, slots=True)
class _Ending:
    code: str
    level: Level
    category: Category = Category.NONE
    message: str = ""


def _ending_of(status: int) -> _Ending:
    code = f"HTTP_{status}"
    if status < FIRST_FAILURE:
        return _Ending(code, Level.SUCCESS)
    return _Ending(code, Level.ERROR, Category.DOWNSTREAM_API, f"The target answered {status}.")


def _tell(use_case: UseCase, wanted: ProxyRequest, passage: Passage, ending: _Ending, started: float) -> None:
    """One span. It names method and host; paths, queries, headers and bodies may hold secrets of the caller."""
    span = Span(
        organization_id=passage.organization.pk,
        integration_id=use_case.integration_id,
        sync_type=SECURE_PROXY,
        level=str(ending.level),
        received_at=passage.at,
        completed_at=clock.now(),
        code=ending.code,
        category=str(ending.category),
        message=ending.message[:MESSAGE_CHARACTERS],
        use_case_id=use_case.pk,
        use_case_version=use_case.version,
        correlation_id=passage.correlation_id,
        duration_ms=round((clock.monotonic() - started) * 1000),
        detail={"method": wanted.method, "host": wanted.url.authority},
    )
    with transaction.atomic():
        record([span])
