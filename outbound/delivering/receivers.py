"""Receiver: a webhook as the deliverer knows it, with everything that an attempt needs."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, TypeAlias

from hub import clock
from hub.environments.resolve import SecretUnavailable
from hub.errors import Invalid
from hub.json_types import ROOT
from outbound.models import Endpoint, Webhook
from outbound.signing import Signer
from outbound.signing_keys import signer_of
from outbound.uploads.receivers import UploadReceiver, is_upload, known_uploads
from outbound.webhooks.configuration import WebhookConfiguration
from outbound.webhooks.credentials import credentials_of

logger = logging.getLogger(__name__)

MOST_REMEMBERED: Final = 5_000
COMPLAINT_EVERY_S: Final = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Receiver:
    """Who gets deliveries. credentials may refer to the environment; secrets are filled in for each attempt."""

    webhook_id: str
    organization_id: int
    name: str
    configuration: WebhookConfiguration
    credentials: Mapping[str, str] = field(repr=False)
    signer: Signer = field(repr=False)

    @property
    def max_in_flight(self) -> int:
        """Requests that it gets side by side."""
        return self.configuration.max_in_flight

    @property
    def requests_per_minute(self) -> int | None:
        """None where there is no limit."""
        return self.configuration.requests_per_minute


AnyReceiver: TypeAlias = Receiver | UploadReceiver


class Ending(NamedTuple):
    """Why what waits for a webhook ends. spares_tests: a test goes out all the same."""

    code: str
    message: str
    spares_tests: bool = False


DISABLED: Final = Ending("WEBHOOK_DISABLED", "The webhook is disabled.", spares_tests=True)
DELETED: Final = Ending("WEBHOOK_DISABLED", "The webhook was deleted.")


@dataclass(frozen=True, slots=True)
class Known:
    """The receivers that deliveries wait for: those that take them now, and the circuits that are open."""

    receivers: Mapping[str, AnyReceiver]
    probing: frozenset[str]
    """Their circuit is open, and its next probe is due: one delivery goes out."""
    gone: Mapping[str, Ending]
    """Webhooks that take nothing any more: what waits for them ends."""


_remembered: dict[tuple[str, int, int], Receiver] = {}
"""By id, version, and how many former secrets still sign."""
_complained_s: dict[str, float] = {}
"""Webhook → when the log last heard that its secrets cannot be opened."""


def known_receivers(webhook_ids: Collection[str], at: datetime) -> Known:
    """Two queries, those that read a webhook whose version this process has not seen, and one for uploads."""
    uploads = known_uploads([one for one in webhook_ids if is_upload(one)])
    webhook_ids = [one for one in webhook_ids if not is_upload(one)]
    light = Webhook.objects.filter(pk__in=webhook_ids).only(
        "version", "enabled", "paused_at", "sealed_former_secret", "former_until", "earlier_secrets"
    )
    places = {
        row.pk: (row.pk, row.version, len(row.former_secrets(at)))
        for row in light
        if row.enabled and row.paused_at is None
    }
    enabled_of = {row.pk: row.enabled for row in light}
    gone = {one: _ending(enabled_of.get(one)) for one in webhook_ids if not enabled_of.get(one)}
    gone |= _read({place for place in places.values() if place not in _remembered}, at)
    open_circuits = dict(
        Endpoint.objects.filter(pk__in=[*places, *uploads.receivers], circuit=Endpoint.Circuit.OPEN).values_list(
            "pk", "probe_at"
        )
    )
    probing = frozenset(pk for pk, probe_at in open_circuits.items() if probe_at is None or probe_at <= at)
    able: dict[str, AnyReceiver] = {pk: _remembered[place] for pk, place in places.items() if place in _remembered}
    able |= uploads.receivers
    receivers = {pk: one for pk, one in able.items() if pk not in open_circuits or pk in probing}
    gone |= {one: Ending(*why, spares_tests=True) for one, why in uploads.gone.items()}
    return Known(receivers, probing, gone)


def _ending(enabled: bool | None) -> Ending:
    return DELETED if enabled is None else DISABLED


def receivers_of_tests(webhook_ids: Collection[str], at: datetime) -> dict[str, AnyReceiver]:
    """Those that can be used as they are stored, whatever holds their deliveries; one query, and their secrets."""
    uploads = known_uploads([one for one in webhook_ids if is_upload(one)], with_disabled=True)
    found: dict[str, AnyReceiver] = {**uploads.receivers}
    for webhook in Webhook.objects.filter(pk__in=webhook_ids) if webhook_ids else ():
        with contextlib.suppress(Invalid, SecretUnavailable):
            found[webhook.pk] = receiver_of(webhook, at)
    return found


def forget_all() -> None:
    """Read every webhook anew."""
    _remembered.clear()
    _complained_s.clear()


def _read(places: Collection[tuple[str, int, int]], at: datetime) -> dict[str, Ending]:
    """Remember the webhooks; those that cannot be used as they are stored are answered with the reason.

    One whose secrets cannot be opened now is left out: what waits for it goes on waiting for the key.
    """
    if len(_remembered) + len(places) > MOST_REMEMBERED:
        _remembered.clear()
    wanted = {place[0]: place for place in places}
    broken: dict[str, Ending] = {}
    for webhook in Webhook.objects.filter(pk__in=wanted):
        try:
            _remembered[webhook.pk, webhook.version, wanted[webhook.pk][2]] = receiver_of(webhook, at)
        except Invalid as error:
            broken[webhook.pk] = Ending("WEBHOOK_INCOMPLETE", error.message)
        except SecretUnavailable as error:
            _complain(webhook.pk, error.message)
    return broken


def _complain(webhook_id: str, why: str) -> None:
    """Every round meets the webhook again; the log hears of it once in a while."""
    now_s = clock.monotonic()
    if now_s - _complained_s.get(webhook_id, -COMPLAINT_EVERY_S) >= COMPLAINT_EVERY_S:
        _complained_s[webhook_id] = now_s
        logger.error("Deliveries to %s wait: %s", webhook_id, why)


def receiver_of(webhook: Webhook, at: datetime) -> Receiver:
    """The webhook with its secrets as it is stored, enabled or not. Raises Invalid, SecretUnavailable."""
    return Receiver(
        webhook_id=webhook.pk,
        organization_id=webhook.organization_id,
        name=webhook.name,
        configuration=WebhookConfiguration.parse(webhook.configuration, ROOT),
        credentials=credentials_of(webhook),
        signer=signer_of(webhook.organization_id, webhook, at),
    )
