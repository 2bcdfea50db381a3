"""In whose place a resend stands among the deliveries of its entity; None: a delivery's own sequence is its place."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbound", "0020_versions_of_messages")]
    operations = [
        migrations.AddField(model_name="delivery", name="order_sequence", field=models.BigIntegerField(null=True)),
    ]
