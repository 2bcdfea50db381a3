"""Which traced request brought an event; nothing where nobody traces."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbound", "0008_replays_of_an_event")]
    operations = [migrations.AddField("inboundevent", "traceparent", models.CharField(max_length=55, null=True))]
