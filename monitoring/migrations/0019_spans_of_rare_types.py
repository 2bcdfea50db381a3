"""Spans of events of a type other than UPDATE, of which there are few among many."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("monitoring", "0018_integrations_counted_as_a_whole")]
    operations = [
        AddIndexBesideWriters(
            model_name="monitoringevent",
            index=models.Index(
                condition=models.Q(("event_type__in", ["CREATE", "DELETE"])),
                fields=["integration_id", "event_type", "completed_at", "id"],
                name="spans_of_rare_types",
            ),
        ),
    ]
