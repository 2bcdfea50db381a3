"""Input that no ERP should send: each has its documented outcome, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest

from hub.entities.models import Entity, MeterReading
from monitoring.models import MonitoringEvent
from tests.inbound.conftest import Erp
from tests.inbound.test_process_language import READINGS, codes, field, last_outcome, meter, reading, related, send

pytestmark = pytest.mark.django_db

MANY = 100_000


def contact(*fields: dict[str, Any], expression: str = "") -> dict[str, Any]:
    entry = {"entity_schema": "contact", "unique_ids": ["external_id"], "fields": [field("external_id", "id"), *fields]}
    return {"entities": [entry | ({"jsonataExpression": expression} if expression else {})]}


@pytest.mark.parametrize("value", [None, "", "   ", [], {}])
def test_an_identifier_without_a_value_fails_its_item_and_no_other(erp: Erp, value: Any) -> None:
    send(erp, "people", contact(expression="people"), {"people": [{"id": "1"}, {"id": value}]})
    assert [entity.attributes["external_id"] for entity in Entity.objects.all()] == ["1"]
    counts = last_outcome().counts
    assert (last_outcome().code, counts["created"], counts["failed"]) == ("MISSING_UNIQUE_IDENTIFIERS", 1, 1)


def test_a_relation_whose_identifier_is_empty_is_left_out_and_warned_of(erp: Erp) -> None:
    configuration = contact(related("account", "account", "customer_number", "konto"))
    send(erp, "people", configuration, {"id": "1", "konto": " "})
    assert Entity.objects.get().attributes == {"external_id": "1"}
    assert last_outcome().status == "warning"


@pytest.mark.parametrize(("value", "kind"), [(["7", "8"], "a list"), ({"nr": "7"}, "an object")])
def test_a_relation_whose_identifier_is_no_single_value_says_what_it_is(erp: Erp, value: Any, kind: str) -> None:
    configuration = contact(related("account", "account", "customer_number", "konto"))
    send(erp, "people", configuration, {"id": "1", "konto": value})
    [told] = MonitoringEvent.objects.filter(code="MAPPED_FIELD_EMPTY")
    reason = f"customer_number (konto) is {kind}, but must be one value"
    assert told.message == f"the account to relate to was left out: {reason}"


def test_entities_that_point_at_each_other_in_a_circle_are_written(erp: Erp) -> None:
    configuration = contact(related("peer", "contact", "external_id", "peer"), expression="people")
    circle = [{"id": "1", "peer": "2"}, {"id": "2", "peer": "3"}, {"id": "3", "peer": "1"}]
    send(erp, "people", configuration, {"people": circle})
    assert (Entity.objects.count(), last_outcome().counts) == (3, {"created": 3})


def test_an_expression_that_fails_for_one_of_many_entities_writes_none(erp: Erp) -> None:
    configuration = contact({"attribute": "code", "jsonataExpression": "$substring(nr, 0, 2)"}, expression="people")
    send(erp, "people", configuration, {"people": [{"id": "1", "nr": "4711"}, {"id": "2", "nr": 4711}]})
    assert (last_outcome().code, Entity.objects.count()) == ("MAPPING_EXPRESSION_FAILED", 0)


def test_a_list_of_a_hundred_thousand_values_is_written(erp: Erp) -> None:
    send(erp, "people", contact(field("numbers", "numbers")), {"id": "1", "numbers": list(range(MANY))})
    assert len(Entity.objects.get().attributes["numbers"]) == MANY


def test_a_list_of_a_hundred_thousand_entities_has_one_clear_outcome(erp: Erp) -> None:
    send(erp, "people", contact(expression="ids.{'id': $}"), {"ids": list(range(MANY))})
    assert (last_outcome().code, Entity.objects.count()) == ("MAPPING_EXPRESSION_FAILED", 0)
    assert "resource limit" in last_outcome().message or "larger" in last_outcome().message


@pytest.mark.parametrize(("moment", "is_valid"), [
    ("2025-07-01", True), ("2025-07-01T06:00:00", True), ("2025-07-01T06:00:00+02:00", True), ("2025-02-30", False),
    ("2025-07-01T25:00:00Z", False), ("01.07.2025", False), (1736899200000, False), ("2025-07-01 06:00:00", False),
])  # fmt: skip
def test_a_reading_has_a_moment_that_exists(erp: Erp, moment: Any, is_valid: bool) -> None:
    meter(erp)
    send(erp, "readings", READINGS, {"staende": [reading(am=moment)]})
    assert (MeterReading.objects.count() == 1) is is_valid
    assert ("INVALID_METER_READING_ATTRIBUTES" in codes()) is not is_valid


@pytest.mark.parametrize("value", ["-3", "0", "123456789012345678901234567890", "0.000000000000000000000000000001"])
def test_a_reading_keeps_every_digit_and_its_sign(erp: Erp, value: str) -> None:
    meter(erp)
    send(erp, "readings", READINGS, {"staende": [reading(wert=value)]})
    assert f"{MeterReading.objects.get().value:f}" == value


@pytest.mark.parametrize("value", ["812,4", "", None, True, "NaN", "twelve", [1], {}])
def test_a_reading_is_a_number(erp: Erp, value: Any) -> None:
    meter(erp)
    send(erp, "readings", READINGS, {"staende": [reading(wert=value)]})
    assert (last_outcome().code, MeterReading.objects.count()) == ("INVALID_METER_READING_ATTRIBUTES", 0)
