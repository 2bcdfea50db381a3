"""call: the managed call of a schedule; may_pass: whether it pays to make it again."""

from __future__ import annotations

from typing import Final

from hub import clock
from hub.environments.resolve import SecretUnavailable
from hub.errors import HubError, Unavailable
from hub.http.failures import HttpFailure
from hub.http.oauth import TokenFailure
from hub.json_encoding import encode
from hub.json_types import JSONObject
from hub.jsonata.pool import Busy
from hub.jsonata.process import NoChild
from proxies.managed_call.calls import get_managed_call
from proxies.managed_call.failures import CallFailed
from proxies.managed_call.requests import Asked
from proxies.managed_call.running import called
from proxies.pulling.handing_on import IntakeUnsettled
from proxies.pulling.schedules import Scheduled
from proxies.waiting import TooManyWaiting

PASSING: Final = (Busy, NoChild, SecretUnavailable, Unavailable, TooManyWaiting, IntakeUnsettled)
"""What may be over when the page is read again."""
PASSING_STATUS: Final = frozenset({408, 425, 429})
"""Beside all from 500 on."""


def call(one: Scheduled, payload: JSONObject, correlation_id: str, hop: int) -> bytes:
    """The mapped result, JSON text. No transaction may be open. Raises CallFailed, of which monitoring knows by then,
    and TooManyWaiting, Busy and NoChild where nothing was sent for lack of room."""
    use_case = one.use_case
    organization = use_case.organization
    found = get_managed_call(
        organization_id=organization.pk,
        config_version=organization.config_version,
        integration_id=use_case.integration_id,
        slug=use_case.slug,
    )
    asked = Asked(use_case.integration_id, use_case.slug, payload, encode(payload), correlation_id, hop)
    return called(found, asked, at=clock.now())


def may_pass(error: HubError) -> bool:
    """Whether the same page may be read later. What somebody has to mend does not mend itself."""
    if isinstance(error, PASSING):
        return True
    if isinstance(error.__cause__, HttpFailure | TokenFailure):
        return error.__cause__.is_transient
    status = error.facts.get("status") if isinstance(error, CallFailed) else None
    return isinstance(status, int) and (status >= 500 or status in PASSING_STATUS)
