"""The list of everything that is held in an organization, newest first, is read from an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbound", "0004_held_prunes")]
    operations = [
        migrations.AddIndex(
            model_name="heldprune",
            index=models.Index(fields=["organization_id", "held_at", "id"], name="held_prunes_of_all"),
        ),
    ]
