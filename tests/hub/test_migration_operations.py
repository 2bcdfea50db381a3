"""Indexes on big tables: built beside those who write, and built again where that was interrupted."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations import AddIndex, CreateModel, Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from hub.migration_operations import AddIndexBesideWriters, AddUniqueBesideWriters
from monitoring.models import MonitoringEvent

INDEX = next(index for index in MonitoringEvent._meta.indexes if index.name == "spans_of_an_entity")
OPERATION = AddIndexBesideWriters("monitoringevent", INDEX)

OLDER = {("events", "0002_events_to_work_out")}
"""Its last operation is one that PostgreSQL does or leaves."""

BIG = {"coreevent", "delivery", "entity", "entitychange", "inboundevent", "inboundoutcome", "monitoringevent"}
"""Tables with so many rows that nobody may wait while an index is built."""


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, MonitoringEvent._meta.db_table))


def run_backwards() -> None:
    state = ProjectState.from_apps(apps)
    with connection.schema_editor(atomic=False) as editor:
        OPERATION.database_backwards("monitoring", editor, state, state)


def run_forwards() -> None:
    state = ProjectState.from_apps(apps)
    with connection.schema_editor(atomic=False) as editor:
        OPERATION.database_forwards("monitoring", editor, state, state)


@pytest.mark.django_db(transaction=True)
def test_an_index_goes_and_comes() -> None:
    run_backwards()
    without = indexes()
    run_forwards()
    assert indexes() - without == {INDEX.name}


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_an_index_that_an_interrupted_attempt_left_is_built_anew() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [INDEX.name])
        run_forwards()
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = %s::regclass", [INDEX.name])
        assert cursor.fetchone() == (True,)


def test_a_step_that_is_no_transaction_can_be_repeated() -> None:
    """So it changes nothing in a way that a second attempt would stumble over."""
    names = {
        name for name, step in MigrationLoader(None).disk_migrations.items() if not step.atomic and _stumbles(step)
    }
    assert names <= OLDER


def _stumbles(step: Migration) -> bool:
    return not all(isinstance(one, AddIndexBesideWriters | AddUniqueBesideWriters) for one in step.operations)


def test_nobody_waits_while_an_index_of_a_big_table_is_built() -> None:
    names = {name for name, step in MigrationLoader(None).disk_migrations.items() if _blocks_writers(step)}
    assert not names


def _blocks_writers(step: Migration) -> bool:
    """Whether it has a plain index of a big table that an earlier one has made."""
    made = {one.name_lower for one in step.operations if isinstance(one, CreateModel)}
    plain = (one for one in step.operations if type(one) is AddIndex)
    return any(one.model_name_lower in BIG - made for one in plain)
