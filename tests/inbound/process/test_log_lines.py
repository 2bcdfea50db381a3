"""What a worker logs of a slice says which events it is about, and nothing of what they say."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DataError

from hub.ids import to_text
from hub.logs import JSONLines
from hub.observing.context import AddIds
from inbound.events import EVENT_PREFIX
from inbound.models import InboundEvent
from inbound.process import work
from inbound.process.transaction import SliceTransaction
from tests.inbound.conftest import Erp, customer

pytestmark = pytest.mark.django_db

Written = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def written() -> Iterator[Written]:
    """Reads what was logged."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONLines())
    handler.addFilter(AddIds())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def fail_with(monkeypatch: pytest.MonkeyPatch, error: Exception, *, once: bool = False) -> None:
    write = SliceTransaction._write
    failures = [error]

    def broken(self: SliceTransaction, events: Any) -> object:
        if failures:
            raise failures.pop() if once else error
        return write(self, events)

    monkeypatch.setattr(SliceTransaction, "_write", broken)


def test_an_event_that_the_database_refuses_is_named(
    erp: Erp, monkeypatch: pytest.MonkeyPatch, written: Written
) -> None:
    erp.send(erp.event(customer("1", "SECRET-NAME")), correlation_id="order-1")
    fail_with(monkeypatch, DataError("SECRET-NAME is too long"), once=True)
    work()
    [line] = [line for line in written() if "refuses" in line["message"]]
    event = InboundEvent.objects.get()
    assert line["event_id"] == to_text(EVENT_PREFIX, event.pk)
    assert line["correlation_id"] == event.correlation_id
    assert (line["organization_id"], line["integration_id"]) == (str(erp.organization.pk), str(erp.integration.pk))
    assert "SECRET-NAME" not in json.dumps(written())


def test_a_slice_that_fails_is_named_by_its_first_and_last_event(
    erp: Erp, monkeypatch: pytest.MonkeyPatch, written: Written
) -> None:
    erp.send(*(erp.event(customer(str(number), "SECRET-NAME")) for number in range(3)))
    fail_with(monkeypatch, ValueError())
    with pytest.raises(ValueError) as caught:
        work()
    logging.getLogger("hub.worker").error("A round failed", exc_info=caught.value)
    events = [to_text(EVENT_PREFIX, event.pk) for event in InboundEvent.objects.order_by("sequence")]
    [line] = [line for line in written() if line["message"] == "A round failed"]
    assert (line["first_event_id"], line["last_event_id"]) == (events[0], events[-1])
    assert line["integration_id"] == str(erp.integration.pk)
    assert "SECRET-NAME" not in json.dumps(line)
