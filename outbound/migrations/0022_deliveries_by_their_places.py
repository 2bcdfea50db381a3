"""Those that a delivery waits for, found by its place; the index by sequence stays for processes that run by then."""

from django.db import migrations, models
from django.db.models.functions import Coalesce

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("outbound", "0021_places_of_resends")]
    operations = [
        AddIndexBesideWriters(
            model_name="delivery",
            index=models.Index(
                "webhook_id",
                "order_key",
                Coalesce("order_sequence", "sequence"),
                "sequence",
                name="deliveries_in_their_places",
                condition=models.Q(order_key__isnull=False)
                & (models.Q(state__in=["planned", "waiting", "sending"]) | models.Q(holds_order=True)),
            ),
        ),
    ]
