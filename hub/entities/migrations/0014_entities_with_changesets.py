"""Finds the values that wait in entities of an organization, which are few among many."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("entities", "0013_entitychange_undoes_version")]
    operations = [
        AddIndexBesideWriters(
            model_name="entity",
            index=models.Index(
                fields=["organization", "schema", "id"],
                name="entities_with_changesets",
                condition=models.Q(deleted_at__isnull=True, attributes__has_key="_changesets"),
            ),
        ),
    ]
