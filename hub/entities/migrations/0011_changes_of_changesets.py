"""The history of an entity tells what was parked, and what became of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("entities", "0010_purges_of_a_schema")]
    operations = [
        migrations.AlterField(
            model_name="entitychange",
            name="operation",
            field=models.CharField(
                choices=[
                    ("created", "Created"),
                    ("updated", "Updated"),
                    ("parked", "Parked"),
                    ("applied", "Applied"),
                    ("confirmed", "Confirmed"),
                    ("dismissed", "Dismissed"),
                    ("deleted", "Deleted"),
                    ("restored", "Restored"),
                    ("purged", "Purged"),
                ],
                max_length=16,
            ),
        ),
    ]
