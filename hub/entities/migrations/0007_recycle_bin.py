"""What lies in the recycle bin is found by when it was deleted."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("entities", "0006_organization_schema")]
    operations = [
        AddIndexBesideWriters(
            model_name="entity",
            index=models.Index(
                fields=["deleted_at", "id"],
                name="entities_in_the_bin",
                condition=models.Q(deleted_at__isnull=False),
            ),
        ),
    ]
