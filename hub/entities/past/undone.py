"""undone_by: the changes that others undo."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from hub.accounts.models import Organization
from hub.entities.models import EntityChange


def undone_by(organization: Organization, changes: Iterable[EntityChange]) -> dict[UUID, EntityChange]:
    """Id of a change that undoes another → that other one, where it is kept; no query where nothing is undone."""
    wanted = {
        change.pk: (change.entity_id, change.undoes_version) for change in changes if change.undoes_version is not None
    }
    if not wanted:
        return {}
    found = EntityChange.objects.of(organization).filter(
        entity_id__in={entity_id for entity_id, _ in wanted.values()},
        version__in={version for _, version in wanted.values()},
    )
    by_place = {(one.entity_id, one.version): one for one in found.only("entity_id", "version", "at")}
    return {pk: by_place[place] for pk, place in wanted.items() if place in by_place}
