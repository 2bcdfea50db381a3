"""Events that are too large to travel whole are delivered all the same, and monitoring says so."""

from __future__ import annotations

import pytest

from hub.events import shortening
from monitoring.models import MonitoringEvent
from tests.outbound.world import World


def test_a_shortened_event_is_noted_beside_its_delivery(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shortening, "MOST_BYTES", 100)
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    assert world.delivery().state == "succeeded"
    span = MonitoringEvent.objects.get(code="EVENT_SHORTENED")
    assert (span.level, span.event_id) == ("warning", world.delivery().core_event_id)


def test_an_event_of_usual_size_is_not_noted(world: World) -> None:
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    assert not MonitoringEvent.objects.filter(code="EVENT_SHORTENED").exists()
