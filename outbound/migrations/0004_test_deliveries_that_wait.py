"""Finds the test deliveries that wait, which go out before others."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("outbound", "0003_delivery_input")]
    operations = [
        AddIndexBesideWriters(
            model_name="delivery",
            index=models.Index(
                fields=["sequence"],
                name="test_deliveries_that_wait",
                condition=models.Q(("is_test", True), ("state", "waiting")),
            ),
        ),
    ]
