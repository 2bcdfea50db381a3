"""Deliveries of one core event, of which there may be few among many."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("outbound", "0018_numbers_of_deliveries")]
    operations = [
        AddIndexBesideWriters(
            model_name="delivery",
            index=models.Index(
                fields=["organization_id", "event_name", "created_at", "id"], name="deliveries_of_an_event_name"
            ),
        ),
    ]
