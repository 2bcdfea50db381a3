"""What the pages of a run were and were asked with, so that a source whose pages come again is noticed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("proxies", "0002_pulls")]
    operations = [migrations.AddField("pullrun", "marks", models.BinaryField(null=True))]
