"""An issue may be merged into another one; the history of both names the other."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0013_quiet_hours_of_channels'),
    ]

    operations = [
        migrations.AddField(
            model_name='issue',
            name='merged_into',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='issueentry',
            name='other_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AlterField(
            model_name='issue',
            name='state',
            field=models.CharField(choices=[('new', 'New'), ('regressed', 'Regressed'), ('ongoing', 'Ongoing'), ('snoozed', 'Snoozed'), ('resolved', 'Resolved'), ('merged', 'Merged')], default='new', max_length=12),
        ),
        migrations.AddIndex(
            model_name='issue',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='issues_merged'),
        ),
    ]
