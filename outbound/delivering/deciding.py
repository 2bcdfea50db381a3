"""decide: what an attempt means for its delivery; pure (outbound.md section 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final, NamedTuple

from hub.http.failures import FailureKind, HttpFailure
from hub.http.messages import Answer
from outbound.backoff import SCHEDULE, next_attempt_at
from outbound.delivering.requests import Unsendable
from outbound.models import DeliveryState
from outbound.sql.parts import Ended
from outbound.uploads.receivers import PAUSES
from proxies.uploading.orders import SKIPPED, UPLOADED
from proxies.uploading.orders import Outcome as Uploaded

DELIVERED: Final = "WEBHOOK_DELIVERED"
FAILED: Final = "EXTERNAL_API_ERROR"
TIMED_OUT: Final = "TIMEOUT"
GONE: Final = 410
LOOP: Final = 508
"""Said by a hub that a request has reached again and again: sent later, it goes round once more."""
RECEIVER_GONE: Final = "RECEIVER_GONE"
RETRIED: Final = frozenset({408, 425, 429})
"""Answers beside those from 500 on that are tried again."""
BREAKING: Final = frozenset({408, 429})
"""Answers beside those from 500 on that the circuit counts."""


class Verdict(StrEnum):
    """What an attempt says about the receiver."""

    WELL = "well"
    ILL = "ill"
    NEITHER = "neither"
    """It was not asked, or refuses this one delivery."""
    GONE = "gone"


class Decision(NamedTuple):
    """How the delivery goes on, what of it is told, and what it says about its receiver."""

    ended: Ended
    verdict: Verdict
    code: str
    """Of the attempt; the delivery has its own where this one is not the last."""
    message: str
    status_code: int | None


Outcome = Answer | HttpFailure | Unsendable | Uploaded


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt that was just made. attempt counts from 1. A probe that fails uses up none."""

    sequence: int
    attempt: int
    outcome: Outcome
    is_probe: bool = False
    blocks: bool = False
    """Whether the delivery, should it fail for good, holds back what comes after it."""


def decide(tried: Tried, *, retries: int, at: datetime, jitter: float) -> Decision:
    """retries: after the first attempt, of an upload as its outcome says; jitter: see next_attempt_at."""
    outcome = tried.outcome
    status = outcome.status if isinstance(outcome, Answer) else None
    if isinstance(outcome, Uploaded):
        status, retries = outcome.status_code, retries and outcome.max_attempts - 1
    code, message = _told(outcome)
    verdict = verdict_of(outcome)
    counted = tried.attempt - 1 if tried.is_probe and verdict is Verdict.ILL else tried.attempt
    due = _due(outcome, max(counted, 1), retries=retries, at=at, jitter=jitter)
    if code in {DELIVERED, UPLOADED}:
        state, final, told = DeliveryState.SUCCEEDED, "", ""
    elif code == SKIPPED:
        state, final, told = DeliveryState.SKIPPED, code, message
    elif due is not None:
        state, final, told = DeliveryState.WAITING, code, message
    else:
        state, final, told = DeliveryState.FAILED, _final(outcome, code), message
    ended = Ended(
        sequence=tried.sequence,
        state=str(state),
        attempts=counted,
        next_attempt_at=due,
        finished_at=None if state is DeliveryState.WAITING else at,
        status_code=status,
        code=final,
        message=told,
        holds_order=tried.blocks and state is DeliveryState.FAILED,
    )
    return Decision(ended, verdict, code, message, status)


def _due(outcome: Outcome, attempt: int, *, retries: int, at: datetime, jitter: float) -> datetime | None:
    if not _may_retry(outcome):
        return None
    asked = _retry_after(outcome, at)
    pauses = PAUSES if isinstance(outcome, Uploaded) else SCHEDULE
    return next_attempt_at(
        attempt=attempt, retries=retries, failed_at=at, retry_after=asked, jitter=jitter, pauses=pauses
    )


def verdict_of(outcome: Outcome) -> Verdict:
    """Whether the receiver is well: it answered, and not with trouble of its own."""
    if isinstance(outcome, Unsendable):
        return Verdict.NEITHER
    if isinstance(outcome, HttpFailure):
        return Verdict.ILL if outcome.is_transient else Verdict.NEITHER
    if isinstance(outcome, Uploaded):
        return _verdict_of_upload(outcome)
    if outcome.status == GONE:
        return Verdict.GONE
    if outcome.status == LOOP:
        return Verdict.NEITHER
    return Verdict.ILL if outcome.status >= 500 or outcome.status in BREAKING else Verdict.WELL


def _verdict_of_upload(outcome: Uploaded) -> Verdict:
    """What a recipe asks of its last system says nothing about a receiver that answers 410 once: files are not gone."""
    if outcome.is_receivers_fault:
        return Verdict.ILL
    return Verdict.NEITHER if outcome.status_code is None else Verdict.WELL


def _told(outcome: Outcome) -> tuple[str, str]:
    if isinstance(outcome, Unsendable | HttpFailure | Uploaded):
        return outcome.code, outcome.message
    if 200 <= outcome.status < 300:
        return DELIVERED, ""
    return f"HTTP_{outcome.status}", f"The receiver answered {outcome.status}."


def _may_retry(outcome: Outcome) -> bool:
    if isinstance(outcome, Answer):
        return (outcome.status >= 500 and outcome.status != LOOP) or outcome.status in RETRIED
    return outcome.is_transient


def _final(outcome: Outcome, code: str) -> str:
    """The code that a delivery ends with; what the hub itself could not do keeps its own."""
    if isinstance(outcome, Answer):
        return RECEIVER_GONE if outcome.status == GONE else FAILED
    if isinstance(outcome, Uploaded) and code.startswith("HTTP_"):
        return FAILED
    if isinstance(outcome, HttpFailure) and outcome.is_transient:
        return TIMED_OUT if outcome.kind is FailureKind.TIMEOUT else FAILED
    return code


def _retry_after(outcome: Outcome, at: datetime) -> timedelta | None:
    """What the receiver asks for: seconds or a date; nonsense is nothing."""
    text = outcome.header("Retry-After") if isinstance(outcome, Answer) else None
    if isinstance(outcome, Uploaded):
        text = outcome.retry_after
    if text is None:
        return None
    if text.strip().isdecimal() and len(text) < 10:
        return timedelta(seconds=int(text))
    try:
        return max(parsedate_to_datetime(text) - at, timedelta())
    except (ValueError, TypeError, OverflowError):
        return None
