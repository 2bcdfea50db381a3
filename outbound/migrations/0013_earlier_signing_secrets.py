"""All former signing secrets that still count, not the newest alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbound", "0012_reasons_of_automations")]
    operations = [
        migrations.AddField(
            "webhook",
            "earlier_secrets",
            models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
