"""How much of an organization is under way at once, counted over all processes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hub", "0001_worker_heartbeat")]

    operations = [
        migrations.CreateModel(
            name="SharedPlace",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organization_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=32)),
                ("holder", models.CharField(max_length=200)),
                ("held_until", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["organization_id", "kind"], name="places_by_kind")],
            },
        ),
    ]
