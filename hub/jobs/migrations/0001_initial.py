"""Jobs and what became of the things they are about."""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('organization_id', models.BigIntegerField()),
                ('kind', models.CharField(max_length=32)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('paused', 'Paused'), ('cancelled', 'Cancelled'), ('done', 'Done'), ('stopped', 'Stopped'), ('failed', 'Failed')], default='waiting', max_length=12)),
                ('request', models.JSONField()),
                ('cursor', models.JSONField(null=True)),
                ('counts', models.JSONField(default=dict)),
                ('codes', models.JSONField(default=dict)),
                ('total', models.IntegerField(null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('actor_type', models.CharField(max_length=16)),
                ('actor_id', models.CharField(blank=True, max_length=64)),
                ('actor_name', models.CharField(blank=True, max_length=255)),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField()),
                ('served_at', models.DateTimeField(null=True)),
                ('lease_token', models.UUIDField(null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('next_number', models.IntegerField(default=1)),
                ('judged_from', models.IntegerField(default=1)),
                ('judged_after', models.JSONField(default=dict)),
                ('tries', models.SmallIntegerField(default=0)),
                ('code', models.CharField(blank=True, max_length=64)),
                ('message', models.CharField(blank=True, max_length=2000)),
                ('repeats', models.UUIDField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ('waiting', 'running'))), fields=['due_at'], name='jobs_that_are_due'), models.Index(fields=['organization_id', 'id'], name='jobs_of_an_organization')],
            },
        ),
        migrations.CreateModel(
            name='JobResult',
            fields=[
                ('pk', models.CompositePrimaryKey('job_id', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                ('job_id', models.UUIDField()),
                ('number', models.IntegerField()),
                ('subject_id', models.UUIDField(null=True)),
                ('made_id', models.UUIDField(null=True)),
                ('outcome', models.CharField(max_length=16)),
                ('code', models.CharField(blank=True, max_length=64)),
                ('message', models.CharField(blank=True, max_length=2000)),
            ],
            options={
                'indexes': [models.Index(fields=['job_id', 'outcome', 'number'], name='job_results_by_outcome')],
            },
        ),
    ]
