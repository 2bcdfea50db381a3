"""Ready: a delivery with what became of it before anything was sent; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from hub.events.shaping.plan import Failure
from hub.json_types import JSONObject
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
    request: JSONObject | None = None
    """Of an upload, where there is no target; otherwise only where it is another than the target's."""
    parts: Sequence[int] = ()
    """Of an upload: the files of the event that are delivered, each for itself; 0: all of them together."""
    is_data: bool = False
    """Of an expression that failed: because of the event, not because of the configuration."""

    @property
    def template(self) -> JSONObject | None:
        """What the request is made of; None where nothing is sent."""
        return self.request if self.request is not None or self.target is None else self.target.request


def failed(delivery: Delivery, target: Target | None, code: str, message: str, *, is_data: bool = False) -> Ready:
    """Nothing is sent, for good."""
    return Ready(delivery, target, b"", DeliveryState.FAILED, code, message, is_data=is_data)


def skipped(delivery: Delivery, target: Target | None, note: Failure | None) -> Ready:
    """A filter or a condition leaves it out. note: of one that could not be evaluated."""
    return Ready(delivery, target, b"", DeliveryState.SKIPPED, FILTERED, sentence_of(note) if note else "")


def sentence_of(failure: Failure) -> str:
    """What went wrong where, in one sentence."""
    place = f" (line {failure.line}, column {failure.column})" if failure.line else ""
    return f"{failure.where}: {failure.message}{place}"
