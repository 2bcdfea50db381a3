"""Finds spans by use case, by correlation id, and those of trouble; and the requests of a token."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("monitoring", "0004_numbers_of_spans")]
    operations = [
        AddIndexBesideWriters(
            model_name="monitoringevent",
            index=models.Index(
                fields=["use_case_id", "completed_at", "id"],
                name="spans_of_a_use_case",
                condition=models.Q(use_case_id__isnull=False),
            ),
        ),
        AddIndexBesideWriters(
            model_name="monitoringevent",
            index=models.Index(
                fields=["integration_id", "level", "completed_at", "id"],
                name="spans_of_trouble",
                condition=models.Q(level__in=["error", "warning"]),
            ),
        ),
        AddIndexBesideWriters(
            model_name="monitoringevent",
            index=models.Index(
                fields=["organization_id", "correlation_id", "completed_at"],
                name="spans_of_a_correlation",
                condition=~models.Q(correlation_id=""),
            ),
        ),
        AddIndexBesideWriters(
            model_name="accesslog",
            index=models.Index(
                fields=["token_id", "at", "id"],
                name="access_logs_of_a_token",
                condition=~models.Q(token_id=""),
            ),
        ),
    ]
