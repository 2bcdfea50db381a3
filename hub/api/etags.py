"""expected_versions and tagged: If-Match of a request, and the ETag of an answer that it takes."""

from __future__ import annotations

import re
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

_VERSION = re.compile(r'"([0-9]{1,9})"')


def expected_versions(request: Request) -> frozenset[int] | None:
    """The versions that If-Match names; None when the caller does not care. Other people's tags match nothing."""
    header = request._request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    tags = [_VERSION.fullmatch(tag.strip()) for tag in header.split(",")]
    return frozenset(int(tag.group(1)) for tag in tags if tag is not None)


def tagged(document: Any, version: int, *, status: int = 200) -> Response:  # Any: whatever the renderer writes
    """An answer with the ETag that If-Match takes."""
    return Response(document, status=status, headers={"ETag": f'"{version}"'})
