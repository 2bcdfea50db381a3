"""A change remembers the origin of its event, so that a replayed CREATE knows its own entity again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("entities", "0002_bytewise_keys")]
    operations = [
        migrations.AddField(
            model_name="entitychange",
            name="origin_id",
            field=models.UUIDField(null=True),
        ),
    ]
