"""mapping, applying, telling_events: what log lines and traces tell of a slice.

Its two spans are a trace of their own, which is linked to the requests that its events came by.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from hub.ids import to_text
from hub.observing.context import telling
from hub.observing.traced import traced
from hub.tracing.spans import Kind
from inbound.events import EVENT_PREFIX
from inbound.process.mapped import PendingSlice
from inbound.process.slices import Queued


def telling_events(events: Sequence[Queued]) -> AbstractContextManager[None]:
    """The event with its correlation id where there is one only, else the first and the last in their order."""
    first, last = (to_text(EVENT_PREFIX, event.event_id) for event in (events[0], events[-1]))
    if len(events) == 1:
        only = events[0]
        return telling(event_id=first, correlation_id=only.correlation_id, use_case_id=only.use_case_id)
    return telling(first_event_id=first, last_event_id=last)


@contextmanager
def mapping(pending: PendingSlice) -> Iterator[None]:
    """The root of the trace: many requests end in one slice, so none of them is its parent."""
    links = (event.traceparent for event in pending.events if event.traceparent)
    counted = {"hub.events": len(pending.events)}
    with (
        telling_events(pending.events),
        traced("map events", Kind.CONSUMER, links=links, attributes=counted) as work,
    ):
        pending.traceparent = work.traceparent
        yield


@contextmanager
def applying(pending: PendingSlice) -> Iterator[None]:
    """Until all its transactions are committed."""
    counted = {"hub.events": len(pending.events)}
    with (
        telling_events(pending.events),
        traced("apply events", parent=pending.traceparent, attributes=counted),
    ):
        yield
