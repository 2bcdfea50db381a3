"""evaluate: counters and gauges become states, and changes of states become notices."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.accounts.models import Organization
from monitoring.alerts.judging import Watch
from monitoring.alerts.kinds import parse
from monitoring.alerts.operations.rules import mute_rule
from monitoring.alerts.rehearsing import rehearse
from monitoring.counters import fold
from monitoring.counting.folding import fold_spans
from monitoring.counting.tables import SPANS
from monitoring.counting.writing import CountedRow, add
from monitoring.models import AlertNotice, AlertRule, AlertState
from tests.builders import NOW, make_integration, make_token, make_use_case, make_variable
from tests.monitoring.alerts.builders import author_in, ended, look, make_channel, make_rule, standings

pytestmark = pytest.mark.django_db
FIRED = ("fired", "due", "")
RECOVERED = ("recovered", "due", "")


def test_a_rate_above_the_limit_is_told_once_and_so_is_its_end(organization: Organization) -> None:
    integration = make_integration(organization=organization)
    make_rule(organization, make_channel(organization))
    ended(integration, NOW, good=1, bad=3)
    assert look(organization) == [FIRED]
    assert look(organization, 1) == []
    ended(integration, NOW + timedelta(minutes=2), good=10)
    assert look(organization, 2) == [RECOVERED]


def test_folding_meanwhile_changes_nothing(organization: Organization) -> None:
    rule = make_rule(organization, make_channel(organization))
    ended(make_integration(organization=organization), NOW, good=2, bad=2)
    fold()
    assert look(organization) == []
    assert AlertState.objects.get(rule=rule).value == 50.0


def test_too_few_events_say_nothing(organization: Organization) -> None:
    make_rule(organization, make_channel(organization))
    ended(make_integration(organization=organization), NOW, bad=3)
    assert look(organization) == []


def test_each_integration_is_looked_at_by_itself(organization: Organization) -> None:
    rule = make_rule(organization, make_channel(organization))
    ended(make_integration(organization=organization), NOW, bad=4)
    ended(make_integration(organization=organization), NOW, good=4)
    assert look(organization) == [FIRED]
    assert sorted(standings(rule)) == ["firing", "ok"]


def test_a_use_case_is_looked_at_alone(organization: Organization) -> None:
    integration = make_integration(organization=organization)
    watched, other = (make_use_case(integration=integration) for _ in range(2))
    rule = make_rule(organization, integration_id=integration.pk, use_case_id=watched.pk)
    ended(integration, NOW, bad=9, use_case_id=other.pk)
    ended(integration, NOW, good=4, use_case_id=watched.pk)
    look(organization)
    assert standings(rule) == ["ok"]


def test_events_next_door_do_not_count(stage: Any) -> None:
    rule = make_rule(stage.home, make_channel(stage.home))
    ended(make_integration(organization=stage.next_door), NOW, bad=9)
    assert look(stage.home) == []
    assert standings(rule) == []


@pytest.mark.parametrize("folds", [True, False])
def test_spans_of_a_code_are_counted(organization: Organization, folds: bool) -> None:
    integration = make_integration(organization=organization)
    parameters = {"code": "ACK_TIMEOUT", "number": 2, "window_minutes": 5}
    make_rule(organization, make_channel(organization), kind="count", parameters=parameters)
    values = (None, "outbound", "ACK_TIMEOUT", "", "", "error")
    add(SPANS, [CountedRow(organization.pk, integration.pk, values, NOW)] * 2)
    if folds:
        fold_spans()
    assert look(organization) == [FIRED]


@pytest.mark.parametrize(("level", "code"), [("info", "DUPLICATE_EVENT"), ("success", "MSG_ENQUEUED")])
def test_a_code_that_is_no_trouble_is_counted_too(organization: Organization, level: str, code: str) -> None:
    integration = make_integration(organization=organization)
    parameters = {"code": code, "number": 2, "window_minutes": 5}
    rule = make_rule(organization, make_channel(organization), kind="count", parameters=parameters)
    add(SPANS, [CountedRow(organization.pk, integration.pk, (None, "entity", code, "", "", level), NOW)] * 2)
    watch = Watch(parse(rule.kind, rule.parameters), None, None, NOW)
    rehearsal = rehearse(organization, watch, throttle=timedelta(0), at=NOW + timedelta(minutes=10))
    assert (look(organization), rehearsal and rehearsal.fired) == ([FIRED], 1)


def test_a_silence_is_told(organization: Organization) -> None:
    integration = make_integration(organization=organization)
    make_rule(organization, make_channel(organization), kind="silence", parameters={"minutes": 30})
    ended(integration, NOW, good=1)
    assert look(organization, 30) == []
    assert look(organization, 31) == [FIRED]


def test_an_integration_that_somebody_named_is_silent_even_if_it_never_spoke(organization: Organization) -> None:
    integration = make_integration(organization=organization)
    scope = {"integration_id": integration.pk, "kind": "silence", "parameters": {"minutes": 30}}
    make_rule(organization, make_channel(organization), **scope)
    assert look(organization, 31) == [FIRED]


DAY_MINUTES = 24 * 60
AGES_AGO = 36 * DAY_MINUTES
"""Further back than a silence may be long."""


def test_a_silence_goes_on_however_long_it_lasts_until_its_integration_is_gone(organization: Organization) -> None:
    integration = make_integration(organization=organization)
    make_rule(organization, make_channel(organization), kind="silence", parameters={"minutes": 30})
    ended(integration, NOW, good=1)
    assert look(organization, 31) == [FIRED]
    assert look(organization, AGES_AGO) == []
    integration.delete()
    assert look(organization, AGES_AGO + 1) == [RECOVERED]


def test_a_silence_that_began_before_its_rule_is_not_over_before_an_event_comes(organization: Organization) -> None:
    integration = make_integration(organization=organization)
    parameters = {"minutes": 30 * DAY_MINUTES}
    scope = {"integration_id": integration.pk, "kind": "silence", "parameters": parameters}
    make_rule(organization, make_channel(organization), **scope)
    AlertRule.objects.update(watching_since=NOW + timedelta(days=10))
    ended(integration, NOW, good=1)
    assert look(organization, 31 * DAY_MINUTES) == [FIRED]
    assert look(organization, AGES_AGO) == []
    ended(integration, NOW + timedelta(minutes=AGES_AGO), good=1)
    assert look(organization, AGES_AGO + 1) == [RECOVERED]


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (31, "Failures – ERP: no event since the rule began to look, 31 min ago (limit 30 min)."),
        (AGES_AGO, "Failures – ERP: no event for more than 35 days (limit 30 min)."),
    ],
)
def test_what_was_heard_too_long_ago_is_not_said_to_be_never_heard(
    organization: Organization, minutes: int, text: str
) -> None:
    integration = make_integration(organization=organization, name="ERP")
    ended(integration, NOW - timedelta(minutes=AGES_AGO), good=1)
    scope = {"integration_id": integration.pk, "kind": "silence", "parameters": {"minutes": 30}}
    make_rule(organization, make_channel(organization), **scope)
    look(organization, minutes)
    assert AlertNotice.objects.get().text == text


def test_an_integration_that_never_polled_is_silent(organization: Organization) -> None:
    integration = make_integration(organization=organization)
    parameters = {"signal": "poll", "minutes": 30}
    make_rule(
        organization, make_channel(organization), integration_id=integration.pk, kind="silence", parameters=parameters
    )
    assert look(organization, 31) == [FIRED]


def test_a_token_that_ends_is_told_and_once_it_is_revoked_it_is_over(organization: Organization) -> None:
    token = make_token(organization=organization, expires_at=NOW + timedelta(days=5)).row
    make_rule(organization, make_channel(organization), kind="expiring", parameters={"days": 7})
    assert look(organization) == [FIRED]
    token.revoked_at = NOW
    token.save()
    assert look(organization, 1) == [RECOVERED]


def test_a_variable_that_expires_is_told_and_once_it_lasts_longer_it_is_over(organization: Organization) -> None:
    variable = make_variable(organization=organization, key="erp.password", expires_on=date(2026, 1, 22))
    make_variable(organization=organization, expires_on=date(2026, 1, 23))
    make_variable(organization=organization)
    make_rule(organization, make_channel(organization), kind="expiring", parameters={"days": 7})
    assert look(organization) == [FIRED]
    [told] = AlertNotice.objects.all()
    assert told.text == "Failures – erp.password: ends in 7 days (limit 7 days)."
    variable.expires_on = date(2027, 1, 31)
    variable.save()
    assert look(organization, 1) == [RECOVERED]


@pytest.mark.parametrize(
    ("day", "text"), [(14, "has ended"), (15, "ends within a day"), (16, "ends in 1 day"), (17, "ends in 2 days")]
)
def test_the_end_is_told_in_days_of_the_calendar(organization: Organization, day: int, text: str) -> None:
    make_variable(organization=organization, key="a", expires_on=date(2026, 1, day))
    make_rule(organization, kind="expiring", parameters={"days": 7})
    look(organization)
    assert AlertNotice.objects.get().text == f"Failures – a: {text} (limit 7 days)."


def test_a_variable_of_a_neighbour_is_not_told(stage: Any) -> None:
    make_variable(organization=stage.next_door, expires_on=date(2026, 1, 16))
    make_rule(stage.home, make_channel(stage.home), kind="expiring", parameters={"days": 7})
    assert look(stage.home) == []


def test_a_source_of_gauges_that_fails_ends_no_alert(organization: Organization, settings: Any) -> None:
    make_token(organization=organization, expires_at=NOW + timedelta(days=5))
    rule = make_rule(organization, make_channel(organization), kind="expiring", parameters={"days": 7})
    look(organization)
    settings.GAUGES = ["monitoring.there_is.no_such_thing"]
    assert look(organization, 10) == []
    assert standings(rule) == ["firing"]


def test_nothing_is_told_to_be_over_before_gauges_are_read_again(organization: Organization, settings: Any) -> None:
    token = make_token(organization=organization, expires_at=NOW + timedelta(days=5)).row
    make_rule(organization, make_channel(organization), kind="expiring", parameters={"days": 7})
    assert look(organization) == [FIRED]
    token.revoked_at = NOW
    token.save()
    working, settings.GAUGES = settings.GAUGES, ["monitoring.there_is.no_such_thing"]
    assert [look(organization, minutes) for minutes in (1, 4, 6, 60)] == [[], [], [], []]
    settings.GAUGES = working
    assert look(organization, 61) == [RECOVERED]


def test_a_second_process_that_looks_at_the_same_time_does_nothing(organization: Organization) -> None:
    make_rule(organization, make_channel(organization), kind="expiring", parameters={"days": 7})
    look(organization)
    make_token(organization=organization, expires_at=NOW + timedelta(days=5))
    assert look(organization, 0.5) == []
    assert look(organization, 1) == [FIRED]


def test_every_channel_of_the_rule_is_told(organization: Organization) -> None:
    channels = [make_channel(organization), make_channel(organization), make_channel(organization, enabled=False)]
    make_rule(organization, *channels)
    ended(make_integration(organization=organization), NOW, bad=4)
    assert look(organization) == [FIRED, FIRED]
    told = AlertNotice.objects.values_list("channel_id", flat=True)
    assert set(told) == {one.pk for one in channels[:2]}


def test_a_muted_rule_tells_nobody_until_it_ends_and_then_what_still_goes_on(organization: Organization) -> None:
    rule = make_rule(organization, make_channel(organization), kind="expiring", parameters={"days": 7})
    mute_rule(author=author_in(organization), rule_id=rule.pk, until=NOW + timedelta(minutes=10))
    make_token(organization=organization, expires_at=NOW + timedelta(days=5))
    assert look(organization) == [("fired", "suppressed", "muted")]
    assert look(organization, 10) == [FIRED]


def test_a_rule_that_is_switched_off_looks_at_nothing(organization: Organization) -> None:
    make_rule(organization, make_channel(organization), enabled=False)
    ended(make_integration(organization=organization), NOW, bad=4)
    assert look(organization) == []


def test_an_integration_that_is_gone_matches_nothing(organization: Organization) -> None:
    integration = make_integration(organization=organization)
    make_rule(organization, make_channel(organization), integration_id=integration.pk)
    ended(integration, NOW, bad=4)
    integration.delete()
    assert look(organization) == []


def test_the_number_of_queries_depends_on_nothing(
    organization: Organization, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    channel = make_channel(organization)

    def spend(minutes: int) -> int:
        with count_queries() as counted:
            look(organization, minutes)
        return len(counted)

    make_rule(organization, channel)
    ended(make_integration(organization=organization), NOW, good=4)
    look(organization)
    one = spend(1)
    for _ in range(5):
        make_rule(organization, channel, name=f"Rule {uuid4()}")
        ended(make_integration(organization=organization), NOW, good=4)
    look(organization, 2)
    assert spend(3) == one


def test_rules_of_all_kinds_cost_as_many_queries_however_many_there_are(
    organization: Organization, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    integration, channel = make_integration(organization=organization), make_channel(organization)
    kinds: dict[str, dict[str, Any]] = {
        "error_rate": {"percent": 50, "least_events": 4, "window_minutes": 15},
        "count": {"code": "", "level": "error", "number": 1, "window_minutes": 15},
        "silence": {"signal": "event", "minutes": 30},
        "queue_age": {"minutes": 30},
        "circuit_open": {},
        "expiring": {"days": 7},
    }

    def spend(rules: int, minutes: int) -> int:
        for kind, parameters in list(kinds.items()) * rules:
            make_rule(organization, channel, kind=kind, parameters=parameters)
        ended(integration, NOW + timedelta(minutes=minutes), good=4)
        look(organization, minutes)
        with count_queries() as counted:
            look(organization, minutes + 1)
        return len(counted)

    one = spend(1, 1)
    assert spend(7, 6) == one
