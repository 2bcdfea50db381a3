"""Why each version of an automation was made."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbound', '0011_deliveries_by_correlation'),
    ]

    operations = [
        migrations.AddField(
            model_name='automation',
            name='change_description',
            field=models.CharField(max_length=2000, null=True),
        ),
        migrations.AddField(
            model_name='historicalautomation',
            name='change_description',
            field=models.CharField(max_length=2000, null=True),
        ),
    ]
