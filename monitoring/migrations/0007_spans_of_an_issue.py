"""Finds the spans of an issue, the newest first."""

from django.db import migrations, models

from hub.migration_operations import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("monitoring", "0006_issues")]
    operations = [
        AddIndexBesideWriters(
            model_name="monitoringevent",
            index=models.Index(
                fields=["issue_id", "completed_at", "id"],
                name="spans_of_an_issue",
                condition=models.Q(issue_id__isnull=False),
            ),
        ),
    ]
