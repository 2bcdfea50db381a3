"""Finds the deliveries of a correlation id, which often belong to several core events or to none."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("outbound", "0010_automations")]
    operations = [
        AddIndexBesideWriters(
            model_name="delivery",
            index=models.Index(
                fields=["organization_id", "correlation_id", "created_at", "id"], name="deliveries_by_correlation"
            ),
        ),
    ]
