"""attributes_at: many entities as one version of each left them, wound back from now with one query."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from hub.entities.history import is_not_kept, undone
from hub.entities.models import Entity, EntityChange
from hub.json_types import JSONObject


def attributes_at(
    *, organization_id: int, entities: Collection[Entity], versions: Mapping[UUID, int]
) -> dict[UUID, JSONObject]:
    """Id → attributes after the version that versions names; without those that the history does not have.

    No query when every entity still has its version.
    """
    states = {entity.pk: dict(entity.attributes) for entity in entities}
    later = {entity.pk: versions[entity.pk] for entity in entities if entity.version > versions[entity.pk]}
    if later:
        changes = EntityChange.objects.filter(organization_id=organization_id, entity_id__in=later)
        newer = changes.filter(version__gt=min(later.values())).order_by("-version")
        for entity_id, version, changed in newer.values_list("entity_id", "version", "changes").iterator():
            if version > later[entity_id]:
                states[entity_id] = _before(states[entity_id], changed)
    return {
        entity_id: {name: value for name, value in state.items() if not is_not_kept(value)}
        for entity_id, state in states.items()
    }


def _before(state: JSONObject, changed: JSONObject) -> JSONObject:
    untouched = {name: value for name, value in state.items() if name not in changed}
    return untouched | undone(state, changed)
