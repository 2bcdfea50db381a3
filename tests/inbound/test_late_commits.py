"""Late commits: an event whose sequence is lower than that of events that were read before it could be seen."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import LazySettings

from inbound.models import QueuedEvent
from tests.inbound.conftest import Erp, customer, drain

NOBODYS_LANE = 0


def test_an_event_that_was_committed_late_is_applied_before_what_was_sent_after_its_answer(
    erp: Erp, settings: LazySettings, once_a_slice_has_begun: Callable[[Callable[[], object]], None]
) -> None:
    settings.HUB_SLICE_EVENTS = 1
    erp.send(erp.event(customer("1", "Before")))
    uncommitted = QueuedEvent.objects.get()
    QueuedEvent.objects.update(lane_id=NOBODYS_LANE)
    erp.send(erp.event(customer("2")))

    def commit_and_send_another() -> None:
        QueuedEvent.objects.filter(pk=uncommitted.pk).update(lane_id=uncommitted.lane_id)
        erp.send(erp.event(customer("1", "After")))

    once_a_slice_has_begun(commit_and_send_another)
    drain()
    assert erp.entity("1").attributes["last_name"] == "After"
