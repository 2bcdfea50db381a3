"""Automations with their versions, and what came of them: runs and steps."""

import django.db.models.deletion
import simple_history.models
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_constraints_for_both_databases'),
        ('outbound', '0009_actions_by_delivery'),
    ]

    operations = [
        migrations.CreateModel(
            name='AutomationRun',
            fields=[
                ('sequence', models.BigAutoField(primary_key=True, serialize=False)),
                ('id', models.UUIDField(unique=True)),
                ('organization_id', models.BigIntegerField()),
                ('automation_id', models.UUIDField()),
                ('automation_version', models.IntegerField()),
                ('core_event_id', models.UUIDField(null=True)),
                ('event_name', models.CharField(max_length=120)),
                ('document', models.JSONField(null=True)),
                ('entity_id', models.UUIDField(null=True)),
                ('correlation_id', models.CharField(max_length=255)),
                ('chain', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('waiting', 'Waiting'), ('running', 'Running'), ('succeeded', 'Succeeded'), ('failed', 'Failed'), ('skipped', 'Skipped')], default='planned', max_length=12)),
                ('next_step', models.IntegerField(default=0)),
                ('attempts', models.IntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(null=True)),
                ('lease', models.UUIDField(null=True)),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('code', models.CharField(blank=True, max_length=64)),
                ('message', models.CharField(blank=True, max_length=2000)),
                ('retry_of', models.UUIDField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['planned', 'waiting', 'running'])), fields=['next_attempt_at', 'sequence'], name='automation_runs_that_are_due'), models.Index(condition=models.Q(('entity_id__isnull', False), ('state__in', ['planned', 'waiting', 'running'])), fields=['automation_id', 'entity_id', 'sequence'], name='automation_runs_in_their_order'), models.Index(fields=['automation_id', 'id'], name='runs_of_an_automation'), models.Index(fields=['organization_id', 'created_at'], name='automation_runs_by_date')],
            },
        ),
        migrations.CreateModel(
            name='AutomationStep',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('organization_id', models.BigIntegerField()),
                ('run_id', models.UUIDField()),
                ('number', models.IntegerField()),
                ('step_id', models.UUIDField()),
                ('kind', models.CharField(max_length=16)),
                ('automation_version', models.IntegerField()),
                ('is_done', models.BooleanField()),
                ('code', models.CharField(blank=True, max_length=64)),
                ('message', models.CharField(blank=True, max_length=2000)),
                ('output', models.JSONField(null=True)),
                ('result', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('duration_ms', models.IntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['run_id', 'at'], name='steps_of_a_run')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_done', True)), fields=('run_id', 'number'), name='a_step_is_taken_once')],
            },
        ),
        migrations.CreateModel(
            name='Automation',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=255)),
                ('enabled', models.BooleanField(default=True)),
                ('configuration', models.JSONField(default=dict)),
                ('version', models.IntegerField(default=1)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', 'created_at', 'id'], name='automations_in_order')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalAutomation',
            fields=[
                ('actor_type', models.CharField(default='system', max_length=16)),
                ('actor_id', models.CharField(blank=True, default='', max_length=64)),
                ('id', models.UUIDField(db_index=True)),
                ('name', models.CharField(max_length=255)),
                ('enabled', models.BooleanField(default=True)),
                ('configuration', models.JSONField(default=dict)),
                ('version', models.IntegerField(default=1)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('history_user_id', models.BigIntegerField(null=True)),
                ('history_id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('organization', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.organization')),
            ],
            options={
                'verbose_name': 'historical automation',
                'verbose_name_plural': 'historical automations',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['id', 'version'], name='automation_by_version')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
