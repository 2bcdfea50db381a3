"""Finds the later spans of an entity, which tell whether a replay would bring back what was replaced since."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("monitoring", "0002_constraints_for_both_databases")]
    operations = [
        AddIndexBesideWriters(
            model_name="monitoringevent",
            index=models.Index(
                fields=["entity_id", "event_order"],
                name="spans_of_an_entity",
                condition=models.Q(entity_id__isnull=False),
            ),
        ),
    ]
