"""The queue that ERPs poll, with an eager vacuum: its rows live as long as it takes the ERP to fetch them."""

from django.db import migrations, models

from hub.migration_operations import OnlyOn


class Migration(migrations.Migration):

    dependencies = [
        ('outbound', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Stream',
            fields=[
                ('integration_id', models.UUIDField(primary_key=True, serialize=False)),
                ('organization_id', models.BigIntegerField()),
                ('handed_position', models.BigIntegerField(null=True)),
                ('handed_id', models.UUIDField(null=True)),
                ('lease_token', models.UUIDField(null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('leased', models.BinaryField(default=b'')),
                ('blocked_id', models.UUIDField(null=True)),
                ('last_poll_at', models.DateTimeField(null=True)),
                ('last_ack_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='QueuedMessage',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('organization_id', models.BigIntegerField()),
                ('integration_id', models.UUIDField()),
                ('use_case_id', models.UUIDField()),
                ('mapping_id', models.UUIDField(null=True)),
                ('event_id', models.UUIDField()),
                ('event_name', models.CharField(max_length=120)),
                ('correlation_id', models.CharField(max_length=255)),
                ('occurred_at', models.DateTimeField()),
                ('position', models.BigIntegerField()),
                ('payload', models.BinaryField(null=True)),
                ('raw_payload', models.BinaryField()),
                ('payload_bytes', models.IntegerField()),
                ('mapping_version', models.CharField(blank=True, max_length=16)),
                ('mapping_failure', models.CharField(blank=True, max_length=2000)),
                ('retention_days', models.IntegerField()),
                ('enqueued_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('attempts', models.IntegerField(default=0)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('dead', 'Dead')], default='queued', max_length=8)),
                ('dead_lettered_at', models.DateTimeField(null=True)),
                ('dead_reason', models.CharField(blank=True, max_length=32)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['integration_id', 'position', 'id'], name='messages_in_order'), models.Index(condition=models.Q(('state', 'dead')), fields=['integration_id', 'dead_lettered_at', 'id'], name='dead_letters_in_order'), models.Index(fields=['expires_at'], name='messages_by_expiry')],
                'constraints': [models.UniqueConstraint(fields=('event_id', 'use_case_id'), name='one_message_per_event')],
            },
        ),
        OnlyOn(
            "postgresql",
            forwards=[
                "ALTER TABLE outbound_queuedmessage SET (autovacuum_vacuum_scale_factor = 0.0, "
                "autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0)",
                # Few rows that are written with every poll: room beside each for its next versions.
                "ALTER TABLE outbound_stream SET (fillfactor = 20)",
            ],
            backwards=[
                "ALTER TABLE outbound_queuedmessage RESET (autovacuum_vacuum_scale_factor, "
                "autovacuum_vacuum_threshold, autovacuum_vacuum_cost_delay)",
                "ALTER TABLE outbound_stream RESET (fillfactor)",
            ],
        ),
    ]
