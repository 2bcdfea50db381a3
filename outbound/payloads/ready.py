"""Ready: a delivery with what became of it before anything was sent; pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from hub.events.shaping.plan import Failure
from outbound.models import Delivery, DeliveryState
from outbound.queue.enqueueing import NewMessage
from outbound.targets import Target

FILTERED: Final = "FILTERED"


class Ready(NamedTuple):
    """A delivery with what became of it: a body, or why there is none."""

    delivery: Delivery
    target: Target | None
    body: bytes
    state: DeliveryState
    code: str = ""
    message: str = ""
    queued: NewMessage | None = None
    """Where the ERP polls: what goes into its queue. The planned delivery has done its part then, and goes."""


def failed(delivery: Delivery, target: Target | None, code: str, message: str) -> Ready:
    """Nothing is sent, for good."""
    return Ready(delivery, target, b"", DeliveryState.FAILED, code, message)


def skipped(delivery: Delivery, target: Target | None, note: Failure | None) -> Ready:
    """A filter or a condition leaves it out. note: of one that could not be evaluated."""
    return Ready(delivery, target, b"", DeliveryState.SKIPPED, FILTERED, sentence_of(note) if note else "")


def sentence_of(failure: Failure) -> str:
    """What went wrong where, in one sentence."""
    place = f" (line {failure.line}, column {failure.column})" if failure.line else ""
    return f"{failure.where}: {failure.message}{place}"
