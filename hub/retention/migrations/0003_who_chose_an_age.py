from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('retention', '0002_packed_payloads'),
    ]

    operations = [
        migrations.AddField(
            model_name='retentionage',
            name='chosen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='retentionage',
            name='actor_type',
            field=models.CharField(blank=True, db_default='', max_length=16),
        ),
        migrations.AddField(
            model_name='retentionage',
            name='actor_id',
            field=models.CharField(blank=True, db_default='', max_length=64),
        ),
    ]
