"""Lists of few events among many: of a use case, of a type other than UPDATE, that ended with a code."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("inbound", "0009_traces_of_events")]
    operations = [
        AddIndexBesideWriters(
            model_name="inboundevent",
            index=models.Index(fields=["use_case_id", "received_at", "id"], name="events_of_a_use_case"),
        ),
        AddIndexBesideWriters(
            model_name="inboundevent",
            index=models.Index(
                condition=models.Q(("event_type", "UPDATE"), _negated=True),
                fields=["organization_id", "event_type", "received_at", "id"],
                name="events_of_rare_types",
            ),
        ),
        AddIndexBesideWriters(
            model_name="inboundoutcome",
            index=models.Index(
                condition=models.Q(("code", ""), _negated=True),
                fields=["organization_id", "code", "event_id"],
                name="outcomes_by_code",
            ),
        ),
    ]
