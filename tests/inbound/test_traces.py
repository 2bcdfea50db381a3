"""A slice has a trace of its own, linked to the requests that brought its events."""

from __future__ import annotations

import json

import pytest

from hub import clock
from hub.accounts.tokens import authenticate
from inbound.models import InboundEvent, InboundOutcome
from inbound.short_path import PATH
from tests.collector import Collector, place_in
from tests.collector import collector as collector
from tests.door import Door
from tests.inbound.conftest import Erp, customer, drain

INCOMING = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def body_of(erp: Erp, number: str) -> bytes:
    return json.dumps(erp.request(erp.event(customer(number, "SECRET-NAME")))).encode()


@pytest.mark.parametrize("way", [0, 1], ids=["long", "short"])
def test_an_event_keeps_the_span_of_its_request(
    erp: Erp, doors: tuple[Door, Door], collector: Collector, way: int
) -> None:
    doors[way].post(body_of(erp, "1"), HTTP_AUTHORIZATION=f"Bearer {erp.token.text}", HTTP_TRACEPARENT=INCOMING)
    told = collector.named(f"POST {PATH}")
    assert told.place == place_in(InboundEvent.objects.get().traceparent or "")
    assert (told.trace_id, told.parent_id) == place_in(INCOMING)


def test_a_slice_is_linked_to_every_request_once(erp: Erp, doors: tuple[Door, Door], collector: Collector) -> None:
    authenticate(f"Bearer {erp.token.text}", None, clock.now())
    for number in ("1", "2"):
        doors[1].post(body_of(erp, number), HTTP_AUTHORIZATION=f"Bearer {erp.token.text}")
    drain()
    requests = [one for one in collector.spans if one.kind == "SERVER"]
    mapped, applied = collector.named("map events"), collector.named("apply events")
    assert mapped.links == [one.place for one in requests]
    assert (mapped.kind, mapped.parent_id, mapped.attributes["hub.events"]) == ("CONSUMER", "", 2)
    assert (applied.trace_id, applied.parent_id) == mapped.place
    assert applied.attributes["hub.integration_id"] == str(erp.integration.pk)


def test_nothing_of_a_payload_is_told(erp: Erp, doors: tuple[Door, Door], collector: Collector) -> None:
    doors[0].post(body_of(erp, "1"), HTTP_AUTHORIZATION=f"Bearer {erp.token.text}")
    drain()
    assert collector.spans
    sent = b"".join(request.body for request in collector.receiver.requests)
    assert not [word for word in (b"SECRET-NAME", erp.token.text.encode()) if word in sent]


def test_where_nobody_traces_an_event_keeps_nothing(erp: Erp, doors: tuple[Door, Door]) -> None:
    doors[0].post(body_of(erp, "1"), HTTP_AUTHORIZATION=f"Bearer {erp.token.text}", HTTP_TRACEPARENT=INCOMING)
    drain()
    assert (InboundEvent.objects.get().traceparent, InboundOutcome.objects.get().status) == (None, "success")
