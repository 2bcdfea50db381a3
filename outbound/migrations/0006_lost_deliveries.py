"""Counts the deliveries to a receiver that failed for good in a row; code that runs meanwhile leaves them out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbound", "0005_webhook_pace")]
    operations = [
        migrations.AddField("endpoint", "lost", models.IntegerField(default=0, db_default=0)),
        migrations.AddField("endpoint", "losing_since", models.DateTimeField(null=True)),
        migrations.AddField("endpoint", "lost_at", models.DateTimeField(null=True)),
    ]
