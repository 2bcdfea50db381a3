"""PostgreSQL learns that a code all but tells the status, and no longer takes the two together for rare."""

from django.db import migrations

from hub.migration_operations import OnlyOn


class Migration(migrations.Migration):
    dependencies = [("inbound", "0010_events_by_use_case_type_and_code")]
    operations = [
        OnlyOn(
            "postgresql",
            [
                "CREATE STATISTICS IF NOT EXISTS inbound_outcome_endings (dependencies, mcv)"
                " ON status, code FROM inbound_inboundoutcome",
                "ANALYZE inbound_inboundoutcome",
            ],
            ["DROP STATISTICS IF EXISTS inbound_outcome_endings"],
        ),
    ]
