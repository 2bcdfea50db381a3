"""The queue's tables: cheap to write, and found by index however full they are (engine rule 2.10)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, models

from hub.accounts.models import Organization
from outbound.models import QueuedMessage, Stream
from outbound.queue.polling import poll
from tests.builders import NOW
from tests.conftest import FixedClock
from tests.outbound.queue.conftest import Queue


@pytest.mark.parametrize("model", [QueuedMessage, Stream])
def test_tables_of_the_queue_have_no_foreign_keys(model: type[models.Model]) -> None:
    assert not [field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey)]


@pytest.mark.services
@pytest.mark.django_db
def test_the_queue_is_vacuumed_by_the_number_of_dead_rows_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [QueuedMessage._meta.db_table])
        options = dict(option.split("=") for option in cursor.fetchone()[0])
    assert (float(options["autovacuum_vacuum_scale_factor"]), options["autovacuum_vacuum_threshold"]) == (0, "20000")


@pytest.mark.services
@pytest.mark.django_db
def test_a_poll_reads_a_handful_of_rows_of_a_full_queue(organization: Organization, clock: FixedClock) -> None:
    queue = Queue(organization, clock)
    queue.put_messages(*[queue.message(str(number), occurred_at=NOW - timedelta(hours=1)) for number in range(3000)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_reset_single_table_counters('outbound_queuedmessage'::regclass)")
        before = _fetched(cursor)
        assert len(poll(integration=queue.integration, limit=10, at=NOW).messages) == 10
        assert _fetched(cursor) - before < 100


def _fetched(cursor: object) -> int:
    """Rows that this transaction has read of the queue, by whatever way."""
    cursor.execute(  # type: ignore[attr-defined]  # a cursor
        "SELECT pg_stat_get_xact_tuples_returned(c) + coalesce(sum(pg_stat_get_xact_tuples_returned(indexrelid)), 0) "
        "FROM (SELECT 'outbound_queuedmessage'::regclass::oid AS c) AS t JOIN pg_index ON indrelid = c GROUP BY c"
    )
    return int(cursor.fetchone()[0])  # type: ignore[attr-defined]
