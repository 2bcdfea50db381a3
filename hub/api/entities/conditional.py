"""Tags of entities, and the requests that are conditional on them: If-Match, If-None-Match."""

from __future__ import annotations

import re
from typing import Final

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.models import Organization
from hub.entities.models import Entity
from hub.entities.schemas.book import book_of
from hub.errors import ErrorDetail, Invalid

_VERSION: Final = re.compile(r'(?:W/)?"?([0-9]{1,9})(?:\.[0-9]{1,9})?"?')
NOBODYS_VERSION: Final = -1
"""Stands for a tag that is not ours: it matches no version."""
REVALIDATED: Final = {"Cache-Control": "private, no-cache", "Vary": "Authorization, X-API-Key, Cookie"}
"""What is answered with a tag may be kept by the caller, who asks each time whether it still holds."""


def tag_of(entity: Entity, organization: Organization) -> str:
    """The version of the entity, and after a dot that of its schema, which may change its title."""
    return f'"{entity.version}.{book_of(organization).schema_of(entity.schema).version}"'


def expected_version(request: Request) -> int | None:
    """The version that If-Match names, as a number or as a tag; None when the caller does not care.

    NOBODYS_VERSION for a tag that is not ours. Raises Invalid for several tags.
    """
    header = request._request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    if "," in header:
        raise Invalid("If-Match names one version.", details=[ErrorDetail("If-Match", "must be one version")])
    found = _VERSION.fullmatch(header.strip())
    return NOBODYS_VERSION if found is None else int(found[1])


def is_unchanged(request: Request, tag: str) -> bool:
    """Whether If-None-Match names the tag: the caller has what would be answered."""
    header = request._request.headers.get("If-None-Match")
    if header is None:
        return False
    tags = [one.strip().removeprefix("W/") for one in header.split(",")]
    return "*" in tags or tag in tags


def not_modified(tag: str) -> Response:
    """304, without a body."""
    return Response(status=304, headers={"ETag": tag, **REVALIDATED})
