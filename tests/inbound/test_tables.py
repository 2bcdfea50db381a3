"""Tables that grow with every event: cheap to write, and ready to become partitions (engine rule 2.10)."""

from __future__ import annotations

import pytest
from django.db import connection, models

from hub.entities.models import Entity, EntityChange, EntityKey
from inbound.models import DeduplicationKey, InboundBody, InboundEvent, InboundOutcome, ParkedKey, QueuedEvent
from monitoring.models import AccessLog, BucketDelta, MonitoringEvent

BIG = (InboundEvent, InboundBody, InboundOutcome, MonitoringEvent, AccessLog, EntityChange)
PER_EVENT = (*BIG, QueuedEvent, ParkedKey, DeduplicationKey, BucketDelta, Entity, EntityKey)
QUEUES = (QueuedEvent, ParkedKey)


@pytest.mark.parametrize("model", PER_EVENT)
def test_tables_written_per_event_have_no_foreign_keys_in_the_database(model: type[models.Model]) -> None:
    keys = [field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey)]
    assert [field.name for field in keys if field.db_constraint] == []


@pytest.mark.parametrize("model", BIG)
def test_big_tables_have_one_unique_key_and_it_is_ordered_by_time(model: type[models.Model]) -> None:
    uniques = [one for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)]
    columns = [field.name for field in model._meta.concrete_fields if field.unique and not field.primary_key]
    assert isinstance(model._meta.pk, models.UUIDField)
    assert (uniques, columns) == ([], [])


@pytest.mark.services
@pytest.mark.django_db
@pytest.mark.parametrize("model", QUEUES)
def test_queues_are_vacuumed_by_the_number_of_dead_rows_alone(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [model._meta.db_table])
        options = dict(option.split("=") for option in cursor.fetchone()[0])
    assert (float(options["autovacuum_vacuum_scale_factor"]), options["autovacuum_vacuum_threshold"]) == (0, "20000")


@pytest.mark.services
@pytest.mark.django_db
def test_no_connection_keeps_sequences_for_later() -> None:
    """Else an event that was sent after another one's answer could come before it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_size FROM pg_sequences WHERE sequencename = 'inbound_event_sequence'")
        assert cursor.fetchone() == (1,)
