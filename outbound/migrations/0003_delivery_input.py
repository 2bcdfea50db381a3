"""What a delivery is made of that no core event stands behind."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbound", "0002_poll_queue")]
    operations = [
        migrations.CreateModel(
            name="DeliveryInput",
            fields=[
                ("delivery_id", models.UUIDField(primary_key=True, serialize=False)),
                ("payload", models.JSONField()),
                ("occurred_at", models.DateTimeField()),
            ],
        ),
    ]
