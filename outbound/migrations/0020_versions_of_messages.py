"""By which version of its use case a message was queued; None for what is queued by then."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbound", "0019_deliveries_by_event_name")]
    operations = [
        migrations.AddField(
            model_name="queuedmessage", name="use_case_version", field=models.IntegerField(null=True)
        ),
    ]
