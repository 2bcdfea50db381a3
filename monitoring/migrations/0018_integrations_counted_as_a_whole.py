"""Hours of whole integrations beside those of their use cases, and what was counted before."""

from collections import Counter
from itertools import groupby

from django.db import migrations, models

OF_AN_INTEGRATION = ("organization_id", "integration_id", "direction", "status", "starts_at")
HOURLY = 60
AT_ONCE = 2_000


def sum_up(apps, schema_editor):
    """One row for the hours of all use cases; whole numbers of events and of each duration."""
    hours = apps.get_model("monitoring", "Bucket").objects.filter(width_minutes=HOURLY)
    whole = apps.get_model("monitoring", "IntegrationBucket")
    rows = hours.order_by(*OF_AN_INTEGRATION).values(*OF_AN_INTEGRATION, "events", "durations", "last_at")
    made = []
    for key, parts in groupby(rows.iterator(), key=lambda row: tuple(row[name] for name in OF_AN_INTEGRATION)):
        parts = list(parts)
        durations = sum((Counter(part["durations"]) for part in parts), Counter())
        made.append(
            whole(
                **dict(zip(OF_AN_INTEGRATION, key)),
                width_minutes=HOURLY,
                events=sum(part["events"] for part in parts),
                durations=dict(durations),
                last_at=max(part["last_at"] for part in parts),
            )
        )
        if len(made) >= AT_ONCE:
            whole.objects.bulk_create(made)
            made = []
    whole.objects.bulk_create(made)


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0017_replays_of_an_issue")]
    operations = [
        migrations.CreateModel(
            name="IntegrationBucket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organization_id", models.BigIntegerField()),
                ("integration_id", models.UUIDField()),
                ("direction", models.CharField(max_length=8)),
                ("status", models.CharField(max_length=8)),
                ("starts_at", models.DateTimeField()),
                ("events", models.IntegerField()),
                ("durations", models.JSONField(default=dict)),
                ("last_at", models.DateTimeField()),
                ("width_minutes", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization_id", "width_minutes", "starts_at"], name="integrations_by_time"),
                    models.Index(fields=["width_minutes", "starts_at"], name="integrations_by_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "organization_id",
                            "integration_id",
                            "direction",
                            "status",
                            "width_minutes",
                            "starts_at",
                        ),
                        name="one_integration_bucket_per_window",
                    )
                ],
            },
        ),
        migrations.RunPython(sum_up, migrations.RunPython.noop),
    ]
