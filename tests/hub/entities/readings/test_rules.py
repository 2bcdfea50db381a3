"""What a reading may say, and everything that is wrong with one: no database."""

from __future__ import annotations

from typing import Any

import pytest

from hub.entities.readings.rules import problem_of, violations_of
from hub.entities.readings.values import Matching, Mode

FINE: dict[str, Any] = {"external_id": "R-1", "timestamp": "2026-01-01", "source": "ERP", "value": 812.4}


def problem(mode: Mode = Mode.UPSERT, **attributes: Any) -> str:
    return problem_of(FINE | attributes, mode)


@pytest.mark.parametrize("value", [0, -3, 12.5, "12.5", "-3", "1e3", "+7", "812.40", 10**30, "1" * 100])
def test_a_number_or_its_plain_text_is_a_value(value: Any):
    assert problem(value=value) == ""


@pytest.mark.parametrize(
    "value",
    ["812,4", "", None, True, False, float("nan"), float("inf"), "NaN", "Infinity", " 1", "1 ", "1_000", "0x1", "٣",
     ".5", "5.", "--1", "1e", [], {}, "1e200", "1e-200", "9" * 500],
)  # fmt: skip
def test_anything_else_is_no_value(value: Any):
    assert problem(value=value).startswith("value must be a number")


def test_a_problem_names_the_attribute_and_what_it_was():
    assert problem(value="812,4").endswith('not "812,4".')
    assert problem(reason="jahresablesung").startswith("reason must be one of regular, irregular")
    assert len(problem(external_id="E" * 300)) < 150


@pytest.mark.parametrize(
    "timestamp",
    ["2025-12-15", "2024-02-29", "2025-12-15T10:00:00", "2025-12-15T10:00:00Z", "2025-12-15T10:00:00.5+02:00",
     "2025-12-15T10:00:00.123456789-11:30", "0001-01-01", "9999-12-31T23:59:59.999999Z"],
)  # fmt: skip
def test_a_day_or_a_moment_is_a_timestamp(timestamp: str):
    assert problem(timestamp=timestamp) == ""


@pytest.mark.parametrize(
    "timestamp",
    ["2025-02-30", "2025-13-01", "0000-01-01", "2025-01-01T24:00:00Z", "2025-01-01T25:00:00Z", "2025-01-01T10:60:00Z",
     "2016-12-31T23:59:60Z", "2025-01-01T10:00:00+24:00", "2025-01-01T10:00:00+01:60", "0001-01-01T00:00:00+02:00",
     "15.01.2025", 1736899200000, "1736899200000", "2025-01-01 10:00:00", "2025-01-01T10:00",
     "2025-01-01T10:00:00+0100", "2025-01-01T10:00:00.Z", "2025-1-1", "20250101", "2025-W01-1",
     "2025-01-01Z", "2025-01-01\n", "", None, True, []],
)  # fmt: skip
def test_anything_else_is_no_timestamp(timestamp: Any):
    assert problem(timestamp=timestamp).startswith("timestamp must ")


@pytest.mark.parametrize(
    ("name", "fine", "wrong"),
    [
        ("source", ["ERP", "ECP", "360", "journey-submission"], ["erp", "", None, 360, True, []]),
        ("reason", ["", None, "regular", "meter_adjustment"], ["Regular", "jahresablesung", 0, False]),
        ("direction", ["feed-in", "feed-out"], ["", None, "in", "FEED-IN"]),
        ("status", ["", None, "valid", "in-validation", "implausible"], ["Valid", "invalid", 1]),
        ("metadata", [{}, {"a": "b"}], [None, [], "a", {"a": 1}, {"a": None}]),
        ("external_id", ["R", 4711, 1.5, "0"], [True, "  ", [], {}, "x" * 256, "a\x00b", "\ud800"]),
        ("unit", ["kWh", "", None, 5, ["odd"]], ["a\x00b", "\ud800", 2**80]),
        ("own", [None, {"deep": [1]}, "\\u0000"], [{"deep": ["\x00"]}, 2**64]),
    ],
)
def test_each_attribute_has_its_own_rule(name: str, fine: list[Any], wrong: list[Any]):
    assert [problem(**{name: value}) for value in fine] == [""] * len(fine)
    assert all(name in problem(**{name: value}) for value in wrong)


@pytest.mark.parametrize("name", ["external_id", "timestamp", "source", "value"])
def test_an_upsert_needs_four_attributes(name: str):
    without = {key: value for key, value in FINE.items() if key != name}
    assert problem_of(without, Mode.UPSERT) == f"{name} is missing or empty."


def test_a_reading_that_no_erp_sent_needs_no_external_id():
    for nothing in ({}, {"external_id": None}, {"external_id": ""}):
        attributes = {key: value for key, value in FINE.items() if key != "external_id"} | nothing
        assert problem_of(attributes, Mode.UPSERT, may_lack_external_id=True) == ""
        assert problem_of(attributes, Mode.UPSERT) == "external_id is missing or empty."


def test_a_delete_needs_what_finds_the_reading_and_looks_at_nothing_else():
    assert problem_of({"external_id": "R-1", "value": "812,4", "timestamp": "x"}, Mode.DELETE) == ""
    assert problem_of({"timestamp": "2026-01-01"}, Mode.DELETE) == "external_id is missing or empty."
    by_date = {"timestamp": "2026-01-01", "external_id": None}
    assert problem_of(by_date, Mode.DELETE, matching=Matching.STRICT_DATE) == ""
    by_id = {"external_id": "R-1"}
    assert problem_of(by_id, Mode.DELETE, matching=Matching.STRICT_DATE) == "timestamp is missing or empty."


def test_every_attribute_that_is_wrong_is_named_once_in_the_order_of_the_rules():
    wrong = {"own": "a\x00b", "reason": "jahresablesung", "value": "812,4", "source": "erp", "timestamp": "15.01.2025"}
    violations = violations_of(wrong, Mode.UPSERT)
    assert [one.attribute for one in violations] == ["external_id", "timestamp", "source", "value", "reason", "own"]
    assert problem_of(wrong, Mode.UPSERT) == " ".join(one.sentence for one in violations)


def test_what_breaks_a_rule_and_cannot_be_stored_is_told_by_its_rule():
    [violation] = violations_of(FINE | {"source": "a\x00b"}, Mode.UPSERT)
    assert violation.sentence.startswith("source must be one of ERP")


def test_all_that_cannot_be_stored_is_told_whatever_the_reason():
    wrong = FINE | {"unit": "a\x00b", "note": "\ud800", "own": 2**80, "fine": 1}
    assert [one.attribute for one in violations_of(wrong, Mode.UPSERT)] == ["unit", "note", "own"]
