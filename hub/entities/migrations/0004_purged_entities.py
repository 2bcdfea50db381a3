"""The history of an entity may end with a purge."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("entities", "0003_entitychange_origin")]
    operations = [
        migrations.AlterField(
            model_name="entitychange",
            name="operation",
            field=models.CharField(
                choices=[
                    ("created", "Created"),
                    ("updated", "Updated"),
                    ("deleted", "Deleted"),
                    ("restored", "Restored"),
                    ("purged", "Purged"),
                ],
                max_length=16,
            ),
        ),
    ]
