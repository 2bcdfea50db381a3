"""Finds the events of a correlation id: the trace of a business process reads them."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("events", "0004_automation_firings")]
    operations = [
        AddIndexBesideWriters(
            model_name="coreevent",
            index=models.Index(fields=["organization_id", "correlation_id"], name="core_events_by_correlation"),
        ),
    ]
