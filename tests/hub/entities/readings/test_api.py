"""GET /v1/metering/reading/{meter_id}/{counter_id} and POST /v2/metering/readings."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client

from hub import database
from hub.entities.readings.series import Interval, Position, list_readings
from tests.builders import NOW, make_token
from tests.cast import MACHINE, NEIGHBOUR
from tests.hub.entities.conftest import delete
from tests.hub.entities.readings.conftest import Readings

POST = "/v2/metering/readings"


@pytest.fixture
def machine(client_of: Callable[[Any], Client]) -> Client:
    return client_of(MACHINE)


def path_of(readings: Readings, meter_id: UUID | None = None, counter_id: UUID | None = None) -> str:
    return f"/v1/metering/reading/{meter_id or readings.meter_id}/{counter_id or readings.counter_id}"


def post(client: Client, *items: Any, **body: Any) -> Any:
    return client.post(POST, {"readings": items} | body, content_type="application/json")


def item(readings: Readings, **fields: Any) -> dict[str, Any]:
    ids = {"meter_id": str(readings.meter_id), "counter_id": str(readings.counter_id)}
    return ids | {"value": 5, "source": "ECP"} | fields


def listed(client: Client, readings: Readings, **query: Any) -> list[Any]:
    return [one["external_id"] for one in client.get(path_of(readings), query).json()["data"]]


class TestList:
    def test_a_reading_is_shown_with_what_it_says(self, machine: Client, readings: Readings):
        given = {"timestamp": "2026-01-01T00:00:00+01:00", "unit": "kWh", "own": {"a": 1}, "metadata": {"b": "c"}}
        result = readings.one(readings.wish("R-1", value="812.40", **given))
        assert machine.get(path_of(readings)).json() == {
            "data": [
                {
                    **given,
                    "_id": str(result.reading_id),
                    "meter_id": str(readings.meter_id),
                    "counter_id": str(readings.counter_id),
                    "external_id": "R-1",
                    "value": 812.4,
                    "source": "ERP",
                    "_created_at": "2026-01-15T08:00:00.000Z",
                    "_updated_at": "2026-01-15T08:00:00.000Z",
                }
            ],
            "next_cursor": None,
            "has_more": False,
        }

    @pytest.mark.parametrize(
        ("value", "shown"),
        [("1e3", 1000), ("-0.5", -0.5), ("9007199254740993", "9007199254740993"), ("0.1", 0.1),
         ("-123456789012345678901234567890.5", "-123456789012345678901234567890.5"), ("1e99", 1e99)],
    )  # fmt: skip
    def test_a_value_is_a_number_or_the_text_of_all_its_digits(
        self, machine: Client, readings: Readings, value: str, shown: Any
    ):
        readings.write(readings.wish("R-1", value=value))
        assert machine.get(path_of(readings)).json()["data"][0]["value"] == shown

    def test_the_newest_come_first_page_by_page(self, machine: Client, readings: Readings):
        days = [1, 1, 2, 3, 3, 3, 4]
        wishes = [readings.wish(f"R-{place}", timestamp=f"2026-01-0{day}") for place, day in enumerate(days)]
        readings.write(*wishes)
        seen: list[str] = []
        query: dict[str, Any] = {"limit": 2}
        while True:
            page = machine.get(path_of(readings), query).json()
            seen += [one["external_id"] for one in page["data"]]
            assert page["has_more"] == (page["next_cursor"] is not None)
            if not page["has_more"]:
                break
            query["cursor"] = page["next_cursor"]
        assert seen == [f"R-{place}" for place in range(6, -1, -1)]

    def test_an_interval_includes_both_ends(self, machine: Client, readings: Readings):
        readings.write(*[readings.wish(f"R-{day}", timestamp=f"2026-01-0{day}T00:00:00.5Z") for day in range(1, 6)])
        ends = {"from_date": "2026-01-02T01:00:00.5+01:00", "to_date": "2026-01-04T00:00:00.5Z"}
        assert listed(machine, readings, **ends) == ["R-4", "R-3", "R-2"]
        assert listed(machine, readings, from_date="2026-01-05T00:00:00.500001Z") == []

    def test_a_source_is_chosen(self, machine: Client, readings: Readings):
        readings.write(readings.wish("R-1"), readings.wish("R-2", source="360"))
        assert listed(machine, readings, source="360") == ["R-2"]

    def test_readings_of_another_counter_are_not_shown(self, machine: Client, readings: Readings):
        other = readings.made("meter_counter", "C-2")
        readings.write(
            readings.wish("R-1"), readings.wish("R-2", counter_id=other), readings.wish("R-3", counter_id=None)
        )
        assert listed(machine, readings) == ["R-1"]

    def test_a_meter_in_the_bin_still_shows_its_readings(self, machine: Client, readings: Readings):
        readings.write(readings.wish("R-1"))
        readings.store.write(delete("meter", external_id="M-1"))
        assert listed(machine, readings) == ["R-1"]

    def test_a_meter_and_a_counter_must_be_there(self, machine: Client, readings: Readings):
        for path in (
            path_of(readings, meter_id=uuid4()),
            path_of(readings, counter_id=uuid4()),
            path_of(readings, meter_id=readings.counter_id, counter_id=readings.meter_id),
        ):
            assert machine.get(path).status_code == 404

    @pytest.mark.parametrize(
        "query",
        [{"limit": "0"}, {"limit": "1001"}, {"limit": "x"}, {"limit": "9" * 5000}, {"limit": "²"}, {"source": "erp"},
         {"from_date": "2026-01-01"}, {"to_date": "x"},
         {"from_date": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, {"cursor": "x"}, {"cursor": "e30"},
         {"cursor": "eyJ0aW1lc3RhbXAiOiIyMDI2LTAxLTAxVDAwOjAwOjAwWiIsImlkIjoieCJ9"}],
    )  # fmt: skip
    def test_a_bad_query_is_refused(self, machine: Client, readings: Readings, query: dict[str, str]):
        assert machine.get(path_of(readings), query).status_code == 400

    def test_a_page_walks_the_index(self, readings: Readings, count_queries):
        explain = "EXPLAIN QUERY PLAN "
        if connection.vendor == "postgresql":
            database.rows(database.BY_INDEX)
            explain = "EXPLAIN "
        after = Position(NOW, readings.meter_id)
        with count_queries() as counted:
            list_readings(
                organization=readings.organization,
                counter=(readings.meter_id, readings.counter_id),
                limit=5,
                interval=Interval(NOW, NOW),
                after=after,
            )
        plan = str(database.rows(explain + counted[-1]["sql"]))
        assert "readings_by_moment" in plan
        assert "Sort" not in plan
        assert "TEMP B-TREE" not in plan


class TestPost:
    def test_each_reading_has_its_own_outcome(self, machine: Client, readings: Readings):
        readings.write(readings.wish("R-1"))
        answer = post(
            machine,
            item(readings, external_id="R-1", value="7.50"),
            item(readings, external_id="R-2", value="812,4"),
            item(readings, meter_id=str(uuid4())),
            item(readings, counter_id=str(uuid4())),
            item(readings, meter_id=str(readings.counter_id)),
            item(readings, external_id="R-3", timestamp="2026-01-02"),
        )
        results = answer.json()["results"]
        assert answer.status_code == 200
        assert [(one["outcome"], one["code"]) for one in results] == [
            ("updated", "METER_READING_UPSERTED"),
            ("failed", "INVALID_METER_READING_ATTRIBUTES"),
            ("failed", "METER_NOT_FOUND"),
            ("failed", "METER_COUNTER_NOT_FOUND"),
            ("failed", "METER_NOT_FOUND"),
            ("created", "METER_READING_UPSERTED"),
        ]
        assert ["message" in one for one in results] == [False, True, True, True, True, False]
        assert results[0]["reading_id"] == str(readings.stored()[-1].pk)
        assert readings.ids() == ["R-1", "R-3"]

    def test_a_counter_of_another_meter_is_refused(self, machine: Client, readings: Readings):
        link = {"$relation": [{"entity_id": str(readings.made("meter", "M-2")), "_schema": "meter"}]}
        foreign = readings.made("meter_counter", "C-2", meter=link)
        [result] = post(machine, item(readings, counter_id=str(foreign))).json()["results"]
        assert (result["outcome"], result["code"]) == ("failed", "METER_COUNTER_NOT_FOUND")
        assert result["message"].startswith("This meter_counter belongs to another meter, ")
        assert readings.ids() == []

    def test_a_counter_that_says_it_belongs_to_the_meter_is_taken(self, machine: Client, readings: Readings):
        link = {"$relation": [{"entity_id": str(readings.meter_id), "_schema": "meter"}]}
        own = readings.made("meter_counter", "C-2", meter=link)
        [result] = post(machine, item(readings, counter_id=str(own))).json()["results"]
        assert result["outcome"] == "created"

    def test_a_reading_without_timestamp_is_one_of_now(self, machine: Client, readings: Readings):
        post(machine, item(readings))
        row = readings.only()
        assert (row.timestamp, row.external_id, row.event_id, row.actor_type) == (NOW, "", None, "token")
        assert post(machine, item(readings)).json()["results"][0]["outcome"] == "no_op"

    def test_a_reading_needs_no_counter(self, machine: Client, readings: Readings):
        without = item(readings)
        del without["counter_id"]
        assert post(machine, without, without).json()["results"][1]["outcome"] == "no_op"
        assert readings.only().counter_id is None

    def test_a_day_finds_its_reading(self, machine: Client, readings: Readings):
        readings.write(readings.wish("R-1", timestamp="2026-01-01T10:00:00Z"))
        same_day = item(readings, external_id="P-1", timestamp="2026-01-01")
        assert post(machine, same_day, reading_matching="strict-date").json()["results"][0]["outcome"] == "updated"
        assert readings.ids() == ["P-1"]

    def test_meters_in_the_bin_and_next_door_take_no_readings(
        self, machine: Client, client_of: Callable[[Any], Client], readings: Readings
    ):
        assert post(client_of(NEIGHBOUR), item(readings)).json()["results"][0]["code"] == "METER_NOT_FOUND"
        readings.store.write(delete("meter", external_id="M-1"))
        assert post(machine, item(readings)).json()["results"][0]["code"] == "METER_NOT_FOUND"
        assert readings.stored() == []

    def test_an_integer_beyond_all_bits_is_a_value_and_no_other_attribute(self, machine: Client, readings: Readings):
        results = post(machine, item(readings, value=10**40), item(readings, own=10**40)).json()["results"]
        assert [one["outcome"] for one in results] == ["created", "failed"]
        assert machine.get(path_of(readings)).json()["data"][0]["value"] == 1e40

    @pytest.mark.parametrize(
        ("body", "path"),
        [
            ({}, "readings"),
            ({"readings": []}, "readings"),
            ({"readings": [{}] * 1001}, "readings"),
            ({"readings": [7]}, "readings[0]"),
            ({"readings": [{"value": 1}]}, "readings[0].meter_id"),
            ({"readings": [{"meter_id": "x"}]}, "readings[0].meter_id"),
            ({"readings": [{"meter_id": str(UUID(int=1)), "counter_id": 7}]}, "readings[0].counter_id"),
            (
                {"readings": [{"meter_id": str(UUID(int=1))}], "reading_matching": "strict-date"},
                "readings[0].counter_id",
            ),
            ({"readings": [{}], "reading_matching": "date"}, "reading_matching"),
        ],
    )
    def test_a_body_of_the_wrong_shape_is_refused(self, machine: Client, body: Any, path: str):
        answer = machine.post(POST, json.dumps(body), content_type="application/json")
        assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, path)

    def test_the_number_of_statements_does_not_depend_on_the_number_of_readings(
        self, machine: Client, readings: Readings, count_queries
    ):
        def statements(count: int) -> int:
            items = [item(readings, external_id=f"P-{count}-{number}") for number in range(count)]
            with count_queries() as counted:
                assert post(machine, *items).status_code == 200
            return len(counted)

        post(machine, item(readings))
        assert statements(1) == statements(200)


@pytest.mark.parametrize(
    ("grant", "get_status", "post_status"),
    [
        ({"action": "entity:view", "resource": "meter"}, 200, 403),
        ({"action": "entity:edit", "resource": "meter"}, 403, 200),
        ({"action": "entity:*", "resource": "contact"}, 403, 403),
    ],
)
def test_a_grant_for_meters_is_enough(
    client_of: Callable[[Any], Client], readings: Readings, grant: Any, get_status: int, post_status: int
):
    client = client_of(make_token(organization=readings.organization, grants=(grant,)))
    assert client.get(path_of(readings)).status_code == get_status
    assert post(client, item(readings)).status_code == post_status
