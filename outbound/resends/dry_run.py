"""dry_run: what the mappings of now would make of deliveries, beside what was sent; nothing is written or sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import orjson

from hub import clock
from hub.accounts.audit import SYSTEM
from hub.accounts.models import Organization
from hub.events.models import CoreEvent
from hub.json_types import JSONObject, JSONValue
from integrations.differences import Difference, differences
from outbound.bodies import find_bodies
from outbound.models import Delivery, DeliveryBody, DeliveryInput, DeliveryState
from outbound.payloads.inputs import Origin
from outbound.payloads.making import made, problem_of
from outbound.payloads.ready import Ready
from outbound.resending import Resending, copies_of

MOST_TRIED: Final = 20
"""Deliveries of one dry run: somebody waits for it and reads it."""
REQUEST: Final = "request"
"""Stands before the places of a request, whose body has none."""
COMPARED: Final = ("method", "url")
"""Of a request. Its headers may hold what nobody is to read."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What one delivery would become. state: waiting where it would go out, else how it would end, with code and
    message. differences: of the body, then of the request; had_body: whether what was sent is there to compare with.
    deliveries: so many, where its files go out one by one. is_renewed: its event was malformed and is worked out
    again first, so nobody knows its body before. is_polled: the ERP takes it from its queue instead.
    """

    delivery_id: UUID
    state: DeliveryState
    code: str
    message: str
    differences: Sequence[Difference]
    had_body: bool
    deliveries: int = 1
    is_renewed: bool = False
    is_polled: bool = False

    @property
    def is_same(self) -> bool:
        """Whether what goes out is what went out before."""
        is_sent = self.state is DeliveryState.WAITING and not self.is_renewed and not self.is_polled
        return is_sent and self.had_body and not self.differences


def dry_run(*, organization: Organization, delivery_ids: Sequence[UUID]) -> list[Tried]:
    """The first MOST_TRIED of them, made anew in memory by the code that makes them for real, in their order.

    Those that are gone, or of which nothing is kept, are left out. No transaction may be open. Raises Busy and NoChild
    where no process that evaluates is to be had.
    """
    rows = {row.id: row for row in Delivery.objects.of(organization).filter(id__in=delivery_ids[:MOST_TRIED])}
    originals = [rows[one] for one in delivery_ids[:MOST_TRIED] if one in rows]
    origins = _origins(originals)
    going = [one for one in originals if one.id in origins]
    copies = copies_of(organization, going, Resending(SYSTEM, is_anew=True), clock.now())
    bodies = find_bodies([one.id for one in going])
    due = [(new, origins[one.id]) for one, new in zip(going, copies, strict=True)]
    sure = [pair for pair in due if _is_known(pair[1])]
    ready = {one.delivery.id: one for one in made(sure)} if sure else {}
    return [
        _tried(one, ready[new.id], bodies.get(one.id)) if new.id in ready else _renewed(one)
        for one, new in zip(going, copies, strict=True)
    ]


def _origins(originals: Sequence[Delivery]) -> Mapping[UUID, Origin]:
    """By original; two queries."""
    events = {row.pk: row for row in CoreEvent.objects.filter(pk__in={one.core_event_id for one in originals})}
    inputs = {row.pk: row for row in DeliveryInput.objects.filter(pk__in=[one.id for one in originals])}
    found: dict[UUID, Origin] = {one.id: inputs[one.id] for one in originals if one.id in inputs}
    return found | {one.id: events[one.core_event_id] for one in originals if one.core_event_id in events}


def _is_known(origin: Origin) -> bool:
    """Whether the event is as it will be when the delivery is made."""
    return not problem_of(origin) and not (isinstance(origin, CoreEvent) and origin.state == CoreEvent.State.RAW)


def _renewed(original: Delivery) -> Tried:
    return Tried(original.id, DeliveryState.WAITING, "", "", (), had_body=False, is_renewed=True)


def _tried(original: Delivery, ready: Ready, body: DeliveryBody | None) -> Tried:
    is_polled = ready.queued is not None
    is_sent = ready.state is DeliveryState.WAITING
    return Tried(
        delivery_id=original.id,
        state=ready.state,
        code=ready.code,
        message=ready.message,
        differences=_differences(body, ready) if body is not None and is_sent else (),
        had_body=body is not None,
        deliveries=max(len(ready.parts), 1),
        is_polled=is_polled,
    )


def _differences(body: DeliveryBody, ready: Ready) -> list[Difference]:
    found = differences(_document(bytes(body.body)), _document(ready.body))
    before, after = _request(body.request), _request(ready.template or {})
    return found + differences({REQUEST: before}, {REQUEST: after})


def _document(body: bytes) -> JSONValue:
    """What is no JSON is one text."""
    try:
        document: JSONValue = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body.decode("utf-8", "replace")
    return document


def _request(request: JSONObject) -> JSONObject:
    return {name: request[name] for name in COMPARED if name in request}
