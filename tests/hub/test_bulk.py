"""insert_rows: what goes in comes out, whether the rows of a column are alike or not."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from hub import database
from hub.bulk import insert_rows
from hub.ids import new_ids
from monitoring.models import MonitoringEvent
from tests.builders import NOW

pytestmark = pytest.mark.django_db

COLUMNS = (
    ("id", "uuid"),
    ("organization_id", "bigint"),
    ("integration_id", "uuid"),
    ("use_case_id", "uuid"),
    ("sync_type", "text"),
    ("event_type", "text"),
    ("object_type", "text"),
    ("level", "text"),
    ("code", "text"),
    ("category", "text"),
    ("message", "text"),
    ("correlation_id", "text"),
    ("received_at", "timestamptz"),
    ("completed_at", "timestamptz"),
    ("duration_ms", "integer"),
    ("lane_id", "bigint"),
    ("detail", "jsonb"),
)
NAMES = [name for name, _ in COLUMNS]
ONE, OTHER = UUID(int=1), UUID(int=2**127)


def row(identifier, **changed):
    usual = {
        "id": identifier,
        "organization_id": 7,
        "integration_id": ONE,
        "use_case_id": None,
        "received_at": NOW,
        "completed_at": NOW,
        "duration_ms": 12,
        "lane_id": 2**40,
        "detail": {"schema": "contact"},
    }
    return tuple((usual | changed).get(name, "") for name in NAMES)


def stored():
    return list(MonitoringEvent.objects.order_by("id").values_list(*NAMES))


def test_rows_that_are_alike_come_out_as_they_went_in():
    rows = [row(identifier) for identifier in new_ids(3)]
    insert_rows("monitoring_monitoringevent", COLUMNS, rows)
    assert stored() == rows


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 64, 65, 200])
def test_any_number_of_rows_comes_out_as_it_went_in(count):
    """SQLite takes them 64, 8 and 1 at a time."""
    rows = [row(identifier, message=f"row {number}") for number, identifier in enumerate(new_ids(count))]
    insert_rows("monitoring_monitoringevent", COLUMNS, rows)
    assert stored() == rows


def test_a_single_row_comes_out_as_it_went_in():
    rows = [row(identifier) for identifier in new_ids(1)]
    insert_rows("monitoring_monitoringevent", COLUMNS, rows)
    assert stored() == rows


@pytest.mark.parametrize(
    "changed",
    [
        {"integration_id": OTHER},
        {"use_case_id": OTHER},
        {"message": "Zählerwechsel – „ja“ 🙂"},
        {"message": "x" * 2000},
        {"received_at": NOW - timedelta(days=20_000, microseconds=1)},
        {"duration_ms": -1},
        {"duration_ms": None},
        {"lane_id": 2**63 - 1},
        {"detail": None},
        {"detail": {"true": True, "one": 1, "list": [1, None, "ü"]}},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_one_row_that_differs_comes_out_as_it_went_in(changed):
    first, second, third = new_ids(3)
    rows = [row(first), row(second, **changed), row(third)]
    insert_rows("monitoring_monitoringevent", COLUMNS, rows)
    assert stored() == rows


def test_values_that_python_calls_equal_stay_what_they_are():
    first, second = new_ids(2)
    insert_rows("monitoring_monitoringevent", COLUMNS, [row(first, detail=[True]), row(second, detail=[1])])
    assert [detail for *_, detail in stored()] == [[True], [1]]
    assert [type(detail[0]) for *_, detail in stored()] == [bool, int]


def test_no_row_is_no_statement(count_queries):
    with count_queries() as counted:
        insert_rows("monitoring_monitoringevent", COLUMNS, [])
    assert len(counted) == 0


def test_what_is_no_text_of_the_database_is_its_error():
    first, second = new_ids(2)
    with pytest.raises(database.DATA_ERRORS):
        insert_rows("monitoring_monitoringevent", COLUMNS, [row(first), row(second, message="\ud800")])
