"""How fast webhooks may send that have a limit."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbound", "0004_test_deliveries_that_wait")]
    operations = [
        migrations.CreateModel(
            name="WebhookPace",
            fields=[
                ("webhook_id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("organization_id", models.BigIntegerField()),
                ("free_at", models.DateTimeField()),
            ],
        ),
    ]
