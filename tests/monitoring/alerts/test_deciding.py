"""decide: told once per transition, held back where somebody wants it, and told later where it goes on."""

from __future__ import annotations

from datetime import timedelta

from monitoring.alerts.deciding import Change, Facts, Reason, Standing, Tact, decide
from tests.builders import NOW

OK = Facts(Standing.OK, NOW)
HOURLY = Tact(timedelta(hours=1))
MINUTE = timedelta(minutes=1)


def told(*bad: bool | None, facts: Facts = OK, tact: Tact = HOURLY) -> list[tuple[int, Change, Reason | None]]:
    """The minutes in which something was decided, looking once a minute."""
    found = []
    for minute, is_bad in enumerate(bad):
        decision = decide(facts, is_bad, tact, NOW + minute * MINUTE)
        facts = decision.facts
        if decision.change:
            found.append((minute, decision.change, decision.reason))
    return found


def test_what_goes_on_is_told_once() -> None:
    assert told(True, True, True) == [(0, Change.FIRED, None)]


def test_its_end_is_told_once() -> None:
    assert told(True, False, False) == [(0, Change.FIRED, None), (1, Change.RECOVERED, None)]


def test_what_was_well_all_the_time_is_not_told() -> None:
    assert told(False, False) == []


def test_too_little_to_say_changes_nothing() -> None:
    assert told(True, None, None, True) == [(0, Change.FIRED, None)]


def test_what_recovered_just_now_fires_again_only_when_it_is_seen_twice() -> None:
    tact = Tact(timedelta(0))
    assert told(True, False, True, False, tact=tact) == [(0, Change.FIRED, None), (1, Change.RECOVERED, None)]
    assert told(True, False, True, True, tact=tact)[-1] == (3, Change.FIRED, None)


def test_within_the_throttle_it_is_held_back_and_on_record_once() -> None:
    found = told(True, False, True, True, True, True)
    assert found[2:] == [(3, Change.FIRED, Reason.THROTTLED)]


def test_what_still_goes_on_when_the_throttle_ends_is_told() -> None:
    found = told(True, False, True, *[True] * 60)
    assert found[2:] == [(3, Change.FIRED, Reason.THROTTLED), (60, Change.FIRED, None)]


def test_nobody_is_told_of_the_end_of_what_nobody_was_told_of() -> None:
    assert told(True, False, tact=Tact(timedelta(0), is_muted=True)) == [(0, Change.FIRED, Reason.MUTED)]


def test_a_rule_without_a_channel_says_so() -> None:
    assert told(True, tact=Tact(timedelta(0), has_channel=False)) == [(0, Change.FIRED, Reason.NO_CHANNEL)]
