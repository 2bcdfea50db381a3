"""attempting, describe: the span of one attempt, which the receiver gets as the parent of what it does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hub.http.messages import Answer
from hub.observing.traced import traced
from hub.tracing.spans import Attribute, Kind, Span
from outbound.delivering.deciding import Outcome
from outbound.delivering.recording import AnyOutgoing
from outbound.delivering.requests import Unsendable
from outbound.delivering.sending import Taken

LEAST_REFUSAL = 400


@contextmanager
def attempting(one: AnyOutgoing) -> Iterator[Span]:
    """Nothing is told of an attempt that somebody else makes. Neither address nor headers: both may hold secrets."""
    delivery = one.parcel.delivery
    attributes: dict[str, Attribute] = {"hub.attempt": delivery.attempt, "hub.webhook_id": delivery.webhook_id}
    with traced("deliver", Kind.CLIENT, attributes=attributes) as attempt:
        try:
            yield attempt
        except Taken:
            attempt.discard()
            raise


def describe(attempt: Span, outcome: Outcome) -> None:
    """The status of the answer, or the code of what kept one away."""
    if isinstance(outcome, Answer):
        attempt.note({"http.response.status_code": outcome.status})
        if outcome.status >= LEAST_REFUSAL:
            attempt.fail(str(outcome.status))
    elif isinstance(outcome, Exception | Unsendable):
        attempt.fail(outcome.code)
