"""Where people see what an alert is about, and what was found, in words."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0019_spans_of_rare_types'),
    ]

    operations = [
        migrations.AddField(
            model_name='alertstate',
            name='found',
            field=models.CharField(blank=True, db_default='', default='', max_length=255),
        ),
        migrations.AddField(
            model_name='alertstate',
            name='place',
            field=models.CharField(blank=True, db_default='', default='', max_length=500),
        ),
        migrations.AddField(
            model_name='alertnotice',
            name='place',
            field=models.CharField(blank=True, db_default='', default='', max_length=500),
        ),
    ]
