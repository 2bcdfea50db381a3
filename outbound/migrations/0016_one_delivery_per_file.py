"""A mapping has one delivery for each file of an event."""

from django.db import migrations, models

from hub.migration_operations import AddUniqueBesideWriters


class Migration(migrations.Migration):

    atomic = False

    dependencies = [("outbound", "0015_uploads")]

    operations = [
        AddUniqueBesideWriters(
            "delivery",
            models.UniqueConstraint(
                fields=["core_event_id", "mapping_id", "part"],
                condition=models.Q(replayed_from=None) & ~models.Q(mapping_id=None),
                name="one_delivery_per_mapping_and_file",
            ),
        ),
    ]
