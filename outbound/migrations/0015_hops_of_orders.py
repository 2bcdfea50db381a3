"""How many hubs and flows led to what somebody has ordered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbound", "0014_uploads")]
    operations = [migrations.AddField("deliveryinput", "hop", models.SmallIntegerField(null=True))]
