"""Finds the events to be worked out by their organization: those of one keep no others waiting."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("events", "0001_initial")]
    operations = [
        AddIndexBesideWriters(
            model_name="coreevent",
            index=models.Index(
                fields=["organization_id", "id"],
                name="core_events_to_work_out",
                condition=models.Q(state="raw"),
            ),
        ),
        migrations.RemoveIndex(model_name="coreevent", name="core_events_to_project"),
    ]
