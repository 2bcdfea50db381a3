"""Meter readings: the time series under meters and their counters."""

from django.db import migrations, models
from django.db.models.deletion import DO_NOTHING

from hub.entities.decimals import ExactDecimalField
from hub.migration_operations import OnlyOn


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("entities", "0004_purged_entities"),
    ]
    operations = [
        migrations.CreateModel(
            name="MeterReading",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("meter_id", models.UUIDField()),
                ("counter_id", models.UUIDField(null=True)),
                ("external_id", models.CharField(blank=True, max_length=255)),
                ("timestamp", models.DateTimeField()),
                ("timestamp_text", models.CharField(blank=True, max_length=64)),
                ("value", ExactDecimalField()),
                ("unit", models.TextField(blank=True)),
                ("direction", models.CharField(blank=True, max_length=16)),
                ("source", models.CharField(max_length=32)),
                ("reason", models.CharField(blank=True, max_length=32)),
                ("status", models.CharField(blank=True, max_length=16)),
                ("read_by", models.TextField(blank=True)),
                ("remark", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                ("metadata", models.JSONField(default=dict)),
                ("attributes", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("actor_type", models.CharField(max_length=16)),
                ("actor_id", models.CharField(blank=True, max_length=64)),
                ("event_id", models.UUIDField(null=True)),
                ("origin_id", models.UUIDField(null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=DO_NOTHING,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["meter_id", "external_id", "counter_id"], name="readings_by_external_id"),
                    models.Index(fields=["meter_id", "counter_id", "timestamp", "id"], name="readings_by_moment"),
                ],
            },
        ),
        OnlyOn(
            "postgresql",
            forwards=[
                'ALTER TABLE entities_meterreading ALTER COLUMN external_id TYPE varchar(255) COLLATE "C"',
            ],
            backwards=[],
        ),
    ]
