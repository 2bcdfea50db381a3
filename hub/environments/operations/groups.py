"""Create, describe and delete groups of variables."""

from __future__ import annotations

from django.db.models import F

from hub.accounts.audit import Act
from hub.environments.changes import GroupChanges
from hub.environments.models import Variable, VariableGroup
from hub.environments.operations.author import Author, check_room, recorded
from hub.environments.queries import find_group, get_group
from hub.json_types import JSONObject

MOST_GROUPS = 1_000


def put_group(*, author: Author, name: str, changes: GroupChanges) -> tuple[VariableGroup, bool]:
    """Create the group or change what was sent of it; True when it is new. Raises LimitReached."""
    with recorded(author) as acts:
        group = find_group(organization=author.organization, name=name)
        if group is None:
            return new_group(author, name, acts, description=changes.description or ""), True
        if changes.description is not None and changes.description != group.description:
            acts.append(_act("update", group, {"description": [group.description, changes.description]}))
            group.description = changes.description
        group.updated_at = author.at
        group.save(force_update=True)
    return group, False


def delete_group(*, author: Author, name: str) -> None:
    """Delete the group; its variables stay, without one. Raises NotFound."""
    with recorded(author) as acts:
        group = get_group(organization=author.organization, name=name)
        acts.append(_act("delete", group, {}))
        members = Variable.objects.of(author.organization).filter(group=group)
        members.update(group=None, version=F("version") + 1)
        group.delete()


def new_group(author: Author, name: str, acts: list[Act], *, description: str = "") -> VariableGroup:
    """A group that is not there yet, within the caller's recorded write. Raises LimitReached."""
    check_room(VariableGroup.objects.of(author.organization).count(), MOST_GROUPS, "groups")
    group = VariableGroup.objects.create(
        organization_id=author.organization.pk,
        name=name,
        description=description,
        created_at=author.at,
        updated_at=author.at,
    )
    acts.append(_act("create", group, {"description": [None, description]}))
    return group


def _act(done: str, group: VariableGroup, facts: JSONObject) -> Act:
    return Act(f"environment_group.{done}", "environment_group", str(group.pk), {"name": group.name, **facts})
