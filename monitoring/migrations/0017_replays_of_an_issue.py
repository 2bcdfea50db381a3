"""Failures of replays and resends are counted apart from those that came by themselves."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0016_counters_by_age'),
    ]

    operations = [
        migrations.AddField(
            model_name='issue',
            name='replays',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='issuedelta',
            name='replays',
            field=models.IntegerField(db_default=0, default=0),
        ),
    ]
