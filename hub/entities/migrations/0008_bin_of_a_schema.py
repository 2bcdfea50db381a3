"""Finds the entities in the recycle bin of a schema, which are few among many."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("entities", "0007_recycle_bin")]
    operations = [
        AddIndexBesideWriters(
            model_name="entity",
            index=models.Index(
                fields=["organization", "schema", "deleted_at", "id"],
                name="entities_in_a_bin",
                condition=models.Q(deleted_at__isnull=False),
            ),
        ),
    ]
