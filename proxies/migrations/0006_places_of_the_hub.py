"""Shared places are counted by the hub; what was under way when it stopped is under way no more."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("proxies", "0005_shared_places"), ("hub", "0002_shared_places")]

    operations = [migrations.DeleteModel("SharedPlace")]
