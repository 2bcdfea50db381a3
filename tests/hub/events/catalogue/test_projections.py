"""Projections of the built-in events, where entities say little or something unusual."""

from __future__ import annotations

from typing import Any

import pytest

from hub.events.catalogue import built_in, built_ins
from hub.events.catalogue.projections import path_of
from hub.jsonata.undefined import UNDEFINED
from tests.hub.events.catalogue.books import value_of

pytestmark = pytest.mark.once
FILE = {"_id": "f1", "filename": "a.pdf"}
FIRST = {"value": 7, "counter_id": "c1", "remark": " ", "status": "valid", "reading_timestamp": "2026-01-15T08:00:00Z"}


def projected(event: str, field: str, **nodes: Any) -> Any:
    found = built_in(event).find_field(field)
    assert found is not None
    assert found.source is not None
    return value_of(found.source, nodes)


SOURCES = [(name, one.name) for name, event in built_ins().items() for one in event.fields if one.source]


@pytest.mark.parametrize(("event", "field"), SOURCES)
def test_without_any_entity_a_projection_yields_nothing_an_empty_list_or_a_constant(event: str, field: str):
    assert projected(event, field) in (UNDEFINED, [], "EUR")


@pytest.mark.parametrize(
    ("event", "field", "nodes", "value"),
    [
        ("ProductOrderCompleted", "recording_ids", {"recordings": []}, []),
        ("ProductOrderCompleted", "recording_ids", {"recordings": [{"_id": "r1"}]}, ["r1"]),
        ("ProductOrderCompleted", "recording_ids", {"recordings": [{"_id": "r1", "external_id": "R"}]}, ["R"]),
        ("ProductOrderCompleted", "work_instruction_id", {"work_instruction": {"_id": "w1"}}, "w1"),
        ("ProductOrderCompleted", "article_number", {"product_order": {}, "article": {"article_number": "A"}}, "A"),
        ("ProductOrderCompleted", "completed_at", {"product_order": {"_updated_at": "now"}}, "now"),
        ("CustomerRequestSubmitted", "event_attachments", {"ticket": {}}, []),
        (
            "CustomerRequestSubmitted",
            "event_attachments",
            {"ticket_files": [FILE]},
            [{"entity_id": "f1", "version_index": 0, "filename": "a.pdf"}],
        ),
        ("ServiceInstallmentChange", "installment_amount", {"ticket": {"neuer_abschlagsbetrag_in_eur": 0.29}}, 29),
        ("ServiceInstallmentChange", "installment_amount", {"ticket": {"neuer_abschlagsbetrag_in_eur": "83.5"}}, 8350),
        (
            "ServiceInstallmentChange",
            "installment_amount_decimal",
            {"ticket": {"neuer_abschlagsbetrag_in_eur": 90}},
            "90",
        ),
        (
            "ServiceInstallmentChange",
            "change_reason",
            {"ticket": {"sonstiger_aenderungsgrund": "  ", "aenderungsgrund": "more"}},
            "more",
        ),
        ("ServiceMeterReadingAdded", "value", {"ticket": {"value": 0, "meter_readings": [FIRST]}}, 0),
        ("ServiceMeterReadingAdded", "value", {"ticket": {"meter_readings": [FIRST]}}, 7),
        ("ServiceMeterReadingAdded", "status", {"ticket": {"status": "Open", "meter_readings": [FIRST]}}, "valid"),
        ("ServiceMeterReadingAdded", "status", {"ticket": {"status": "Open"}}, UNDEFINED),
        ("ServiceMeterReadingAdded", "reading_timestamp", {"ticket": {"_created_at": "then"}}, "then"),
        ("ServiceMeterReadingAdded", "remarks", {"ticket": {"meter_readings": [FIRST]}}, UNDEFINED),
        (
            "ServiceMeterReadingAdded",
            "remarks",
            {"ticket": {"meter_readings": [FIRST, FIRST | {"remark": "dark"}]}},
            ["dark"],
        ),
        ("MeterReadingAdded", "obis_numbers", {"meter_counters": [{"obis_number": "1.8.0"}]}, ["1.8.0"]),
    ],
)
def test_a_projection_yields_what_the_event_promises(event: str, field: str, nodes: dict[str, Any], value: Any):
    assert projected(event, field, **nodes) == value


@pytest.mark.parametrize(
    ("source", "path"),
    [("a.b", ["a", "b"]), ("a._id", ["a", "_id"]), ("a", None), ("a[0].b", None), ("$string(a.b)", None), (None, None)],
)
def test_a_path_is_told_from_other_expressions(source: str | None, path: list[str] | None):
    assert path_of(source) == path
