"""Deliveries of single files, and the requests of an upload."""

from django.db import migrations, models

from hub.migration_operations import AddUniqueBesideWriters


class Migration(migrations.Migration):

    atomic = False

    dependencies = [("outbound", "0014_hops_of_orders")]

    operations = [
        migrations.AddField("delivery", "part", models.IntegerField(db_default=0, default=0)),
        migrations.AddField(
            "deliveryattempt",
            "steps",
            models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        AddUniqueBesideWriters(
            "delivery",
            models.UniqueConstraint(
                fields=["core_event_id", "mapping_id", "part"],
                condition=models.Q(replayed_from=None) & ~models.Q(mapping_id=None),
                name="one_delivery_per_mapping_and_file",
            ),
        ),
        migrations.RemoveConstraint("delivery", "one_delivery_per_mapping"),
    ]
