"""How many hubs and flows led to an event; nothing for those that somebody outside has sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbound", "0006_outcomes_of_held_records")]
    operations = [migrations.AddField("inboundevent", "hop", models.SmallIntegerField(null=True))]
