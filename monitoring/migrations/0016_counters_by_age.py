"""Finds the oldest counters of a width: retention looks for them every minute."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("monitoring", "0015_quiet_hours_of_rules")]
    operations = [
        AddIndexBesideWriters(
            model_name="bucket",
            index=models.Index(fields=["width_minutes", "starts_at"], name="buckets_by_age"),
        ),
    ]
