"""The sequence that orders events, and an eager vacuum for the queue, whose rows live for milliseconds."""

from django.db import migrations

from hub.migration_operations import OnlyOn


class Migration(migrations.Migration):
    dependencies = [("inbound", "0001_initial")]
    operations = [
        OnlyOn(
            "postgresql",
            forwards=[
                "CREATE SEQUENCE inbound_event_sequence AS bigint CACHE 1",
                "ALTER TABLE inbound_queuedevent SET (autovacuum_vacuum_scale_factor = 0.0, "
                "autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0)",
            ],
            backwards=["DROP SEQUENCE inbound_event_sequence"],
        ),
        OnlyOn(
            "sqlite",
            forwards=["INSERT INTO inbound_sequencecounter (name, value) VALUES ('event', 0)"],
            backwards=["DELETE FROM inbound_sequencecounter WHERE name = 'event'"],
        ),
    ]
