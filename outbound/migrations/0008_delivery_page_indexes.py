"""Indexes of the pages that list deliveries, and of acknowledgements, which are looked up by their id."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):

    atomic = False

    dependencies = [("outbound", "0007_apps")]

    operations = [
        AddIndexBesideWriters(
            model_name="delivery",
            index=models.Index(fields=["organization_id", "created_at", "id"], name="deliveries_on_their_way", condition=models.Q(state__in=["planned", "waiting", "sending"])),
        ),
        AddIndexBesideWriters(
            model_name="delivery",
            index=models.Index(fields=["organization_id", "state", "created_at", "id"], name="deliveries_not_made", condition=models.Q(state__in=["failed", "skipped"])),
        ),
        AddIndexBesideWriters(
            model_name="delivery",
            index=models.Index(fields=["use_case_id", "created_at", "id"], name="deliveries_of_a_use_case", condition=models.Q(use_case_id__isnull=False)),
        ),
        AddIndexBesideWriters(
            model_name="delivery",
            index=models.Index(fields=["ack_id"], name="deliveries_to_acknowledge", condition=models.Q(ack_id__isnull=False)),
        ),
        AddIndexBesideWriters(
            model_name="delivery",
            index=models.Index(fields=["replayed_from"], name="deliveries_sent_again", condition=models.Q(replayed_from__isnull=False)),
        ),
        AddIndexBesideWriters(
            model_name="acknowledgement",
            index=models.Index(fields=["organization_id", "state", "created_at"], name="acknowledgements_missed", condition=models.Q(state__in=["timeout", "failed"])),
        ),
    ]
