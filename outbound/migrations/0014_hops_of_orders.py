"""How many hubs and flows led to what somebody has ordered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbound", "0013_earlier_signing_secrets")]
    operations = [migrations.AddField("deliveryinput", "hop", models.SmallIntegerField(null=True))]
