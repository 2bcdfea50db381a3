"""A collector hears of what goes on, of nothing that was sent, and keeps nobody waiting."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time

import pytest

from hub.observing.context import telling
from hub.observing.traced import traced
from hub.tracing import spans
from hub.tracing.recorder import EXPORT_S
from tests.collector import place_in
from tests.receiver import Reply
from tools import ROOT

INCOMING = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
STARTED_WITHOUT = """
import sys, django
django.setup()
from hub.tracing import spans
with spans.span("work") as work:
    work.note({"a": 1})
print(spans.present() == "" and not [name for name in sys.modules if name.startswith("opentelemetry")])
"""


def test_spans_arrive_with_what_was_noted(collector):
    with spans.span("outer", spans.Kind.CONSUMER, attributes={"hub.events": 3}), spans.span("inner") as inner:
        inner.note({"is_small": True})
    outer, inner = collector.named("outer"), collector.named("inner")
    assert (outer.kind, outer.attributes, outer.parent_id, outer.has_failed) == (
        "CONSUMER",
        {"hub.events": 3},
        "",
        False,
    )
    assert (inner.trace_id, inner.parent_id, inner.attributes) == (*outer.place, {"is_small": True})


@pytest.mark.parametrize("ending", ["/", "/v1/traces", "/v1/traces/"])
def test_the_address_may_end_in_the_path_of_traces(collector, settings, ending):
    settings.HUB_OTEL_ENDPOINT += ending
    with spans.span("work"):
        pass
    assert collector.named("work").kind == "INTERNAL"


def test_a_span_carries_the_ids_of_the_log_lines(collector):
    with telling(organization_id=7, event_id="evt_1"), traced("work"):
        pass
    assert collector.named("work").attributes == {"hub.organization_id": "7", "hub.event_id": "evt_1"}


def test_a_parent_from_elsewhere_is_gone_on_with(collector):
    with spans.span("work", parent=INCOMING):
        assert place_in(spans.present())[0] == INCOMING[3:35]
    told = collector.named("work")
    assert (told.trace_id, told.parent_id) == place_in(INCOMING)


def test_whoever_asks_not_to_be_recorded_is_not(collector):
    with spans.span("work", parent=INCOMING[:-1] + "0"):
        assert spans.present().endswith("-00")
    assert collector.spans == []


def test_links_that_cannot_be_read_are_left_out_and_others_told_once(collector):
    with spans.span("work", links=[INCOMING, "nonsense", INCOMING]):
        pass
    assert collector.named("work").links == [place_in(INCOMING)]


def test_a_failure_is_told_by_its_class_and_not_by_what_it_says(collector):
    with pytest.raises(ValueError), spans.span("work"):
        raise ValueError("secret-payload")
    told = collector.named("work")
    assert (told.has_failed, told.attributes) == (True, {"error.type": "ValueError"})
    assert not any(b"secret-payload" in request.body for request in collector.receiver.requests)


def test_a_reason_that_was_given_stays(collector):
    with contextlib.suppress(ValueError), spans.span("work") as work:
        work.fail("TIMEOUT")
        raise ValueError
    assert collector.named("work").attributes == {"error.type": "TIMEOUT"}


def test_what_is_discarded_is_never_told(collector):
    with spans.span("work") as work:
        work.discard()
    assert collector.spans == []


def test_the_hub_says_what_it_is_and_the_variables_of_opentelemetry_say_better(collector, monkeypatch):
    monkeypatch.setenv("OTEL_SERVICE_NAME", "hub-north")
    with spans.span("work"):
        pass
    said = collector.resource
    assert (said["service.name"], said["deployment.environment.name"]) == ("hub-north", "development")


@pytest.mark.parametrize("status", [400, 404, 503])
def test_a_collector_that_refuses_harms_nobody(collector, status):
    collector.receiver.answer = lambda _, __: Reply(status)
    with spans.span("work"):
        pass
    spans.close()
    assert collector.receiver.requests


def test_a_collector_that_is_away_harms_nobody(settings):
    settings.HUB_OTEL_ENDPOINT = "http://127.0.0.1:9"
    for _ in range(3000):
        with spans.span("work"):
            pass
    spans.close()


def test_nothing_goes_on_trying_once_the_recorder_is_closed(settings):
    settings.HUB_OTEL_ENDPOINT = "http://127.0.0.1:9"
    before = set(threading.enumerate())
    for _ in range(3000):
        with spans.span("work"):
            pass
    spans.close()
    assert set(threading.enumerate()) <= before


def lines_of(caplog):
    """What was logged, by whomever."""
    return [(one.name, one.getMessage().partition(".")[0]) for one in caplog.records]


def test_a_collector_that_is_away_is_told_of_once_and_in_the_end_with_what_was_lost(settings, caplog):
    settings.HUB_OTEL_ENDPOINT = "http://127.0.0.1:9"
    for _ in range(3000):
        with spans.span("work"):
            pass
    spans.close()
    assert {name for name, _ in lines_of(caplog)} == {"hub.tracing.reach"}
    assert [words for _, words in lines_of(caplog) if "ends" in words] == [
        "The process ends with spans that no collector has taken"
    ]
    assert caplog.records[-1].spans_lost == 3000
    assert len(caplog.records) <= 2


def test_a_collector_that_refuses_and_then_takes_is_told_of_twice_with_what_was_lost(collector, caplog, monkeypatch):
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "10")
    refused = 3
    collector.receiver.answer = lambda _, number: Reply(400 if number <= refused else 200)
    for _ in range(40):
        with spans.span("work"):
            pass
    spans.close()
    assert lines_of(caplog) == [
        ("hub.tracing.reach", "The collector of traces takes no spans"),
        ("hub.tracing.reach", "The collector of traces takes spans again"),
    ]
    assert "400" in caplog.records[0].reason
    assert caplog.records[1].spans_lost == 30


@pytest.fixture
def holding(collector):
    """A collector that takes what it is sent and answers after half a minute, or when the test is over."""
    is_over, answered = threading.Event(), []

    def answer(_request, number):
        is_over.wait(30)
        answered.append(number)
        return Reply()

    collector.receiver.answer = answer
    yield answered
    is_over.set()


def test_work_goes_on_and_ends_while_a_slow_collector_has_answered_nothing(collector, holding):
    for _ in range(5000):
        with spans.span("work"):
            pass
    assert holding == []


def test_a_process_ends_within_its_bound_while_a_slow_collector_has_answered_nothing(collector, holding, caplog):
    for _ in range(600):
        with spans.span("work"):
            pass
    began = time.monotonic()
    spans.close()
    took = time.monotonic() - began
    assert (holding, caplog.records[-1].spans_lost) == ([], 600)
    assert took < EXPORT_S  # twice CLOSE_S on an idle machine


@pytest.mark.once
def test_without_a_collector_nothing_is_imported():
    environment = {"DJANGO_SETTINGS_MODULE": "hub.settings.test", "PATH": ""}
    ran = subprocess.run(
        [sys.executable, "-c", STARTED_WITHOUT], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "True\n"
