"""A failed delivery tells which core event it was about, so that the fold finds the entity."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0010_alerts_that_no_channel_took'),
    ]

    operations = [
        migrations.AddField(
            model_name='issuedelta',
            name='core_events',
            field=models.JSONField(null=True),
        ),
    ]
