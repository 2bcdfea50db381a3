"""What became of each record of a held prune, and the moments of held readings."""

from typing import Any

from django.db import migrations, models

REMOVALS = ("deleted", "purged")


def keep_outcomes(apps: Any, _editor: Any) -> None:
    """As it was told until now: entities by their history, readings by whether they are there."""
    member, change = apps.get_model("inbound", "HeldPruneMember"), apps.get_model("entities", "EntityChange")
    reading = apps.get_model("entities", "MeterReading")
    for prune in apps.get_model("inbound", "HeldPrune").objects.filter(state="approved").iterator():
        members = member.objects.filter(prune_id=prune.pk)
        if prune.kind == "readings":
            members = members.exclude(models.Exists(reading.objects.filter(pk=models.OuterRef("record_id"))))
        else:
            done = change.objects.filter(organization_id=prune.organization_id, at=prune.decided_at)
            done = done.filter(entity_id=models.OuterRef("record_id"), operation__in=REMOVALS)
            members = members.filter(models.Exists(done))
        members.update(is_removed=True)


def keep_moments(apps: Any, _editor: Any) -> None:
    """Of the readings that are there."""
    prunes = apps.get_model("inbound", "HeldPrune").objects.filter(kind="readings")
    reading = apps.get_model("entities", "MeterReading").objects.filter(pk=models.OuterRef("record_id"))
    members = apps.get_model("inbound", "HeldPruneMember").objects.filter(prune_id__in=prunes.values("pk"))
    members.update(moment=models.Subquery(reading.values("timestamp")[:1]))


class Migration(migrations.Migration):
    dependencies = [("inbound", "0005_held_prunes_of_all"), ("entities", "0011_changes_of_changesets")]
    operations = [
        migrations.AddField("heldprunemember", "moment", models.DateTimeField(null=True)),
        migrations.AddField("heldprunemember", "is_removed", models.BooleanField(db_default=False, default=False)),
        migrations.RunPython(keep_outcomes, migrations.RunPython.noop),
        migrations.RunPython(keep_moments, migrations.RunPython.noop),
    ]
