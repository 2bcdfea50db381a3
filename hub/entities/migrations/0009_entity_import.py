"""Files that people want to import are kept between their rehearsal and their writing."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_constraints_for_both_databases"), ("entities", "0008_bin_of_a_schema")]
    operations = [
        migrations.CreateModel(
            name="EntityImport",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("actor_id", models.CharField(max_length=64)),
                ("schema", models.CharField(max_length=64)),
                ("file_name", models.CharField(blank=True, max_length=200)),
                ("content", models.BinaryField()),
                ("charset", models.CharField(max_length=16)),
                ("mapping", models.JSONField(default=dict)),
                ("unique_key", models.JSONField(default=list)),
                ("result", models.JSONField(default=dict)),
                ("revision", models.IntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("written_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(db_index=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization", "actor_id", "created_at"], name="imports_of_a_person")
                ],
            },
        ),
    ]
