"""Beside the one of each file, the one of each mapping is no more: in a step of its own, which can be repeated."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("outbound", "0016_one_delivery_per_file")]

    operations = [migrations.RemoveConstraint("delivery", "one_delivery_per_mapping")]
