"""Indexes on big tables: built beside those who write, and built again where that was interrupted."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.state import ProjectState

from hub.migration_operations import AddIndexBesideWriters
from monitoring.models import MonitoringEvent

INDEX = next(index for index in MonitoringEvent._meta.indexes if index.name == "spans_of_an_entity")
OPERATION = AddIndexBesideWriters("monitoringevent", INDEX)


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
