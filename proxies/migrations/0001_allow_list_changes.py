"""Who has changed what a secure proxy may reach."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_constraints_for_both_databases'),
    ]

    operations = [
        migrations.CreateModel(
            name='AllowListChange',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('use_case_id', models.UUIDField()),
                ('changed_at', models.DateTimeField()),
                ('actor_type', models.CharField(max_length=16)),
                ('actor_id', models.CharField(blank=True, max_length=64)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('before', models.JSONField()),
                ('after', models.JSONField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['use_case_id', 'changed_at'], name='allow_list_changes_by_time')],
            },
        ),
    ]
