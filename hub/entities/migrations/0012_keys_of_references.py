"""Entities that were written before get rows in EntityKey for whom their references point at."""

from collections.abc import Iterator
from typing import Any

from django.db import migrations, models
from django.db.models.functions import Cast

REFERENCE = "$relation_ref"
AT_ONCE = 1_000
LONGEST = 200
"""Characters; what is longer is no id."""


def fill(apps: Any, editor: Any) -> None:  # Any: historical models
    entities, keys = (apps.get_model("entities", name) for name in ("Entity", "EntityKey"))
    texts = entities._base_manager.annotate(text=Cast("attributes", models.TextField()))
    rows = []
    for entity in texts.filter(text__contains=REFERENCE).iterator(AT_ONCE):
        rows += [_row(keys, entity, target) for target in _targets(entity.attributes)]
        if len(rows) >= AT_ONCE:
            keys._base_manager.bulk_create(rows, ignore_conflicts=True)
            rows = []
    keys._base_manager.bulk_create(rows, ignore_conflicts=True)


def _row(keys: Any, entity: Any, target: str) -> Any:
    return keys(
        organization_id=entity.organization_id,
        schema=entity.schema,
        attribute=REFERENCE,
        value=target,
        entity_id=entity.pk,
    )


def _targets(attributes: dict[str, Any]) -> Iterator[str]:
    """Whom these attributes refer to, each once."""
    values = [value.get(REFERENCE) for value in attributes.values() if isinstance(value, dict)]
    members = [one for value in values if isinstance(value, list) for one in value if isinstance(one, dict)]
    ids = dict.fromkeys(one["entity_id"] for one in members if isinstance(one.get("entity_id"), str))
    return (one for one in ids if len(one) <= LONGEST)


class Migration(migrations.Migration):
    dependencies = [("entities", "0011_changes_of_changesets")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
