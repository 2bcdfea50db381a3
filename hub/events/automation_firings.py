"""fired_once: an event that only automations fire is published once per trigger source, whoever repeats it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import orjson

from hub.accounts.models import Organization
from hub.errors import Conflict, ErrorDetail, Invalid
from hub.events.models import AutomationFiring, CoreEvent
from hub.events.publishing import Published
from hub.events.requests import Firing


class SourceReused(Conflict):
    """The same execution and action has fired the event before, from something else."""

    code = "TRIGGER_SOURCE_REUSED"


def find_fired(organization: Organization, firing: Firing) -> Published | None:
    """What the trigger source has led to already. Raises SourceReused when that was from another seed or fields."""
    row = AutomationFiring.objects.of(organization).filter(name=firing.name, source=firing.source).first()
    return None if row is None else _published(row, firing)


def fired_once(organization: Organization, firing: Firing, publish: Callable[[], Published], at: datetime) -> Published:
    """What publish publishes, unless the trigger source has led to an event already, which is answered then.

    Must run inside the transaction of publish: of two at a time the second waits for the first. Raises SourceReused.
    """
    row, is_first = AutomationFiring.objects.get_or_create(
        organization=organization,
        name=firing.name,
        source=firing.source,
        defaults={"fingerprint": _fingerprint(firing), "event_id": UUID(int=0), "fired_at": at},
    )
    if not is_first:
        return _published(row, firing)
    published = publish()
    AutomationFiring.objects.filter(pk=row.pk).update(event_id=published.id)
    return published


def _published(row: AutomationFiring, firing: Firing) -> Published:
    if row.fingerprint != _fingerprint(firing):
        raise SourceReused(f"{firing.source} has fired {firing.name} before, from another seed or with other fields.")
    event = CoreEvent.objects.filter(organization_id=row.organization_id, pk=row.event_id).first()
    return Published(
        id=row.event_id,
        organization_id=row.organization_id,
        name=row.name,
        occurred_at=event.occurred_at if event else row.fired_at,
        is_ready=True,
        ack_id=event.ack_id if event else row.event_id,
        entity_id=event.entity_id if event else None,
        correlation_id=event.correlation_id if event else "",
        use_case_id=None,
        chain=event.chain if event else (),
        is_test=firing.is_test,
    )


def _fingerprint(firing: Firing) -> str:
    """What is asked for, but for what a repetition may say differently. Raises Invalid for a number beyond 64 bits."""
    seed = None if firing.seed is None else [str(firing.seed.entity_id), firing.seed.node_id]
    asked = [seed, dict(firing.fields), sorted(firing.skipped)]
    try:
        document = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        detail = ErrorDetail("fields", "hold a number beyond 64 bits; it can be sent as a text")
        raise Invalid(f"{detail.path} {detail.message}.", details=[detail]) from error
    return hashlib.sha256(document).hexdigest()
