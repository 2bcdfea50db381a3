"""Secrets that are written down in file proxies, and in their versions, are sealed."""

from django.db import migrations

from hub import clock
from proxies.file_proxy.sealing_old import seal_old_secrets


def seal(apps, schema_editor):
    names = ("UseCase", "HistoricalUseCase")
    tables = [apps.get_model("integrations", name) for name in names]
    seal_old_secrets(*tables, organizations=apps.get_model("accounts", "Organization"), at=clock.now())


class Migration(migrations.Migration):

    dependencies = [
        ("proxies", "0003_marks_of_pull_runs"),
        ("accounts", "0002_constraints_for_both_databases"),
        ("environments", "0001_initial"),
        ("integrations", "0002_keep_documents_as_text"),
    ]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop, elidable=True)]
