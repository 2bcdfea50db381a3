"""Versions: what each has, what changed, and payloads that are made older."""

from __future__ import annotations

from typing import Any

import pytest

from hub.events.catalogue import (
    EventDefinition,
    UnknownVersion,
    built_in,
    built_ins,
    definition_at,
    downgrade_steps,
    json_schema_of,
    misfits,
    sample_of,
    versions_of,
)
from tests.hub.events.catalogue.books import ORGANIZATION, SELF_SERVICE, value_of

pytestmark = pytest.mark.once
READING = "MeterReadingAdded"
MOVE = "LocationMoveRequested"
EVERY_VERSION = [(name, one.version) for name, event in built_ins().items() for one in versions_of(event)]
every_version = pytest.mark.parametrize(("name", "version"), EVERY_VERSION)


def downgraded(name: str, version: str, **more: Any) -> dict[str, Any]:
    payload: Any = sample_of(built_in(name), SELF_SERVICE, organization=ORGANIZATION) | more
    for step in downgrade_steps(built_in(name), version):
        payload = value_of(step, {key: one for key, one in payload.items() if one is not None})
    return dict(payload)


@every_version
def test_a_downgraded_sample_validates_against_the_schema_of_that_version(name: str, version: str):
    document = json_schema_of(definition_at(built_in(name), version), SELF_SERVICE)
    assert misfits(document, downgraded(name, version)) == []


@every_version
def test_a_downgraded_sample_has_nothing_that_came_later(name: str, version: str):
    later = {one for each in versions_of(built_in(name)) for one in each.fields}
    known = set(next(one for one in versions_of(built_in(name)) if one.version == version).fields)
    assert not (later - known) & set(downgraded(name, version))


@every_version
def test_a_downgraded_sample_has_all_that_the_sample_of_that_version_has(name: str, version: str):
    older = definition_at(built_in(name), version)
    assert set(downgraded(name, version)) == set(sample_of(older, SELF_SERVICE, organization=ORGANIZATION))


@pytest.mark.parametrize("name", built_ins())
def test_the_last_version_is_the_one_of_the_event(name: str):
    last = versions_of(built_in(name))[-1]
    assert last.version == built_in(name).version
    assert len(last.summary) <= 280
    assert downgrade_steps(built_in(name), last.version) == ()


def test_only_two_events_have_had_more_than_one_version():
    assert {name for name in built_ins() if len(versions_of(built_in(name))) > 1} == {READING, MOVE}


def test_versions_are_told_oldest_first_with_what_changed():
    one, two = versions_of(built_in(MOVE))
    assert (one.version, one.changes, one.downgrade) == ("1.0", (), None)
    assert two.as_json()["changes"] == [
        {"field": "meter_counter", "op": "removed", "type_old": "meter_counter"},
        {"field": "meter_counters", "op": "added", "type_new": "meter_counter[]"},
    ]


def test_the_fields_of_a_version_are_its_own():
    one, two, present = versions_of(built_in(READING))
    assert {"value", "counter_id", "direction"} == set(one.fields) - set(two.fields)
    assert {"account"} == set(present.fields) - set(two.fields)


def test_of_several_readings_the_first_is_left_in_version_1():
    payload = downgraded(READING, "1.0")
    assert (payload["value"], payload["_event_version"]) == (1234.5, "1.0")
    assert "meter_readings" not in payload


def test_of_proposed_readings_the_first_is_left_where_none_is_stored():
    assert downgraded(READING, "1.0", meter_readings=None)["value"] == 1240


def test_without_readings_there_is_no_value():
    payload = downgraded(READING, "1.0", meter_readings=None, proposed_meter_readings=None)
    assert "value" not in payload


def test_of_several_counters_the_first_is_left_in_version_1():
    payload = downgraded(MOVE, "1.0")
    assert payload["meter_counter"]["obis_number"] == "1-0:1.8.0"


def test_an_event_without_counters_is_made_older_all_the_same():
    assert "meter_counter" not in downgraded(MOVE, "1.0", meter_counters=None)


def test_a_version_that_never_was_is_not_found():
    with pytest.raises(UnknownVersion, match=rf"{MOVE} has no version 3\.0\.$"):
        definition_at(built_in(MOVE), "3.0")
    with pytest.raises(UnknownVersion):
        downgrade_steps(built_in(MOVE), "3.0")


def test_an_event_of_an_organization_has_one_version():
    own = EventDefinition.parse({"event_name": "Own", "event_title": "Own", "event_origin": "custom"})
    assert [one.version for one in versions_of(own)] == ["1.0"]
