"""Issues: what they have in common, what is added to them, their trend, and what was done about them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0005_what_monitoring_looks_for'),
    ]

    operations = [
        migrations.CreateModel(
            name='Issue',
            fields=[
                ('organization_id', models.BigIntegerField()),
                ('integration_id', models.UUIDField()),
                ('use_case_id', models.UUIDField(null=True)),
                ('sync_type', models.CharField(max_length=16)),
                ('level', models.CharField(max_length=8)),
                ('code', models.CharField(max_length=64)),
                ('field', models.CharField(blank=True, max_length=200)),
                ('host', models.CharField(blank=True, max_length=255)),
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('number', models.BigIntegerField(default=0)),
                ('subjects', models.IntegerField(default=0)),
                ('last_version', models.IntegerField(null=True)),
                ('state', models.CharField(choices=[('new', 'New'), ('regressed', 'Regressed'), ('ongoing', 'Ongoing'), ('snoozed', 'Snoozed'), ('resolved', 'Resolved')], default='new', max_length=12)),
                ('state_at', models.DateTimeField()),
                ('resolved_version', models.IntegerField(null=True)),
                ('snoozed_until', models.DateTimeField(null=True)),
                ('snoozed_number', models.BigIntegerField(null=True)),
                ('assignee_id', models.BigIntegerField(null=True)),
                ('revision', models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='IssueBucket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issue_id', models.UUIDField()),
                ('width_minutes', models.IntegerField()),
                ('starts_at', models.DateTimeField()),
                ('number', models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='IssueDelta',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organization_id', models.BigIntegerField()),
                ('integration_id', models.UUIDField()),
                ('use_case_id', models.UUIDField(null=True)),
                ('sync_type', models.CharField(max_length=16)),
                ('level', models.CharField(max_length=8)),
                ('code', models.CharField(max_length=64)),
                ('field', models.CharField(blank=True, max_length=200)),
                ('host', models.CharField(blank=True, max_length=255)),
                ('issue_id', models.UUIDField()),
                ('use_case_version', models.IntegerField(null=True)),
                ('starts_at', models.DateTimeField()),
                ('number', models.IntegerField()),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('subjects', models.JSONField(default=list)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='IssueEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issue_id', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(max_length=16)),
                ('actor_type', models.CharField(max_length=16)),
                ('actor_id', models.CharField(blank=True, max_length=64)),
                ('text', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='IssueSubject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issue_id', models.UUIDField()),
                ('subject', models.CharField(max_length=255)),
            ],
        ),
        migrations.AddField(
            model_name='monitoringevent',
            name='issue_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='monitoringevent',
            name='use_case_version',
            field=models.IntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name='issue',
            index=models.Index(fields=['organization_id', 'last_at', 'id'], name='issues_by_last_failure'),
        ),
        migrations.AddIndex(
            model_name='issue',
            index=models.Index(fields=['state', 'first_at'], name='issues_by_state'),
        ),
        migrations.AddIndex(
            model_name='issuebucket',
            index=models.Index(fields=['width_minutes', 'starts_at'], name='issue_buckets_by_age'),
        ),
        migrations.AddConstraint(
            model_name='issuebucket',
            constraint=models.UniqueConstraint(fields=('issue_id', 'width_minutes', 'starts_at'), name='one_issue_bucket'),
        ),
        migrations.AddIndex(
            model_name='issueentry',
            index=models.Index(fields=['issue_id', 'at', 'id'], name='issue_entries_by_time'),
        ),
        migrations.AddConstraint(
            model_name='issuesubject',
            constraint=models.UniqueConstraint(fields=('issue_id', 'subject'), name='one_subject_per_issue'),
        ),
    ]
