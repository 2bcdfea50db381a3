"""hand_on: the items of a page go the way of every event, through the normal intake."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from django.conf import settings

from hub.accounts.models import Organization
from hub.errors import HubError
from hub.ids import to_text
from inbound.receive import Batch, ItemResult, Submitted, receive_batch
from inbound.receive.arrivals import Sender
from inbound.receive.store import ConfigurationMoved

RUN_PREFIX: Final = "pull_"
MOST_REPEATS: Final = 10
"""How often a batch starts again because the configuration changed under it."""
TAKEN: Final = frozenset({"success", "skipped"})
"""A repeated item is skipped: it was taken the first time."""
IGNORED: Final = "ignored"


class IntakeUnsettled(HubError):
    """The configuration kept changing while items were handed on."""

    code = "CONFIGURATION_CHANGING"
    status = 503


class NobodyTakesThem(HubError):
    """The inbound use case is not there, of another type, or disabled: going on would pass over records."""

    code = "PULL_TARGET_UNUSABLE"
    status = 409


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom items are for. run_id is what their correlation id tells, hop how many flows led to them."""

    organization_id: int
    integration_id: UUID
    slug: str
    run_id: UUID
    hop: int = 0


@dataclass(frozen=True, slots=True)
class Handed:
    """How many items were taken, and why the first of the others was not."""

    taken: int
    refused: int
    reason: str = ""


def hand_on(items: Sequence[bytes], *, to: Recipient, at: datetime) -> Handed:
    """Store the items, JSON texts, durably as events of the use case. Raises IntakeUnsettled and NobodyTakesThem.

    The same item of the same run is taken once, however often its page is read.
    """
    fit = [one for one in items if one.startswith(b"{") and one != b"{}"]
    results: list[ItemResult] = []
    for start in range(0, len(fit), settings.HUB_EVENTS_PER_REQUEST):
        results += _taken(_receive(fit[start : start + settings.HUB_EVENTS_PER_REQUEST], to, at), to)
    refused = [one.message for one in results if one.status not in TAKEN]
    unfit = len(items) - len(fit)
    reasons = [*refused, *(["An item is no JSON object with members."] if unfit else [])]
    return Handed(len(results) - len(refused), len(refused) + unfit, reasons[0] if reasons else "")


def _taken(results: list[ItemResult], to: Recipient) -> list[ItemResult]:
    if any(one.status == IGNORED for one in results):
        raise NobodyTakesThem(f"The use case {to.slug} takes no events: it is missing, disabled or no inbound one.")
    return results


def _receive(items: Sequence[bytes], to: Recipient, at: datetime) -> list[ItemResult]:
    batch = Batch([_event(one, to, at) for one in items], integration_id=to.integration_id)
    for _ in range(MOST_REPEATS):
        organization = Organization.objects.get(pk=to.organization_id)
        try:
            sender = Sender(organization.pk, organization.config_version, hop=to.hop)
            return receive_batch(sender=sender, batch=batch, at=at)
        except ConfigurationMoved:
            continue
    raise IntakeUnsettled("The configuration kept changing while items were handed on. They are handed on again.")


def _event(item: bytes, to: Recipient, at: datetime) -> Submitted:
    return Submitted(
        timestamp=at,
        payload=msgspec.Raw(item),
        use_case_slug=to.slug,
        deduplication_id=f"{to.run_id.hex}-{hashlib.sha256(item).hexdigest()}",
        correlation_id=to_text(RUN_PREFIX, to.run_id),
    )
