"""Schedules of managed calls, and their runs."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("proxies", "0001_allow_list_changes")]

    operations = [
        migrations.CreateModel(
            name='Pull',
            fields=[
                ('use_case_id', models.UUIDField(primary_key=True, serialize=False)),
                ('organization_id', models.BigIntegerField()),
                ('integration_id', models.UUIDField()),
                ('cursor', models.JSONField(null=True)),
                ('next_run_at', models.DateTimeField()),
                ('paused_at', models.DateTimeField(null=True)),
                ('succeeded_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('paused_at__isnull', True)), fields=['next_run_at'], name='pulls_that_are_due')],
            },
        ),
        migrations.CreateModel(
            name='PullRun',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('organization_id', models.BigIntegerField()),
                ('integration_id', models.UUIDField()),
                ('use_case_id', models.UUIDField()),
                ('kind', models.CharField(choices=[('scheduled', 'Scheduled'), ('manual', 'Manual'), ('full', 'Full'), ('on_demand', 'On Demand')], max_length=12)),
                ('core_event_id', models.UUIDField(null=True)),
                ('subject_id', models.UUIDField(null=True)),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('waiting', 'Waiting'), ('running', 'Running'), ('succeeded', 'Succeeded'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='planned', max_length=12)),
                ('cursor_from', models.JSONField(null=True)),
                ('cursor_to', models.JSONField(null=True)),
                ('next_page', models.JSONField(null=True)),
                ('pages', models.IntegerField(default=0)),
                ('items', models.IntegerField(default=0)),
                ('refused', models.IntegerField(default=0)),
                ('attempts', models.IntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(null=True)),
                ('lease', models.UUIDField(null=True)),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('code', models.CharField(blank=True, max_length=64)),
                ('message', models.CharField(blank=True, max_length=2000)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['planned', 'waiting', 'running'])), fields=['next_attempt_at', 'id'], name='pull_runs_that_are_due'), models.Index(fields=['use_case_id', 'id'], name='runs_of_a_pull'), models.Index(condition=models.Q(('finished_at__isnull', False)), fields=['id'], name='pull_runs_that_ended')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['planned', 'waiting', 'running']), models.Q(('kind', 'on_demand'), _negated=True)), fields=('use_case_id',), name='one_run_moves_a_cursor'), models.UniqueConstraint(condition=models.Q(('kind', 'on_demand'), ('state__in', ['planned', 'waiting', 'running'])), fields=('use_case_id', 'subject_id'), name='one_run_on_demand_for_each')],
            },
        ),
    ]
