"""Which lane each use case is in, which it left lately, and an eager vacuum for parked keys, too."""

from uuid import UUID

from django.db import migrations, models

from hub.migration_operations import OnlyOn


def put_use_cases_into_their_lanes(apps, schema_editor):
    """So far every use case had a lane of its own, called by its id."""
    member = apps.get_model("inbound", "LaneMember")
    lanes = apps.get_model("inbound", "Lane").objects.filter(sub_lane=0).order_by("pk")
    member.objects.bulk_create(
        [
            member(
                use_case_id=UUID(lane.name),
                organization_id=lane.organization_id,
                integration_id=lane.integration_id,
                name=lane.name,
            )
            for lane in lanes
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("inbound", "0002_sequence_and_vacuum")]
    operations = [
        migrations.CreateModel(
            name="LaneMember",
            fields=[
                ("use_case_id", models.UUIDField(primary_key=True, serialize=False)),
                ("organization_id", models.BigIntegerField()),
                ("integration_id", models.UUIDField()),
                ("name", models.CharField(max_length=255)),
            ],
            options={
                "indexes": [models.Index(fields=["integration_id", "name"], name="members_of_a_lane")],
            },
        ),
        migrations.CreateModel(
            name="LaneLeft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("use_case_id", models.UUIDField()),
                ("integration_id", models.UUIDField()),
                ("name", models.CharField(max_length=255)),
                ("left_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["integration_id", "left_at"], name="lanes_left_by_date")],
            },
        ),
        migrations.RunPython(put_use_cases_into_their_lanes, migrations.RunPython.noop),
        OnlyOn(
            "postgresql",
            forwards=[
                "ALTER TABLE inbound_parkedkey SET (autovacuum_vacuum_scale_factor = 0.0, "
                "autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0)",
            ],
            backwards=["ALTER TABLE inbound_parkedkey RESET (autovacuum_vacuum_scale_factor, "
                "autovacuum_vacuum_threshold, autovacuum_vacuum_cost_delay)"],
        ),
    ]
