"""decide: where a rule stands with a subject after one more look, and whether somebody is told; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from monitoring.models import AlertState

FLAPPING: Final = timedelta(minutes=30)
"""What recovered less than this ago fires again only when it is seen twice in a row."""

TELL_AGAIN_AFTER: Final = timedelta(minutes=5)
"""What no channel took is told again after that where a channel works; a receiver that refuses it is not flooded."""
TRY_AGAIN_AFTER: Final = timedelta(hours=1)
"""… and after that where none does: nothing else may ever show that one works again."""

Standing = AlertState.Standing


class Change(StrEnum):
    """What a notice tells."""

    FIRED = "fired"
    RECOVERED = "recovered"


class Reason(StrEnum):
    """Why a notice is not sent, or not yet."""

    THROTTLED = "throttled"
    MUTED = "muted"
    NO_CHANNEL = "no channel"
    UNHEARD = "never told"
    QUIET = "quiet hours"


@dataclass(frozen=True, slots=True)
class Facts:
    """How a subject stood, and stands now; the fields of AlertState that decide.

    undelivered_at: when the present firing turned out to have reached no channel.
    """

    standing: str
    since: datetime
    told_at: datetime | None = None
    is_told: bool = False
    is_held_back: bool = False
    undelivered_at: datetime | None = None
    recovered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tact:
    """How much a rule wants to be heard."""

    throttle: timedelta
    is_muted: bool = False
    has_channel: bool = True
    has_working_channel: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """change None: nothing is on record; reason None: it is to be sent."""

    facts: Facts
    change: Change | None = None
    reason: Reason | None = None


def decide(facts: Facts, is_bad: bool | None, tact: Tact, at: datetime) -> Decision:
    """The next step. is_bad None, when there is too little to say, leaves everything as it is."""
    if is_bad is None:
        return Decision(facts)
    if not is_bad:
        return _good(facts, tact, at)
    if facts.standing == Standing.FIRING:
        return _still_firing(facts, tact, at)
    if facts.standing == Standing.OK and _is_flapping(facts, at):
        return Decision(replace(facts, standing=Standing.PENDING, since=at))
    return _told(replace(_unsaid(facts), standing=Standing.FIRING, since=at), tact, at)


def _good(facts: Facts, tact: Tact, at: datetime) -> Decision:
    if facts.standing == Standing.OK:
        return Decision(facts)
    if facts.standing == Standing.PENDING:
        return Decision(replace(facts, standing=Standing.OK, since=at))
    recovered = replace(_unsaid(facts), standing=Standing.OK, since=at, recovered_at=at)
    if not facts.is_told:
        return Decision(recovered)
    return Decision(recovered, Change.RECOVERED, _silencer(tact))


def _unsaid(facts: Facts) -> Facts:
    return replace(facts, is_told=False, is_held_back=False, undelivered_at=None)


def _still_firing(facts: Facts, tact: Tact, at: datetime) -> Decision:
    """What was held back is told once it may be; what was told is not told again."""
    if facts.is_told or _reason(facts, tact, at) is not None or _is_too_soon(facts, tact, at):
        return Decision(facts)
    return _told(facts, tact, at)


def _is_too_soon(facts: Facts, tact: Tact, at: datetime) -> bool:
    """Whether no channel took it, and none is to be asked again yet."""
    pause = TELL_AGAIN_AFTER if tact.has_working_channel else TRY_AGAIN_AFTER
    return facts.undelivered_at is not None and at - facts.undelivered_at < pause


def _told(facts: Facts, tact: Tact, at: datetime) -> Decision:
    reason = _reason(facts, tact, at)
    if reason is None:
        return Decision(replace(facts, told_at=at, is_told=True, is_held_back=False, undelivered_at=None), Change.FIRED)
    return Decision(replace(facts, is_held_back=True), Change.FIRED, reason)


def _reason(facts: Facts, tact: Tact, at: datetime) -> Reason | None:
    if facts.told_at is not None and at - facts.told_at < tact.throttle:
        return _silencer(tact) or Reason.THROTTLED
    return _silencer(tact)


def _silencer(tact: Tact) -> Reason | None:
    if tact.is_muted:
        return Reason.MUTED
    return None if tact.has_channel else Reason.NO_CHANNEL


def _is_flapping(facts: Facts, at: datetime) -> bool:
    return facts.recovered_at is not None and at - facts.recovered_at < FLAPPING
