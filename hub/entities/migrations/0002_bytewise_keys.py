"""Identifier values are compared byte by byte: "C" collation makes the index a plain byte order."""

from django.db import migrations

from hub.migration_operations import OnlyOn


class Migration(migrations.Migration):
    dependencies = [("entities", "0001_initial")]
    operations = [
        OnlyOn(
            "postgresql",
            forwards=[
                'ALTER TABLE entities_entitykey ALTER COLUMN schema TYPE varchar(64) COLLATE "C", '
                'ALTER COLUMN attribute TYPE varchar(128) COLLATE "C", ALTER COLUMN value TYPE varchar(300) COLLATE "C"',
            ],
            backwards=[],
        )
    ]
