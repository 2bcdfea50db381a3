"""Alerts: channels, rules, where they stand, what was told, and gauges."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_constraints_for_both_databases'),
        ('monitoring', '0007_spans_of_an_issue'),
    ]

    operations = [
        migrations.CreateModel(
            name='AlertTurn',
            fields=[
                ('organization', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='accounts.organization')),
                ('evaluated_at', models.DateTimeField()),
                ('gauged_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='AlertChannel',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=255)),
                ('kind', models.CharField(choices=[('mail', 'Mail'), ('webhook', 'Webhook'), ('slack', 'Slack'), ('teams', 'Teams')], max_length=8)),
                ('sealed_address', models.TextField()),
                ('shown_address', models.CharField(max_length=500)),
                ('sealed_signing_secret', models.TextField(blank=True)),
                ('enabled', models.BooleanField(default=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('last_failure', models.CharField(blank=True, max_length=500)),
                ('last_sent_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
        ),
        migrations.CreateModel(
            name='AlertNotice',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('organization_id', models.BigIntegerField()),
                ('rule_id', models.UUIDField()),
                ('integration_id', models.UUIDField(null=True)),
                ('use_case_id', models.UUIDField(null=True)),
                ('channel_id', models.UUIDField(null=True)),
                ('rule_name', models.CharField(max_length=255)),
                ('channel_name', models.CharField(blank=True, max_length=255)),
                ('change', models.CharField(max_length=10)),
                ('severity', models.CharField(max_length=8)),
                ('subject', models.CharField(max_length=120)),
                ('text', models.CharField(max_length=1000)),
                ('value', models.FloatField(null=True)),
                ('created_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('due', 'Due'), ('sending', 'Sending'), ('sent', 'Sent'), ('suppressed', 'Suppressed'), ('failed', 'Failed')], max_length=10)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('attempts', models.IntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('message_id', models.UUIDField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['organization_id', 'id'], name='notices_by_time'), models.Index(fields=['integration_id', 'id'], name='notices_of_an_integration'), models.Index(condition=models.Q(('state__in', ['due', 'sending'])), fields=['state', 'next_attempt_at'], name='notices_to_send')],
            },
        ),
        migrations.CreateModel(
            name='AlertRule',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('integration_id', models.UUIDField(null=True)),
                ('use_case_id', models.UUIDField(null=True)),
                ('name', models.CharField(max_length=255)),
                ('kind', models.CharField(max_length=16)),
                ('parameters', models.JSONField(default=dict)),
                ('severity', models.CharField(default='error', max_length=8)),
                ('enabled', models.BooleanField(default=True)),
                ('throttle_minutes', models.IntegerField(default=60)),
                ('muted_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('watching_since', models.DateTimeField()),
                ('channels', models.ManyToManyField(related_name='rules', to='monitoring.alertchannel')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
        ),
        migrations.CreateModel(
            name='AlertState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=120)),
                ('label', models.CharField(max_length=255)),
                ('integration_id', models.UUIDField(null=True)),
                ('standing', models.CharField(choices=[('ok', 'Ok'), ('pending', 'Pending'), ('firing', 'Firing')], default='ok', max_length=8)),
                ('since', models.DateTimeField()),
                ('value', models.FloatField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
                ('is_told', models.BooleanField(default=False)),
                ('is_held_back', models.BooleanField(default=False)),
                ('recovered_at', models.DateTimeField(null=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='states', to='monitoring.alertrule')),
            ],
        ),
        migrations.CreateModel(
            name='MonitoringGauge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('integration_id', models.UUIDField(null=True)),
                ('use_case_id', models.UUIDField(null=True)),
                ('name', models.CharField(max_length=32)),
                ('subject', models.CharField(max_length=120)),
                ('label', models.CharField(max_length=255)),
                ('value', models.FloatField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
        ),
        migrations.AddIndex(
            model_name='alertchannel',
            index=models.Index(fields=['organization', 'created_at'], name='channels_of_organization'),
        ),
        migrations.AddIndex(
            model_name='alertrule',
            index=models.Index(fields=['organization', 'created_at'], name='rules_of_organization'),
        ),
        migrations.AddConstraint(
            model_name='alertstate',
            constraint=models.UniqueConstraint(fields=('rule', 'subject'), name='one_state_per_subject'),
        ),
        migrations.AddConstraint(
            model_name='monitoringgauge',
            constraint=models.UniqueConstraint(fields=('organization', 'name', 'subject'), name='one_gauge_per_subject'),
        ),
    ]
