"""/v1/environments/groups: the headings under which variables stand."""

from __future__ import annotations

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from hub.api.environments.documents import documented_group, documented_groups
from hub.api.environments.view import DELETE, EDIT, EnvironmentView
from hub.environments.changes import GroupChanges, check_group_name
from hub.environments.models import VariableGroup
from hub.environments.operations.groups import delete_group, put_group
from hub.environments.queries import groups_of


@documented_groups
class Groups(EnvironmentView):
    """All groups."""

    requires: ClassVar = {"GET": EDIT}

    def get(self, request: Request) -> Response:
        """Every group, by name, also one without variables."""
        return Response({"items": [as_json(group) for group in groups_of(self.organization)]})


@documented_group
class Group(EnvironmentView):
    """One group."""

    requires: ClassVar = {"PUT": EDIT, "DELETE": DELETE}

    def put(self, request: Request, name: str) -> Response:
        """Creates the group, or changes its description if one is sent."""
        author = self.author()
        changes = GroupChanges.parse(self.body_object())
        group, is_new = put_group(author=author, name=check_group_name(name), changes=changes)
        return Response(as_json(group), status=201 if is_new else 200)

    def delete(self, request: Request, name: str) -> Response:
        """Deletes the group; its variables stay, without one."""
        delete_group(author=self.author(), name=name)
        return Response(status=204)


def as_json(group: VariableGroup) -> dict[str, object]:
    """The published form."""
    description = {"description": group.description} if group.description else {}
    return {"name": group.name, **description, "created_at": group.created_at, "updated_at": group.updated_at}
