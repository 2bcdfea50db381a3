"""Finds the oldest numbers of bytes: retention looks for them every minute."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("retention", "0003_who_chose_an_age")]
    operations = [
        AddIndexBesideWriters(
            model_name="storedbytes",
            index=models.Index(fields=["day"], name="stored_bytes_by_day"),
        ),
    ]
