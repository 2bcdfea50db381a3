"""/v1/portals: what mappings may know of the organization's portals."""

from __future__ import annotations

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from hub.api.environments.documents import documented_portal, documented_portals
from hub.api.environments.view import DELETE, EDIT, EnvironmentView
from hub.environments.changes import PortalChanges
from hub.environments.operations.portals import delete_portal, put_portal
from hub.environments.portals import portal_object, portals_of


@documented_portals
class Portals(EnvironmentView):
    """All portals."""

    requires: ClassVar = {"GET": EDIT}

    def get(self, request: Request) -> Response:
        """Every portal, oldest first."""
        return Response({"items": portals_of(self.organization.pk)})


@documented_portal
class OnePortal(EnvironmentView):
    """One portal."""

    requires: ClassVar = {"PUT": EDIT, "DELETE": DELETE}

    def put(self, request: Request, portal_id: str) -> Response:
        """Creates the portal, or changes the fields that are sent."""
        author = self.author()
        changes = PortalChanges.parse(self.body_object())
        portal, is_new = put_portal(author=author, portal_id=portal_id, changes=changes)
        return Response(portal_object(portal), status=201 if is_new else 200)

    def delete(self, request: Request, portal_id: str) -> Response:
        """Deletes the portal."""
        delete_portal(author=self.author(), portal_id=portal_id)
        return Response(status=204)
