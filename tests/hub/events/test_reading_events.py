"""Meter readings that were stored become events, where somebody wants them."""

from __future__ import annotations

from typing import Any

import pytest

from hub.accounts.models import Organization
from hub.entities.operations import Source
from hub.entities.readings.posting import PostedReading, post_readings
from hub.entities.readings.writing import Matching
from hub.events.projecting import work
from hub.ids import new_id
from tests.builders import NOW
from tests.hub.entities.conftest import Store
from tests.hub.entities.readings.conftest import Readings
from tests.hub.events.builders import switch
from tests.hub.events.conftest import events, related

EVENT = "MeterReadingAdded"
BY_USE_CASE = Source("use_case", "customer-sync", use_case_id=new_id(), use_case_version=1)


@pytest.fixture
def wanted(organization: Organization) -> Organization:
    """An organization that keeps the event."""
    switch(organization, EVENT, keeps_history=True)
    return organization


@pytest.fixture
def readings(organization: Organization) -> Readings:
    """The meter of Home and its counter."""
    return Readings(organization)


def post(store: Store, meter: Any, *readings: dict[str, Any], counter: Any = None) -> None:
    post_readings(
        organization_id=store.organization.pk,
        readings=[PostedReading(meter, counter, {"source": "ECP"} | one, "corr-1") for one in readings],
        matching=Matching.EXTERNAL_ID,
        at=NOW,
        writer=Source("user", "7"),
    )


def test_readings_of_a_meter_become_one_event_with_its_fields(wanted: Organization, store: Store) -> None:
    meter = store.upsert("meter", meter_number="M-1").entity_id
    counter = store.upsert("meter_counter", external_id="C-1", obis_number="1-1:1.8.0", meter=related(meter)).entity_id
    day, later = "2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"
    first = {"timestamp": day, "value": 10, "status": "valid", "remark": "dusty", "direction": "feed-in"}
    post(
        store,
        meter,
        {"timestamp": later, "value": "12.5", "unit": "kWh", "direction": "feed-in"},
        first,
        counter=counter,
    )
    work()
    [event] = events(EVENT)
    payload = event.payload
    assert (event.state, event.problem, event.entity_id, event.correlation_id) == ("ready", "", meter, "corr-1")
    assert (payload["meter_number"], payload["obis_numbers"], payload["reading_date"]) == ("M-1", ["1-1:1.8.0"], later)
    assert (payload["source"], payload["activity_type"], payload["remarks"]) == ("ECP", "MeterReadingsAdded", ["dusty"])
    assert (payload["_trigger_source"], payload["_event_source"], payload["user_id"]) == ("7", "operation", "7")
    assert payload["meter_readings"] == [
        {
            "counter_id": str(counter),
            "value": 10,
            "reading_timestamp": day,
            "obis_number": "1-1:1.8.0",
            "direction": "feed-in",
            "remark": "dusty",
            "status": "valid",
        },
        {
            "counter_id": str(counter),
            "value": 12.5,
            "reading_timestamp": later,
            "obis_number": "1-1:1.8.0",
            "direction": "feed-in",
            "unit": "kWh",
        },
    ]


def test_readings_of_an_event_carry_its_use_case(wanted: Organization, readings: Readings) -> None:
    event_id = new_id()
    readings.write(readings.wish("R-1", source="ECP", event_id=event_id, writer=BY_USE_CASE))
    [event] = events(EVENT)
    assert (event.cause_id, event.use_case_id) == (event_id, BY_USE_CASE.use_case_id)
    payload = event.payload
    assert (payload["_trigger_source_type"], payload["_event_source"]) == ("inbound", "inbound")


def test_what_an_erp_has_sent_itself_fires_nothing(wanted: Organization, readings: Readings) -> None:
    readings.write(readings.wish("R-1", source="ERP", writer=BY_USE_CASE))
    assert events(EVENT) == []


def test_a_reading_that_says_nothing_new_fires_nothing(wanted: Organization, store: Store) -> None:
    meter = store.upsert("meter", meter_number="M-1").entity_id
    for _ in range(2):
        post(store, meter, {"value": 10, "external_id": "R-1"})
    assert len(events(EVENT)) == 1


def test_a_reading_that_is_refused_fires_nothing(wanted: Organization, store: Store) -> None:
    meter = store.upsert("meter", meter_number="M-1").entity_id
    post(store, meter, {"value": "many"})
    assert events(EVENT) == []


@pytest.mark.parametrize("fields", [{"enabled": False}, {"auto_trigger": False}, {"keeps_history": False}])
def test_what_nobody_wants_is_not_published(store: Store, fields: dict[str, Any]) -> None:
    switch(store.organization, EVENT, **{"keeps_history": True} | fields)
    meter = store.upsert("meter", meter_number="M-1").entity_id
    post(store, meter, {"value": 10})
    assert events() == []


def test_many_readings_of_one_meter_are_several_events(wanted: Organization, store: Store) -> None:
    meter = store.upsert("meter", meter_number="M-1").entity_id
    post(store, meter, *[{"value": one, "external_id": f"R-{one}"} for one in range(150)])
    assert sorted(len(event.payload["meter_readings"]) for event in events(EVENT)) == [50, 100]


def test_a_write_that_nobody_wants_costs_one_query_more(store: Store, count_queries: Any, settings: Any) -> None:
    meter = store.upsert("meter", meter_number="M-1").entity_id
    post(store, meter, {"value": 10})
    with count_queries() as counted:
        post(store, meter, {"value": 11})
    settings.METER_READING_LISTENERS = []
    with count_queries() as without:
        post(store, meter, {"value": 12})
    assert len(counted) == len(without) + 1


def test_one_meter_costs_as_many_queries_as_ten(wanted: Organization, store: Store, count_queries: Any) -> None:
    meters = [store.upsert("meter", meter_number=f"M-{number}").entity_id for number in range(12)]
    writer = Source("user", "7")

    def post_for(*those: Any) -> None:
        posted = [PostedReading(one, None, {"source": "ECP", "value": 1, "external_id": "R"}) for one in those]
        post_readings(
            organization_id=store.organization.pk, readings=posted, matching=Matching.EXTERNAL_ID, at=NOW, writer=writer
        )

    post_for(meters[0])
    with count_queries() as few:
        post_for(meters[1])
    with count_queries() as many:
        post_for(*meters[2:])
    assert len(few) == len(many)
