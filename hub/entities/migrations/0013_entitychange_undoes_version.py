"""A change that undoes another one says which."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("entities", "0012_keys_of_references")]
    operations = [
        migrations.AddField(
            model_name="entitychange",
            name="undoes_version",
            field=models.IntegerField(null=True),
        ),
    ]
