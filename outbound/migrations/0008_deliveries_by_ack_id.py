"""Finds the deliveries of an acknowledgement, and the action of a delivery."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("outbound", "0007_apps")]
    operations = [
        AddIndexBesideWriters(
            model_name="delivery",
            index=models.Index(
                fields=["ack_id"],
                name="deliveries_by_ack_id",
                condition=models.Q(("ack_id__isnull", False)),
            ),
        ),
        AddIndexBesideWriters(
            model_name="takenaction",
            index=models.Index(fields=["delivery_id"], name="actions_by_delivery"),
        ),
    ]
