"""Finds what was purged of a schema by when that was: few rows among many."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("entities", "0009_entity_import")]
    operations = [
        AddIndexBesideWriters(
            model_name="entitychange",
            index=models.Index(
                fields=["organization", "schema", "at", "entity_id"],
                name="purges_of_a_schema",
                condition=models.Q(operation="purged"),
            ),
        ),
    ]
