"""Deliveries of single files, and the requests of an upload."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("outbound", "0014_hops_of_orders")]

    operations = [
        migrations.AddField("delivery", "part", models.IntegerField(db_default=0, default=0)),
        migrations.AddField(
            "deliveryattempt",
            "steps",
            models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
