"""An attempt is a span that the receiver gets as the parent of what it does."""

from __future__ import annotations

from tests.collector import Collector, place_in
from tests.collector import collector as collector
from tests.outbound.world import World
from tests.receiver import Receiver, Reply


def test_the_receiver_gets_the_span_of_the_attempt(world: World, receiver: Receiver, collector: Collector) -> None:
    world.webhook()
    world.use_case()
    world.change_contact("SECRET-NUMBER")
    world.work()
    told = collector.named("deliver")
    assert place_in(receiver.requests[0].headers["traceparent"]) == told.place
    assert (told.kind, told.has_failed, told.attributes["http.response.status_code"]) == ("CLIENT", False, 200)
    assert (told.attributes["hub.attempt"], told.attributes["hub.webhook_id"]) == (1, "wh_1")
    assert told.attributes["hub.organization_id"] == str(world.organization.pk)
    assert not any(b"SECRET-NUMBER" in request.body for request in collector.receiver.requests)


def test_an_attempt_that_is_refused_has_failed(world: World, receiver: Receiver, collector: Collector) -> None:
    receiver.answer_in_turn(Reply(503, body=b"SECRET-ANSWER"))
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    told = collector.named("deliver")
    assert (told.has_failed, told.attributes["error.type"]) == (True, "503")
    assert not any(b"SECRET-ANSWER" in request.body for request in collector.receiver.requests)


def test_without_a_collector_receivers_get_no_trace(world: World, receiver: Receiver) -> None:
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    assert "traceparent" not in receiver.requests[0].headers


def test_a_header_that_the_webhook_names_itself_stays(world: World, receiver: Receiver, collector: Collector) -> None:
    own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    world.webhook(payloadConfiguration={"custom_headers": {"Traceparent": own}})
    world.use_case()
    world.change_contact()
    world.work()
    assert receiver.requests[0].headers["traceparent"] == own
    assert collector.spans
