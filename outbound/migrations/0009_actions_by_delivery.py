"""Finds the action of a delivery."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("outbound", "0008_delivery_page_indexes")]
    operations = [
        AddIndexBesideWriters(
            model_name="takenaction",
            index=models.Index(fields=["delivery_id"], name="actions_by_delivery"),
        ),
    ]
