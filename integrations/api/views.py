"""ConfigurationView: what the views of this app share: the author of a write, and If-Match with ETag."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.views import HubAPIView
from integrations.operations.author import Author

_VERSION = re.compile(r'"([0-9]{1,9})"')


class ConfigurationView(HubAPIView):
    """Base of the views that read and write integrations and use cases."""

    def author(self, integration_id: UUID | None = None) -> Author:
        """The caller as the operations know them, now."""
        is_admin = self.may(Capability.ADMIN, integration_id)
        return Author(organization=self.organization, actor=self.actor, is_admin=is_admin, at=clock.now())

    def expected_versions(self) -> frozenset[int] | None:
        """The versions that If-Match names; None when the caller does not care. Other people's tags match nothing."""
        header = self.request._request.headers.get("If-Match")
        if header is None or header.strip() == "*":
            return None
        tags = [_VERSION.fullmatch(tag.strip()) for tag in header.split(",")]
        return frozenset(int(tag.group(1)) for tag in tags if tag is not None)


def tagged(document: Any, version: int, *, status: int = 200) -> Response:  # Any: whatever the renderer writes
    """An answer with the ETag that If-Match takes."""
    return Response(document, status=status, headers={"ETag": f'"{version}"'})
