"""How many mapping children a worker has lost; 0 for whoever does not say, such as a worker of the version before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hub", "0002_shared_places")]
    operations = [
        migrations.AddField("workerheartbeat", "children_broken", models.IntegerField(default=0, db_default=0)),
        migrations.AddField("workerheartbeat", "children_worn", models.IntegerField(default=0, db_default=0)),
    ]
