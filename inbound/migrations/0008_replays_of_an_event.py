"""Which events are replays of which: a bulk replay asks for thousands at once."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("inbound", "0007_hops_of_events")]
    operations = [
        AddIndexBesideWriters(
            model_name="inboundevent",
            index=models.Index(
                condition=models.Q(("replay_of__isnull", False)), fields=["replay_of"], name="replays_of_an_event"
            ),
        ),
    ]
