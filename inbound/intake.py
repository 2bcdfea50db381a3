"""take_in: from the bytes of an intake request to its results; every door for events calls it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import msgspec
from django.conf import settings

from hub.accounts.grants import Capability, require
from hub.accounts.principals import Principal
from hub.errors import HubError
from inbound.receive import ItemResult, receive_batch
from inbound.receive.arrivals import Sender
from inbound.receive.envelope import Batch, parse_batch
from inbound.receive.store import ConfigurationMoved

MOST_REPEATS = 10
"""How often a batch starts again because the configuration changed under it."""
OUTDATED_VERSIONS = (1, 2)

Identify = Callable[[bool], Principal]
"""The caller; True asks for facts fresh from the database, False allows remembered ones."""


class ConfigurationChanging(HubError):
    """The configuration kept changing while a batch was being stored; nothing of it was."""

    code = "CONFIGURATION_CHANGING"
    status = 503


class Answer(msgspec.Struct, frozen=True):
    """The body of a 200: one result per event, in request order."""

    results: Sequence[ItemResult]


def take_in(*, body: bytes, version: int, identify: Identify, at: datetime, hop: int = 0) -> Answer:
    """Check, store and answer one request. Raises HubError for whatever makes the whole request fail.

    The caller's facts may be remembered ones: the storing statement compares the configuration version, and when it
    has moved, everything is checked again against fresh facts (engine rule 3.1). hop: of the request, see hub/hops.py.
    """
    principal = _sender(identify(False))
    batch = parse_batch(body, version=version, most_events=settings.HUB_EVENTS_PER_REQUEST)
    for _ in range(MOST_REPEATS):
        try:
            return Answer(_receive(principal, batch, at, hop))
        except ConfigurationMoved:
            principal = _sender(identify(True))
    raise ConfigurationChanging("The configuration is being changed. Send the request again.")


def _sender(principal: Principal) -> Principal:
    require(principal, Capability.SEND)
    return principal


def _receive(principal: Principal, batch: Batch, at: datetime, hop: int) -> list[ItemResult]:
    sender = Sender(
        organization_id=principal.organization_id,
        config_version=principal.config_version,
        token_id=principal.token_id or "",
        check=partial(require, principal, Capability.SEND),
        hop=hop,
    )
    return receive_batch(sender=sender, batch=batch, at=at)
